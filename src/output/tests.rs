//! What goes out where, in every format.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;

/// A stream that a test can read.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Tape {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream whose reader is gone.
struct Gone(io::ErrorKind);

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

struct Session {
    out: Output,
    stdout: Tape,
    stderr: Tape,
}

fn session(style: Style, typed: &'static str) -> Session {
    let (stdout, stderr) = (Tape::default(), Tape::default());
    let streams = Streams {
        stdin: Box::new(typed.as_bytes()),
        stdout: Box::new(stdout.clone()),
        stderr: Box::new(stderr.clone()),
    };
    Session { out: Output::with(style, streams), stdout, stderr }
}

fn format(format: Format) -> Style {
    Style { format, ..Style::default() }
}

fn at_terminal() -> Terminal {
    Terminal { stdin: true, stdout: true, stderr: true, ..Terminal::default() }
}

const COLUMNS: [Column; 2] =
    [Column { field: "id", heading: "ID" }, Column { field: "dead_letter.pending", heading: "DEAD" }];

/// What stdout has after a list of `count` rows.
fn listed(style: Style, count: u64) -> String {
    let session = session(style, "");
    let mut list = session.out.list(&COLUMNS);
    for id in 1..=count {
        let shape = json!({"id": id, "text": "a,\"b\"\n=1", "dead_letter": {"pending": 0, "at": null}, "tags": ["x"]});
        list.row(&shape).unwrap();
    }
    list.finish("nothing here").unwrap();
    assert_eq!(session.stderr.text(), "", "nobody at a terminal, nothing to say");
    session.stdout.text()
}

const ROW_1: &str = r#"{"id": 1, "text": "a,\"b\"\n=1", "dead_letter": {"pending": 0, "at": null}, "tags": ["x"]}"#;
const ROW_2: &str = r#"{"id": 2, "text": "a,\"b\"\n=1", "dead_letter": {"pending": 0, "at": null}, "tags": ["x"]}"#;

#[test]
fn json_lists_are_one_array_and_an_empty_one_is_an_array_too() {
    assert_eq!(listed(format(Format::Json), 0), "[]\n");
    assert_eq!(listed(format(Format::Json), 1), format!("[\n{ROW_1}\n]\n"));
    assert_eq!(listed(format(Format::Json), 2), format!("[\n{ROW_1},\n{ROW_2}\n]\n"));
}

#[test]
fn jsonl_lists_are_one_object_a_line() {
    assert_eq!(listed(format(Format::Jsonl), 0), "");
    assert_eq!(listed(format(Format::Jsonl), 2), format!("{ROW_1}\n{ROW_2}\n"));
}

#[test]
fn csv_flattens_objects_keeps_text_and_always_has_a_header() {
    let header = "id,text,dead_letter.pending,dead_letter.at,tags\n";
    let row = |id| format!("{id},\"a,\"\"b\"\"\n=1\",0,,\"[\"\"x\"\"]\"\n");
    assert_eq!(listed(format(Format::Csv), 2), format!("{header}{}{}", row(1), row(2)));
    assert_eq!(listed(format(Format::Csv), 0), "id,dead_letter.pending\n");
}

#[test]
fn csv_is_byte_faithful_in_a_pipe_and_harmless_on_a_terminal() {
    let shape = json!({"text": "\x1b[2J\u{9b}é"});
    let piped = session(format(Format::Csv), "");
    piped.out.one(&shape, "").unwrap();
    assert_eq!(piped.stdout.text(), "text\n\x1b[2J\u{9b}é\n");
    let shown = session(Style { terminal: at_terminal(), ..format(Format::Csv) }, "");
    shown.out.one(&shape, "").unwrap();
    assert_eq!(shown.stdout.text(), "text\n\\x1b[2J\\x9bé\n");
}

#[test]
fn csv_refuses_a_field_that_its_header_lacks() {
    let session = session(format(Format::Csv), "");
    let mut list = session.out.list(&COLUMNS);
    list.row(&json!({"id": 1})).unwrap();
    let refused = list.row(&json!({"id": 2, "surprise": 3})).unwrap_err();
    assert!(refused.to_string().contains("`surprise`"), "{refused}");
}

#[test]
fn plain_lists_are_the_first_column() {
    assert_eq!(listed(format(Format::Plain), 2), "1\n2\n");
    assert_eq!(listed(format(Format::Plain), 0), "");
}

#[test]
fn an_empty_list_is_explained_to_people_only() {
    for (style, said) in [
        (Style { terminal: at_terminal(), ..Style::default() }, "nothing here\n"),
        (Style { terminal: at_terminal(), quiet: true, ..Style::default() }, ""),
        (Style { terminal: at_terminal(), ..format(Format::Json) }, ""),
        (Style::default(), ""),
    ] {
        let session = session(style, "");
        session.out.list(&COLUMNS).finish("nothing here").unwrap();
        assert_eq!(session.stderr.text(), said, "{style:?}");
    }
}

#[test]
fn one_document_in_every_format() {
    let shape = json!({"id": 1, "dead_letter": {"pending": 2}});
    for (asked, expected) in [
        (Format::Json, "{\"id\": 1, \"dead_letter\": {\"pending\": 2}}\n"),
        (Format::Jsonl, "{\"id\": 1, \"dead_letter\": {\"pending\": 2}}\n"),
        (Format::Csv, "id,dead_letter.pending\n1,2\n"),
        (Format::Plain, "1\n"),
        (Format::Table, "id\t1\ndead_letter.pending\t2\n"),
    ] {
        let session = session(format(asked), "");
        session.out.one(&shape, "1").unwrap();
        assert_eq!(session.stdout.text(), expected, "{asked:?}");
    }
}

