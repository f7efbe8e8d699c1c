//! What it means that a worker did not end in order.

use std::io;

use super::{Error, Kind, ticked};
use crate::engine::EngineError;
use crate::gateway::{GatewayError, starves};

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Error {
        match error {
            EngineError::Store { source, unwritten: 0, .. } => Error::from(source),
            EngineError::Store { source, unwritten, logged } => {
                let error = Error::from(source).within(lost_outcomes(unwritten));
                let later = later(logged);
                let hint = error.hint.as_ref().map_or_else(|| later.to_owned(), |hint| format!("{hint}; {later}"));
                error.hint(hint)
            }
            EngineError::Unwritten { source, unwritten, logged } => {
                let error = Error::from(source).within(lost_outcomes(unwritten)).hint(later(logged));
                Error { kind: Kind::TempFail, ..error }
            }
            EngineError::NoSenders(ref cause) => {
                Error::new(Kind::TempFail, error.to_string()).cause(cause.to_string()).hint(NO_THREADS)
            }
        }
    }
}

/// What becomes of outcomes that could not be written, where a flight log has them and where none does.
const fn later(logged: bool) -> &'static str {
    if logged {
        "the next worker on this host settles them from the flight log; what it does not tell is unknown: `smsctl list --unknown` shows it"
    } else {
        "no flight log has them: the next worker calls them unknown, and `smsctl list --unknown` shows them; docs/supervision.md tells where a log can be"
    }
}

/// What helps where no file can be opened.
pub(super) const NO_FILES: &str = "allow this process more open files: see `ulimit -n`, or `LimitNOFILE` of the unit";
/// What helps where no thread can be started.
const NO_THREADS: &str = "the system allows this user no more threads: see `ulimit -u`, or the `TasksMax` of the unit";

fn lost_outcomes(unwritten: usize) -> String {
    let outcomes = if unwritten == 1 { "1 outcome" } else { &format!("{unwritten} outcomes") };
    format!("the worker stopped, and {outcomes} could not be written")
}

impl Error {
    /// Signals that ask to stop would go unheard: the system takes no handler, or starts no thread that waits for them.
    pub fn deaf(cause: &io::Error) -> Error {
        let error = |kind| Error::new(kind, "cannot listen to signals");
        match cause.kind() {
            io::ErrorKind::WouldBlock => {
                error(Kind::TempFail).cause("no thread could be started").cause(cause.to_string()).hint(NO_THREADS)
            }
            _ if starves(cause) => error(Kind::TempFail).cause(cause.to_string()).hint(NO_FILES),
            _ => error(Kind::Failed).cause(cause.to_string()),
        }
    }

    /// The settings name no way out at all.
    pub fn no_lanes() -> Error {
        Error::new(Kind::Config, "the settings have no gateway and no command: there is no way to send anything").hint(
            "set `SMS_BASE_URL`, or let `smsctl config init` write a settings file and fill in `gateways.default`",
        )
    }

    /// A setting of the command `name` is missing or wrong.
    pub fn command_setting(name: &str, error: &GatewayError) -> Error {
        Error::new(Kind::Config, error.in_table(&format!("commands.{name}")))
            .hint("`smsctl config show` tells where the value comes from")
    }

    /// `word` is no lane. The fault may lie with the word or with the settings, whichever were found: so it is told as one
    /// of the settings, whatever the command. `lanes` are those that could have been meant.
    pub fn no_lane(word: &str, lanes: &[String]) -> Error {
        let error = Error::new(Kind::Config, format!("there is no lane `{word}`"));
        match lanes {
            [] => error.hint("the settings name no lane; `smsctl config show` tells them"),
            lanes => error.hint(format!("the lanes are {}", ticked(lanes))),
        }
    }

    /// A drain ended although tasks wait: `shut` of them for lanes that take nothing, `withheld` for lanes that are open. `left` are
    /// the lanes, each with its story. The queue is as it was, and the same command may work later.
    pub fn drain_left(shut: u64, withheld: u64, left: &[String]) -> Error {
        const LANES: &str = "`smsctl lane list` tells how they stand";
        const ROWS: &str = "a trigger or a constraint may refuse that they are claimed (`refused` in the log); on a server another program may hold \
                            their rows locked (`SELECT … FOR UPDATE`); or the counts are wrong: `smsctl db check` tells";
        let wait = |n: u64| if n == 1 { "1 task waits".to_owned() } else { format!("{n} tasks wait") };
        let (message, cure) = match (shut, withheld) {
            (shut, 0) => (format!("{} for lanes that take nothing now", wait(shut)), LANES.to_owned()),
            (0, withheld) => (format!("{} that nobody handed out for ten seconds", wait(withheld)), ROWS.to_owned()),
            (shut, withheld) => (
                format!(
                    "{} for lanes that take nothing now, and {withheld} that nobody handed out for ten seconds",
                    wait(shut)
                ),
                format!("{LANES}; {ROWS}"),
            ),
        };
        left.iter()
            .fold(Error::new(Kind::TempFail, message), |error, lane| error.cause(lane.clone()))
            .hint(format!("{cure}; run `smsctl work --drain` again later"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn what_could_not_be_written_is_counted_and_may_work_later() {
        let source = StoreError::ReadOnly { path: "/sms.db".into(), file: None };
        let error = Error::from(EngineError::Unwritten { source, unwritten: 2, logged: false });
        assert_eq!(error.kind, Kind::TempFail);
        assert_eq!(error.message, "the worker stopped, and 2 outcomes could not be written");
        assert_eq!(error.causes, ["the database `/sms.db` is read-only"]);
        assert_eq!(error.hint.as_deref(), Some(later(false)));
    }

    #[test]
    fn what_a_drain_left_is_told_by_what_keeps_it() {
        let told = |shut, withheld| {
            let error = Error::drain_left(shut, withheld, &["a lane".to_owned()]);
            assert_eq!((error.kind, error.causes), (Kind::TempFail, vec!["a lane".to_owned()]));
            (error.message, error.hint.unwrap_or_default())
        };
        let (message, hint) = told(6, 0);
        assert_eq!(message, "6 tasks wait for lanes that take nothing now");
        assert_eq!(hint, "`smsctl lane list` tells how they stand; run `smsctl work --drain` again later");
        let (message, hint) = told(0, 1);
        assert_eq!(message, "1 task waits that nobody handed out for ten seconds");
        assert!(hint.contains("locked") && hint.contains("`smsctl db check`") && !hint.contains("lane list"), "{hint}");
        let (message, hint) = told(1, 2);
        assert_eq!(
            message,
            "1 task waits for lanes that take nothing now, and 2 that nobody handed out for ten seconds"
        );
        assert!(hint.contains("`smsctl lane list`") && hint.contains("`smsctl db check`"), "{hint}");
    }

    #[test]
    fn a_store_that_failed_speaks_for_itself() {
        let source = StoreError::NotMigrated { location: "/sms.db".to_owned() };
        let error = Error::from(EngineError::Store { source, unwritten: 0, logged: false });
        assert_eq!(error.kind, Kind::Unavailable);
        assert_eq!(error.message, "the database `/sms.db` has no tables of smsctl yet");
        let source = StoreError::NotMigrated { location: "/sms.db".to_owned() };
        let error = Error::from(EngineError::Store { source, unwritten: 1, logged: true });
        assert_eq!(error.message, "the worker stopped, and 1 outcome could not be written");
        let hint = error.hint.unwrap_or_default();
        assert!(hint.starts_with("`smsctl db migrate` makes them") && hint.ends_with(later(true)), "{hint}");
    }
}
