//! Engine events -> log lines, a progress bar, and readiness notices to the supervisor.

mod supervisor;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use sd_notify::NotifyState;

use crate::engine::{Ending, Event, LaneWhy, Observer, Summary};
use crate::gateway::system_words;
use crate::output::{Level, LogLine, Output, Progress};
use crate::queue::{Failure, Outcome};
use supervisor::Supervisor;

/// Watches one run of the engine.
pub struct Telemetry<'a> {
    out: &'a Output,
    progress: Progress,
    supervisor: RefCell<Supervisor>,
    /// The grace is over while requests are on the wire: what the process does then.
    on_grace_over: &'a dyn Fn(),
    is_ready: Cell<bool>,
    is_stopping: Cell<bool>,
    /// Lanes that take nothing now, and why.
    shut: RefCell<BTreeMap<String, &'static str>>,
}

impl<'a> Telemetry<'a> {
    /// Logs to `out`. `total` is how many tasks there are to do, if that is known.
    pub fn new(out: &'a Output, total: Option<u64>, on_grace_over: &'a dyn Fn()) -> Telemetry<'a> {
        let progress = out.progress(total, "sending");
        let supervisor = RefCell::new(Supervisor::of_process());
        let (is_ready, is_stopping) = (Cell::new(false), Cell::new(false));
        Telemetry { out, progress, supervisor, on_grace_over, is_ready, is_stopping, shut: RefCell::default() }
    }

    /// Tells the supervisor, once, that the end has begun.
    fn tell_stopping(&self) {
        if !self.is_stopping.replace(true) {
            self.supervisor.borrow().tell(NotifyState::Stopping);
        }
    }
}

impl Observer for Telemetry<'_> {
    fn observe(&self, event: &Event<'_>) {
        // Most lines are about single messages at a level that is not shown: those are not even built.
        if level_of(event) <= self.out.style().level() {
            self.out.log(&line_of(event));
        }
        match event {
            Event::Settled { ending: Ending::Released, .. } => {}
            Event::Settled { .. } => self.progress.inc(1),
            Event::Ready => self.is_ready.set(true),
            // A process that is short of something goes on by itself, and tells nobody.
            Event::LaneClosed { lane, why, .. } if *why != LaneWhy::Starved => {
                self.shut.borrow_mut().insert((*lane).to_owned(), why.as_str());
            }
            Event::LaneOpened { lane } => drop(self.shut.borrow_mut().remove(*lane)),
            Event::Stopping { .. } => self.tell_stopping(),
            Event::Stopped { summary } => {
                self.tell_stopping();
                // The last word stays in the supervisor's account of the service.
                let status = format!("stopped; {}", counts(summary));
                self.supervisor.borrow().tell(NotifyState::Status(&status));
            }
            Event::GraceOver { on_the_wire, .. } if *on_the_wire > 0 => {
                // The process ends here, and the log says why.
                self.out.settle();
                (self.on_grace_over)();
            }
            _ => {}
        }
    }

    fn beat(&self, summary: &Summary, in_flight: usize) {
        if self.is_ready.get() {
            let status = || format!("{in_flight} in flight; {}{}", counts(summary), shut_words(&self.shut.borrow()));
            self.supervisor.borrow_mut().beat(Instant::now(), status);
        }
    }
}

/// The line in the place of so many that were not written.
pub fn unlogged(lines: u64) -> LogLine {
    LogLine::new(Level::Warn, "unlogged").field("lines", lines)
}

/// `; gateway:default unreachable`, of each lane that takes nothing.
fn shut_words(shut: &BTreeMap<String, &'static str>) -> String {
    shut.iter().map(|(lane, why)| format!("; {lane} {why}")).collect()
}

fn counts(summary: &Summary) -> String {
    format!(
        "{} completed, {} deferred, {} rejected, {} unknown",
        summary.completed, summary.deferred, summary.rejected, summary.unknown
    )
}

