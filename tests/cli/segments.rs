//! `smsctl segments`.

use serde_json::json;

use crate::harness::World;

#[test]
fn a_short_text_in_every_format() {
    let world = World::new();
    let run = |format: &str| world.smsctl(["segments", "Your code is 123456", "-o", format]).run().success().stderr("");
    run("json").stdout(
        r#"
        {"encoding": "gsm7", "units": 19, "segments": 1, "per_segment": 160, "offending": []}
        "#,
    );
    run("plain").stdout("1\n");
    run("csv").stdout(
        "
        encoding,units,segments,per_segment,offending
        gsm7,19,1,160,[]
        ",
    );
}

#[test]
fn the_reason_is_told_by_name() {
    let world = World::new();
    world.smsctl(["segments", "it\u{2019}s \u{202e}x \u{1f600}"]).run().success().stderr("").stdout(
        "
        encoding\tucs2
        units\t10
        segments\t1
        per_segment\t70
        offending\tU+2019 \u{2019}, U+202E, U+1F600 \u{1f600}
        ",
    );
}

#[test]
fn boundaries() {
    let world = World::new();
    for (text, units, segments, per_segment) in [
        ("", 0, 0, 160),
        (&*"a".repeat(160), 160, 1, 160),
        (&*"a".repeat(161), 161, 2, 153),
        (&*"\u{4e2d}".repeat(70), 70, 1, 70),
        (&*"\u{4e2d}".repeat(71), 71, 2, 67),
        ("-5\u{20ac}", 4, 1, 160),
    ] {
        let ran = world.smsctl(["segments", text, "--json"]).run().success().stderr("");
        let shape = ran.stdout_json();
        assert_eq!(
            (&shape["units"], &shape["segments"], &shape["per_segment"]),
            (&json!(units), &json!(segments), &json!(per_segment)),
            "{text:?}"
        );
    }
}

#[test]
fn stdin_loses_one_final_line_break() {
    let world = World::new();
    let ran = world.smsctl(["segments", "-", "--json"]).stdin("a\nb\n").run().success().stderr("");
    assert_eq!(ran.stdout_json()["units"], json!(3));
}

#[test]
fn stdin_that_is_no_text() {
    let world = World::new();
    world.smsctl(["segments", "-"]).stdin(b"ab\xff").run().code(65).stdout("").stderr(
        "
        error: the text is not UTF-8 (byte 3 of it)
        ",
    );
    world.smsctl(["segments", "-"]).stdin(vec![b'a'; 3 * 1024 * 1024]).run().code(65).stdout("").stderr(
        "
        error: the text is longer than 1048576 bytes
        ",
    );
}
