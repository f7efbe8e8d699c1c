//! The words for faults of our own.

use super::{Error, Kind};
use crate::panics::Panicked;

impl From<Panicked> for Error {
    fn from(panicked: Panicked) -> Error {
        let error = Error::new(Kind::Bug, format!("smsctl has a fault at {}", panicked.place));
        let error = match panicked.words {
            Some(words) => error.cause(words),
            None => error,
        };
        error.hint(
            "please report it, with this line, `smsctl --version` and the command; what was queued is safe on disk",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panics::catch;

    #[test]
    fn a_fault_asks_for_a_report() {
        let panicked: Result<(), _> = catch(|| panic!("the fence moved"));
        let error = Error::from(panicked.unwrap_err());
        assert_eq!(error.kind, Kind::Bug);
        assert!(error.message.contains(file!()), "{error:?}");
        assert_eq!(error.causes, ["the fence moved"]);
        assert!(error.hint.is_some_and(|hint| hint.contains("report")));
    }
}