#[test]
fn a_failure_of_stdout_keeps_its_kind_in_every_format() {
    for asked in [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Plain] {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            let streams =
                Streams { stdin: Box::new(io::empty()), stdout: Box::new(Gone(kind)), stderr: Box::new(io::sink()) };
            let out = Output::with(format(asked), streams);
            let mut list = out.list(&COLUMNS);
            let error = list.row(&json!({"id": 1})).and_then(|()| list.finish("")).unwrap_err();
            assert_eq!(error.kind(), kind, "{asked:?}");
            assert!(error.get_ref().is_some_and(|inner| inner.is::<StdoutError>()), "{asked:?}: {error:?}");
        }
    }
}

#[test]
fn a_broken_stderr_stops_nothing() {
    let style = Style { terminal: at_terminal(), ..Style::default() };
    let stderr = Box::new(Gone(io::ErrorKind::Other));
    let out = Output::with(style, Streams { stdin: Box::new(io::empty()), stdout: Box::new(io::sink()), stderr });
    let progress = out.progress(Some(3), "sending");
    progress.inc(1);
    out.note("a");
    out.warn("b");
    out.log(&LogLine::new(Level::Error, "c"));
    assert_eq!(out.confirm("go on?"), Confirmed::No);
    progress.finish();
}

#[test]
fn quiet_silences_notes_and_hints_but_no_warning() {
    let speak = |style: Style| {
        let session = session(style, "");
        session.out.note("made it");
        session.out.hint("try `x`");
        session.out.warn("look");
        assert_eq!(session.stdout.text(), "", "stdout carries data only");
        session.stderr.text()
    };
    assert_eq!(speak(Style::default()), "made it\nhint: try `x`\nwarning: look\n");
    assert_eq!(speak(Style { quiet: true, ..Style::default() }), "warning: look\n");
    let json = speak(Style { log_format: LogFormat::Json, ..Style::default() });
    let by_format = speak(Style { format: Format::Json, ..Style::default() });
    let without_time =
        |text: &str| text.lines().map(|line| line.split_once("level").unwrap().1.to_owned()).collect::<Vec<_>>();
    assert_eq!(without_time(&by_format), without_time(&json), "where errors are JSON, remarks are");
    let messages: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> = messages.iter().map(|line| (&line["level"], &line["event"], &line["message"])).collect();
    let expected = [
        (&json!("info"), &json!("note"), &json!("made it")),
        (&json!("info"), &json!("hint"), &json!("try `x`")),
        (&json!("warn"), &json!("warning"), &json!("look")),
    ];
    assert_eq!(said, expected);
}

#[test]
fn quiet_and_verbose_choose_the_levels() {
    let all = [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace];
    for (quiet, verbose, count) in [(true, 0, 2), (false, 0, 3), (false, 1, 4), (false, 2, 5), (false, 9, 5)] {
        let session = session(Style { quiet, verbose, ..Style::default() }, "");
        for level in all {
            session.out.log(&LogLine::new(level, "tick"));
        }
        assert_eq!(session.stderr.text().lines().count(), count, "quiet {quiet}, verbose {verbose}");
    }
}

#[test]
fn a_question_needs_somebody_at_both_ends() {
    let ask = |terminal: Terminal, typed| {
        let session = session(Style { terminal, ..Style::default() }, typed);
        (session.out.confirm("cancel 12 tasks?"), session.stderr.text())
    };
    let asked = "cancel 12 tasks? [y/N] ".to_owned();
    assert_eq!(ask(at_terminal(), "y\n"), (Confirmed::Yes, asked.clone()));
    assert_eq!(ask(at_terminal(), "\n"), (Confirmed::No, asked));
    for (stdin, stderr) in [(false, true), (true, false), (false, false)] {
        let terminal = Terminal { stdin, stderr, ..at_terminal() };
        assert_eq!(ask(terminal, "y\n"), (Confirmed::NoTerminal, String::new()), "{terminal:?}");
    }
}

#[test]
fn colour_is_asked_for_or_for_terminals_that_take_it() {
    let terminal = at_terminal();
    for (color, terminal, expected) in [
        (ColorChoice::Auto, terminal, true),
        (ColorChoice::Auto, Terminal { no_color: true, ..terminal }, false),
        (ColorChoice::Auto, Terminal { dumb: true, ..terminal }, false),
        (ColorChoice::Auto, Terminal::default(), false),
        (ColorChoice::Never, terminal, false),
        (ColorChoice::Always, Terminal { no_color: true, ..Terminal::default() }, true),
    ] {
        let style = Style { color, terminal, ..Style::default() };
        assert_eq!((style.paints_stdout(), style.paints_stderr()), (expected, expected), "{style:?}");
    }
}

#[test]
fn lines_of_many_threads_stay_whole() {
    let session = session(Style { terminal: at_terminal(), color: ColorChoice::Never, ..Style::default() }, "");
    let progress = session.out.progress(Some(400), "sending");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (out, progress) = (&session.out, &progress);
            scope.spawn(move || {
                for _ in 0..50 {
                    out.log(&LogLine::new(Level::Info, "sent").field("thread", thread));
                    progress.inc(1);
                }
            });
        }
    });
    progress.finish();
    let text = session.stderr.text();
    assert_eq!(text.lines().filter(|line| line.contains(" info  sent thread=")).count(), 400, "{text}");
}