fn level_of(event: &Event<'_>) -> Level {
    match event {
        Event::Settled { ending, dead_letter, .. } => level_of_ending(ending, *dead_letter),
        Event::Ready => Level::Debug,
        Event::Started { .. }
        | Event::LaneOpened { .. }
        | Event::DatabaseBack { .. }
        | Event::Stopping { .. }
        | Event::Stopped { .. } => Level::Info,
        Event::FewerSenders { .. }
        | Event::FewerConnections { .. }
        | Event::NoFlightLog { .. }
        | Event::LongLog { .. }
        | Event::Unserved { .. }
        | Event::Recovered { .. }
        | Event::Disowned { .. }
        | Event::Lost { .. }
        | Event::Expired { .. }
        | Event::LaneClosed { .. }
        | Event::DrainLeft { .. } => Level::Warn,
        Event::SenderPanicked { .. }
        | Event::Refused { .. }
        | Event::DatabaseAway { .. }
        | Event::DeclaredDead { .. }
        | Event::GraceOver { .. } => Level::Error,
    }
}

fn level_of_ending(ending: &Ending, dead_letter: bool) -> Level {
    match ending {
        Ending::Released | Ending::Tried { outcome: Outcome::Accepted, .. } => Level::Debug,
        Ending::Tried { outcome: Outcome::Deferred, .. } if !dead_letter => Level::Debug,
        Ending::Tried { .. } | Ending::Expired | Ending::Unaddressable { .. } => Level::Warn,
    }
}

fn line_of(event: &Event<'_>) -> LogLine {
    let level = level_of(event);
    let line = |name| LogLine::new(level, name);
    match event {
        Event::Started { worker, senders, lanes } => {
            line("worker_started").field("worker", *worker).field("senders", *senders).field("lanes", lanes.join(","))
        }
        Event::Ready => line("ready"),
        Event::FewerSenders { started, wanted, error } => {
            line("fewer_senders").field("started", *started).field("wanted", *wanted).field("reason", error.to_string())
        }
        Event::NoFlightLog { path, error } => {
            let path = path.map(|path| path.display().to_string());
            line("no_flight_log").field("path", path).field("reason", system_words(error))
        }
        Event::LongLog { bytes } => line("long_log").field("mib", *bytes / 1024 / 1024),
        Event::Unserved { task_func, pending } => {
            line("unserved").field("task_func", *task_func).field("pending", *pending)
        }
        Event::Recovered { workers, tasks, dead_lettered } => line("recovered")
            .field("dead_workers", workers.to_vec())
            .field("tasks", *tasks)
            .field("dead_lettered", *dead_lettered),
        Event::FewerConnections { senders, of } => {
            line("fewer_connections").field("senders", *senders).field("of", *of)
        }
        Event::Disowned { tasks, dead_lettered } => {
            line("disowned").field("tasks", *tasks).field("dead_lettered", *dead_lettered)
        }
        Event::Settled { task, attempt, lane, ending, dead_letter } => {
            let line = line(name_of(ending, *dead_letter)).field("task", *task).field("attempt", *attempt);
            let line = explained(line.field("lane", *lane), ending);
            if *dead_letter { line.field("dead_letter", true) } else { line }
        }
        Event::Lost { task, attempt, lane, ending } => {
            ended(line("lost").field("task", *task).field("attempt", *attempt).field("lane", *lane), ending)
        }
        Event::Refused { task, ending, error } => {
            let line = line("refused").field("task", *task);
            let line = ending.iter().fold(line, |line, ending| ended(line, ending));
            line.field("error", chain(*error))
        }
        Event::Expired { tasks } => line("expired_in_queue").field("tasks", *tasks),
        Event::SenderPanicked { task, lane, place } => {
            line("sender_panicked").field("task", *task).field("lane", *lane).field("place", *place)
        }
        Event::LaneClosed { lane, why, span, error } => {
            let line = line("lane_closed").field("lane", *lane).field("reason", why.as_str());
            let line = span.iter().fold(line, |line, span| line.field("for_s", span.as_secs_f64()));
            if error.is_empty() { line } else { line.field("error", *error) }
        }
        Event::LaneOpened { lane } => line("lane_opened").field("lane", *lane),
        Event::DrainLeft { left } => {
            let line = line("drain_left").field("lane", left.lane.as_str()).field("pending", left.pending);
            left.why.iter().fold(line, |line, why| line.field("reason", why.as_str()))
        }
        Event::DatabaseAway { error } => line("database_away").field("reason", chain(*error)),
        Event::DatabaseBack { after } => line("database_back").field("after_s", after.as_secs_f64()),
        Event::DeclaredDead { before, now } => {
            line("declared_dead").field("worker_before", *before).field("worker", *now)
        }
        Event::Stopping { on_the_wire } => line("stopping").field("on_the_wire", *on_the_wire),
        Event::GraceOver { on_the_wire, unwritten } => {
            line("grace_over").field("on_the_wire", *on_the_wire).field("unwritten", *unwritten)
        }
        Event::Stopped { summary } => stopped(line("worker_stopped"), summary),
    }
}

