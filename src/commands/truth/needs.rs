//! What somebody must agree to before a dead letter is sent again.

use jiff::Timestamp;

use crate::queue::{DeadLetter, DeadLetterId, Task};

/// The flags of `dead-letter retry` that a letter needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// `--unknown`: it may have arrived already.
    pub unknown: bool,
    /// `--expired`: its time has passed.
    pub expired: bool,
}

impl Needs {
    /// `task` is the letter's task, if it is in the queue.
    pub fn of(letter: &DeadLetter, task: Option<&Task>, now: Timestamp) -> Needs {
        let is = |word| {
            letter.error_type.as_deref() == Some(word)
                || task.is_some_and(|task| task.error_type.as_deref() == Some(word))
        };
        let departed = task.is_some_and(|task| task.departed > 0);
        let over = task.and_then(|task| task.expires_at).is_some_and(|at| at <= now);
        Needs { unknown: departed || is("unknown"), expired: over || is("expired") }
    }

    /// Why nothing sends `letter` again, whatever is agreed to; `None` if it can be sent.
    pub fn unsendable(letter: &DeadLetter, is_task_there: bool) -> Option<String> {
        match letter.task_id {
            _ if is_task_there || !letter.recipient.is_empty() => None,
            Some(task) => Some(format!("its task {task} is gone, and it has no recipient")),
            None => Some("it has neither a task nor a recipient".to_owned()),
        }
    }

    /// What is missing where only `given` was agreed to.
    pub fn beyond(self, given: Needs) -> Needs {
        Needs { unknown: self.unknown && !given.unknown, expired: self.expired && !given.expired }
    }

    /// The command that sends letter `id` again.
    pub fn retry_command(self, id: DeadLetterId) -> String {
        let flag = |needed, flag: &'static str| if needed { flag } else { "" };
        let (unknown, expired) = (flag(self.unknown, " --unknown"), flag(self.expired, " --expired"));
        format!("smsctl dead-letter retry {id}{unknown}{expired}")
    }

    /// Why nothing is done without it; `None` if nothing is needed.
    pub const fn reason(self) -> Option<&'static str> {
        match (self.unknown, self.expired) {
            (true, true) => Some("nobody knows whether it was sent, and its time has passed"),
            (true, false) => Some("nobody knows whether it was sent"),
            (false, true) => Some("its time has passed"),
            (false, false) => None,
        }
    }
}
