//! What differs from run to run, replaced by what it is.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// Pattern and replacement, in this order.
static FILTERS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let version = format!(r"\b{}\b", regex::escape(env!("CARGO_PKG_VERSION")));
    [
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", "[TIME]"),
        (r#"("[a-z_]+_(?:s|per_s)": ?)-?\d+(\.\d+)?(e-?\d+)?"#, "$1[NUMBER]"),
        // Only measured durations have a fraction or count milliseconds; `30s` is a setting.
        (r"\b\d+\.\d+ ?(s|ms|µs)\b", "[DURATION]"),
        (r"\b\d+ ?(ms|µs)\b", "[DURATION]"),
        (r"\b\d+(\.\d+)?/s\b", "[RATE]"),
        (r"(127\.0\.0\.1|\[::1\]|localhost):\d{4,5}\b", "$1:[PORT]"),
        (r"\bpid (\d+)\b", "pid [PID]"),
        (r"\b\d+ (s|min)( \d+ s)? ago\b", "[AGE] ago"),
        (r"\b(oldest for) \d+ (s|min)( \d+ s)?", "$1 [AGE]"),
        (&version, "[VERSION]"),
    ]
    .map(|(pattern, replacement)| (Regex::new(pattern).expect("the pattern is well formed"), replacement))
    .into()
});

/// `text` without what differs from run to run: the world's directory is `[DIR]`, times are `[TIME]`, and so on.
pub fn redacted(text: &str, directory: &Path) -> String {
    let text = text.replace(&*directory.to_string_lossy(), "[DIR]");
    FILTERS.iter().fold(text, |text, (pattern, replacement)| pattern.replace_all(&text, *replacement).into_owned())
}

#[test]
fn replaces_what_differs_and_nothing_else() {
    let directory = Path::new("/t/world.x1");
    let cases = [
        ("made /t/world.x1/sms.db", "made [DIR]/sms.db"),
        ("at 2026-11-24T09:30:00.123456Z", "at [TIME]"),
        ("at 2026-11-24 09:30:00.123456", "at [TIME]"),
        (r#"{"elapsed_s": 0.52, "failed": 2}"#, r#"{"elapsed_s": [NUMBER], "failed": 2}"#),
        ("done in 1.25 s, grace 30s", "done in [DURATION], grace 30s"),
        ("http://127.0.0.1:45871/gateway.jsp", "http://127.0.0.1:[PORT]/gateway.jsp"),
        (concat!("smsctl ", env!("CARGO_PKG_VERSION")), "smsctl [VERSION]"),
        ("0,1,0", "0,1,0"),
        ("made 3 s ago, the oldest for 2 min 10 s", "made [AGE] ago, the oldest for [AGE]"),
        ("2 tasks to +85291234567", "2 tasks to +85291234567"),
    ];
    for (text, want) in cases {
        assert_eq!(redacted(text, directory), want);
    }
}