fn name_of(ending: &Ending, dead_letter: bool) -> &'static str {
    match ending {
        Ending::Tried { outcome: Outcome::Accepted, .. } => "accepted",
        Ending::Tried { outcome: Outcome::Rejected, .. } => "rejected",
        Ending::Tried { outcome: Outcome::Unknown, .. } => "unknown",
        Ending::Tried { outcome: Outcome::Deferred, .. } if dead_letter => "dead_lettered",
        Ending::Tried { outcome: Outcome::Deferred, .. } => "deferred",
        Ending::Expired => "expired",
        Ending::Unaddressable { .. } => "invalid",
        Ending::Released => "released",
    }
}

/// How a claim ended, of which something else is told.
fn ended(line: LogLine, ending: &Ending) -> LogLine {
    explained(line.field("outcome", name_of(ending, false)), ending)
}

fn explained(line: LogLine, ending: &Ending) -> LogLine {
    match ending {
        Ending::Tried { failure: Some(Failure { error_type, message }), .. } => {
            line.field("error_type", error_type.as_str()).field("reason", message.as_str())
        }
        Ending::Unaddressable { reason } => line.field("reason", reason.as_str()),
        Ending::Tried { failure: None, .. } | Ending::Expired | Ending::Released => line,
    }
}

fn stopped(line: LogLine, summary: &Summary) -> LogLine {
    line.field("claimed", summary.claimed)
        .field("completed", summary.completed)
        .field("deferred", summary.deferred)
        .field("rejected", summary.rejected)
        .field("unknown", summary.unknown)
        .field("dead_lettered", summary.dead_lettered)
        .field("released", summary.released)
        .field("lost", summary.lost)
        .field("elapsed_s", summary.elapsed_s)
}

/// An error and its causes in one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(&format!(": {error}"));
        cause = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::{EngineError, Left};
    use crate::queue::ErrorType;
    use crate::store::StoreError;

    fn settled(outcome: Outcome, dead_letter: bool) -> LogLine {
        let failure = (outcome != Outcome::Accepted).then(|| Failure::new(ErrorType::Unavailable, "it said 503"));
        let ending = Ending::Tried { outcome, failure };
        line_of(&Event::Settled { task: 7, attempt: 2, lane: "gateway:default", ending: &ending, dead_letter })
    }

    #[test]
    fn what_went_well_is_said_on_request_only() {
        let line = settled(Outcome::Accepted, false);
        assert_eq!((line.level, line.event), (Level::Debug, "accepted"));
        assert_eq!(settled(Outcome::Deferred, false).level, Level::Debug);
    }

    #[test]
    fn the_end_of_the_last_attempt_is_a_warning_that_says_why() {
        let line = settled(Outcome::Deferred, true);
        assert_eq!((line.level, line.event), (Level::Warn, "dead_lettered"));
        assert_eq!(line.fields["reason"], "it said 503");
        assert_eq!(line.fields["error_type"], "unavailable");
        assert_eq!(line.fields["task"], 7);
    }

    #[test]
    fn a_lost_claim_tells_what_the_gateway_had_answered() {
        let lost = |outcome, failure| {
            let ending = Ending::Tried { outcome, failure };
            line_of(&Event::Lost { task: 7, attempt: 2, lane: "gateway:default", ending: &ending })
        };
        let accepted = lost(Outcome::Accepted, None);
        assert_eq!((accepted.level, accepted.event), (Level::Warn, "lost"));
        assert_eq!(accepted.fields["outcome"], "accepted");
        let deferred = lost(Outcome::Deferred, Some(Failure::new(ErrorType::Unavailable, "it said 503")));
        assert_eq!(
            (&deferred.fields["outcome"], &deferred.fields["reason"]),
            (&"deferred".into(), &"it said 503".into())
        );
    }

    #[test]
    fn an_outage_is_told_with_its_causes() {
        let error = StoreError::DiskFull { path: "/var/lib/sms.db".into() };
        assert_eq!(line_of(&Event::DatabaseAway { error: &error }).fields["reason"], error.to_string());
        let error = EngineError::Unwritten { source: error, unwritten: 2, logged: true };
        let told =
            "the worker stopped, and 2 outcomes could not be written: the disk that holds `/var/lib/sms.db` is full";
        assert_eq!(chain(&error), told);
    }

    /// A line of every event, and of every way in which a claim can end.
    fn every_line() -> Vec<LogLine> {
        let store_error = StoreError::NotMigrated { location: "/sms.db".to_owned() };
        let io_error = std::io::Error::other("no");
        let summary = Summary::default();
        let lanes = ["gateway:default".to_owned()];
        let lane = "gateway:default";
        let failure = Some(Failure::new(ErrorType::Unavailable, "it said 503"));
        let tried = [Outcome::Accepted, Outcome::Rejected, Outcome::Deferred, Outcome::Unknown].map(|outcome| {
            let failure = failure.clone().filter(|_| outcome != Outcome::Accepted);
            (Ending::Tried { outcome, failure }, false)
        });
        let endings = tried.into_iter().chain([
            (Ending::Tried { outcome: Outcome::Deferred, failure }, true),
            (Ending::Expired, true),
            (Ending::Unaddressable { reason: "no text".to_owned() }, true),
            (Ending::Released, false),
        ]);
        let settled = endings.map(|(ending, dead_letter)| {
            line_of(&Event::Settled { task: 1, attempt: 1, lane, ending: &ending, dead_letter })
        });
        let lost =
            Ending::Tried { outcome: Outcome::Unknown, failure: Some(Failure::new(ErrorType::Unknown, "no answer")) };
        let left = Left { lane: lane.to_owned(), pending: 1, why: Some(LaneWhy::Paused) };
        let events = [
            Event::Started { worker: 1, senders: 1, lanes: &lanes },
            Event::Ready,
            Event::FewerSenders { started: 1, wanted: 2, error: &io_error },
            Event::NoFlightLog { path: Some(std::path::Path::new("/x")), error: &io_error },
            Event::LongLog { bytes: 1 },
            Event::Unserved { task_func: "x", pending: 1 },
            Event::Recovered { workers: &[1], tasks: 1, dead_lettered: 0 },
            Event::FewerConnections { senders: 12, of: 16 },
            Event::Disowned { tasks: 1, dead_lettered: 0 },
            Event::Lost { task: 1, attempt: 1, lane, ending: &lost },
            Event::Refused { task: 1, ending: Some(&lost), error: &store_error },
            Event::Expired { tasks: 1 },
            Event::SenderPanicked { task: 1, lane, place: "x.rs:1" },
            Event::LaneClosed { lane, why: LaneWhy::Starved, span: Some(Duration::from_secs(1)), error: "no" },
            Event::LaneOpened { lane },
            Event::DrainLeft { left: &left },
            Event::DatabaseAway { error: &store_error },
            Event::DatabaseBack { after: Duration::from_secs(1) },
            Event::DeclaredDead { before: 1, now: 2 },
            Event::Stopping { on_the_wire: 0 },
            Event::GraceOver { on_the_wire: 0, unwritten: 0 },
            Event::Stopped { summary: &summary },
        ];
        events.iter().map(line_of).chain(settled).chain([unlogged(1)]).collect()
    }

    /// The rows of the documentation: events, their levels, and what is said of their fields.
    fn documented() -> Vec<(Vec<String>, Vec<String>, String)> {
        let page = include_str!("../docs/supervision.md");
        let (_, table) = page.split_once("| event | level | fields |\n|---|---|---|\n").expect("the table of events");
        let rows = table.lines().take_while(|line| line.starts_with('|'));
        let list = |cell: &str| cell.split(',').map(|word| word.trim().trim_matches('`').to_owned()).collect();
        rows.map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            (list(cells[0]), list(cells[1]), cells[2].to_owned())
        })
        .collect()
    }

    #[test]
    fn every_line_is_documented_with_its_level_and_its_fields() {
        let documented = documented();
        let lines = every_line();
        for line in &lines {
            let row = documented.iter().find_map(|(events, levels, fields)| {
                let at = events.iter().position(|event| event == line.event)?;
                Some((levels.get(at).or(levels.first())?, fields))
            });
            let (level, fields) = row.unwrap_or_else(|| panic!("docs/supervision.md does not know `{}`", line.event));
            assert_eq!(level, line.level.as_str(), "the level of `{}` in docs/supervision.md", line.event);
            for name in line.fields.keys() {
                let is_said = fields.contains(&format!("`{name}`"));
                assert!(is_said, "docs/supervision.md does not say that `{}` has `{name}`: {fields}", line.event);
            }
        }
        // What is written above and has no line here would escape all of this.
        let (source, _) = include_str!("telemetry.rs").split_once("#[cfg(test)]").expect("the tests stand below");
        for name in source.split("line(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(lines.iter().any(|line| line.event == name), "`every_line` has no line of `{name}`");
        }
        for event in documented.iter().flat_map(|(events, ..)| events) {
            assert!(
                lines.iter().any(|line| line.event == event),
                "docs/supervision.md knows `{event}`, which is no event"
            );
        }
    }

    #[test]
    fn lanes_that_take_nothing_stand_in_the_status() {
        assert_eq!(shut_words(&BTreeMap::new()), "");
        let shut = [("command:report", "paused"), ("gateway:default", "unreachable")];
        let shut = shut.map(|(lane, why)| (lane.to_owned(), why)).into();
        assert_eq!(shut_words(&shut), "; command:report paused; gateway:default unreachable");
    }

    #[test]
    fn a_closed_lane_is_logged_with_its_reason_and_its_rest() {
        let why = LaneWhy::Closed(crate::queue::ClosedReason::Unreachable);
        let span = Some(Duration::from_secs(2));
        let line = line_of(&Event::LaneClosed { lane: "gateway:a", why, span, error: "connection refused" });
        assert_eq!(
            (line.level, &line.fields["reason"], &line.fields["for_s"]),
            (Level::Warn, &"unreachable".into(), &2.0.into())
        );
        assert_eq!(line.fields["error"], "connection refused");
        let paused = line_of(&Event::LaneClosed { lane: "gateway:a", why: LaneWhy::Paused, span: None, error: "" });
        assert!(!paused.fields.contains_key("for_s") && !paused.fields.contains_key("error"));
    }
}
