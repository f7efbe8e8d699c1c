//! What happens next with a task, and what an operator can do about it.

use jiff::Timestamp;

use super::super::shapes::{SeenWorker, WorkerState};
use super::super::words;
use super::{ACCEPTED, Known, Needs};
use crate::queue::{DeadLetter, DeadLetterState, State};

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// For scripts; the words are listed in `docs/json.md`.
    pub code: &'static str,
    pub at: Option<Timestamp>,
    /// For people: one or two sentences, commands in backticks.
    pub words: String,
}

impl Next {
    fn new(code: &'static str, words: impl Into<String>) -> Next {
        Next { code, at: None, words: words.into() }
    }

    fn at(code: &'static str, at: Timestamp, words: impl Into<String>) -> Next {
        Next { code, at: Some(at), words: words.into() }
    }
}

/// The code of a task that is sent again by express order only.
const ORDER_UNKNOWN: &str = "order_unknown";

impl Known<'_> {
    /// What happens next, and what an operator can do about it.
    pub fn next(&self) -> Next {
        let mut next = match self.task.status {
            State::Pending => self.pending(),
            State::Scheduled => self.scheduled(),
            State::Processing => self.processing(),
            State::Completed => self.completed(),
            State::Failed => self.failed(),
            State::Held => {
                let flag = if self.is_unknown() || self.task.departed > 0 { "--unknown " } else { "" };
                let words =
                    format!("Held by an operator: it goes nowhere until `smsctl release {flag}{}`.", self.task.id);
                Next::new("order_release", words)
            }
            State::Cancelled => Next::new("none", "Cancelled by an operator: it will not be sent."),
            State::Other => Next::new(
                "other_program",
                "Another program gave it a status that smsctl does not know: it is left alone.",
            ),
        };
        // Where an order is needed, the words say why already.
        if let Some(warning) = self.warning().filter(|_| next.code != ORDER_UNKNOWN) {
            next.words.push(' ');
            next.words.push_str(&warning);
        }
        next
    }

    fn pending(&self) -> Next {
        if !self.served {
            return self.unserved();
        }
        if let Some((story, at)) = self.barrier {
            let mut words = format!("Waits: {story}.");
            if self.live_workers() == 0 {
                words.push_str(" No worker is running: start one with `smsctl work`.");
            }
            self.add_expiry(&mut words);
            return Next { code: "lane", at, words };
        }
        let mut words = match self.live_workers() {
            0 => "Waits for a worker, and none is running: start one with `smsctl work`.".to_owned(),
            _ => "Goes out as soon as a sender and its lane are free.".to_owned(),
        };
        self.add_expiry(&mut words);
        Next::new("send", words)
    }

    fn unserved(&self) -> Next {
        let func = &self.task.task_func;
        let words = match func.split_once(':') {
            Some((kind @ ("gateway" | "command"), name)) => format!(
                "Waits: the settings have no lane `{func}`. Add `[{kind}s.{name}]`, and `smsctl config check` looks at it."
            ),
            _ => format!(
                "Waits: no lane of the settings serves `{func}`. Add `[tasks.\"{func}\"]` with a `lane`, and `smsctl config check` looks at it."
            ),
        };
        Next::new("unserved", words)
    }

    fn scheduled(&self) -> Next {
        let Some(at) = self.task.available_at else { return self.pending() };
        let goes = if at > self.now { "Goes out at" } else { "Due to go out since" };
        let mut words = format!("{goes} {}{}.", words::time_from(at, self.now), self.without_worker());
        self.add_expiry(&mut words);
        Next::at("send_at", at, words)
    }

    fn processing(&self) -> Next {
        let id = self.task.worker_id;
        let Some(SeenWorker { row: worker, state, is_there }) =
            self.workers.iter().find(|worker| Some(worker.row.id) == id)
        else {
            return Next::new(
                "other_program",
                "In the hands of another program: smsctl leaves it alone. `smsctl db check` tells whether it is stranded.",
            );
        };
        let who = format!("worker {} (pid {} on {})", worker.id, worker.pid, worker.host);
        match state {
            WorkerState::Alive => Next::new("settle", format!("In the hands of {who}, which will settle it.")),
            WorkerState::Late => Next::new(
                "settle",
                format!("In the hands of {who}, not heard of for {}.", words::span(worker.heartbeat_age)),
            ),
            WorkerState::Dead | WorkerState::Ended => Next::new(
                "recover",
                format!(
                    "Was in the hands of {who}, which {}: nobody knows yet whether it left. The next `smsctl work` that runs or starts settles it, as unknown unless more is found out.",
                    if *is_there { "stands still, or is stuck" } else { "is gone" }
                ),
            ),
        }
    }

    fn completed(&self) -> Next {
        let task = self.task;
        let when = task.completed_at.map(|at| format!(" at {}", words::time_from(at, self.now))).unwrap_or_default();
        let is_foreign = task.attempt == 0 || self.is_denied();
        let words = match (is_foreign, task.task_func.starts_with("command:")) {
            (true, _) => format!("Done: another program completed it{when}."),
            (_, true) => format!("Done: the command ended well{when}."),
            (_, false) => format!("Done: the gateway accepted it{when}."),
        };
        Next::new("none", words)
    }

    fn failed(&self) -> Next {
        if let Some(letter) = self.dead_letter.filter(|letter| letter.status != DeadLetterState::Retried) {
            return self.dead(letter);
        }
        let task = self.task;
        if task.retry_count >= task.max_retries {
            let used = match task.max_retries {
                1 => "Its only attempt is used".to_owned(),
                max => format!("All {} are used", words::count(u64::from(max), "attempt")),
            };
            let words = format!(
                "{used}, and no dead letter tells of it: another program ended it. `smsctl enqueue` sends it anew."
            );
            return Next::new("none", words);
        }
        match task.available_at {
            Some(at) => self.retried_by_itself(at),
            None if self.may_have_left() => Next::new(ORDER_UNKNOWN, self.why_it_waits()),
            None => Next::new(
                "order_retry",
                format!(
                    "Waits for an order: `smsctl retry-failed --id {}` tries again ({} left).",
                    task.id,
                    words::count(u64::from(task.max_retries - task.retry_count), "attempt")
                ),
            ),
        }
    }

    /// Why it is not sent again by a plain order, and by which it is.
    fn why_it_waits(&self) -> String {
        let order = format!("`smsctl retry-failed --unknown --id {}`", self.task.id);
        if let Some(accepted) = self.attempts.iter().find(|attempt| attempt.outcome == ACCEPTED) {
            return format!(
                "The gateway accepted attempt {}, but the task had been changed meanwhile: it is not sent again by itself. {order} sends it a second time.",
                accepted.attempt
            );
        }
        if self.is_unknown() {
            return format!(
                "Nobody knows whether it was sent, so it is not sent again by itself. Ask the gateway or the recipient; {order} sends it again."
            );
        }
        format!(
            "An earlier attempt may have been sent, so it is not sent again by itself. Ask the gateway or the recipient; {order} sends it again."
        )
    }

    fn retried_by_itself(&self, at: Timestamp) -> Next {
        if !self.served {
            return self.unserved();
        }
        let next_attempt = self.task.retry_count + 1;
        let tried = if at > self.now { "Tried again by itself at" } else { "Due to be tried again since" };
        let words = format!(
            "{tried} {}{}: attempt {next_attempt} of {}.",
            words::time_from(at, self.now),
            self.without_worker(),
            self.task.max_retries
        );
        Next::at("retry_at", at, words)
    }

    fn dead(&self, letter: &DeadLetter) -> Next {
        let id = letter.id;
        let why = match letter.error_type.as_deref() {
            Some("unknown") => "Nobody knows whether its last attempt was sent, and no attempt is left",
            Some("expired") => "Its time had passed before it could be sent",
            Some("rejected") => "The gateway will never take it",
            Some("opted_out") => "The person does not want messages",
            Some("invalid") => "It does not hold what its lane needs",
            _ if letter.retry_count >= letter.max_retries => "All its attempts failed",
            _ => "It was given up",
        };
        if letter.status == DeadLetterState::Abandoned {
            return Next::new("none", format!("{why}; an operator gave up dead letter {id}."));
        }
        let retry = Needs::of(letter, Some(self.task), self.now).retry_command(id);
        Next::new(
            "order_dead_letter",
            format!(
                "{why}: it is dead letter {id} and not tried again by itself. `{retry}` gives it new attempts, `smsctl dead-letter abandon {id}` gives it up."
            ),
        )
    }

    fn live_workers(&self) -> usize {
        let lives = |worker: &&SeenWorker| matches!(worker.state, WorkerState::Alive | WorkerState::Late);
        self.workers.iter().filter(lives).count()
    }

    fn without_worker(&self) -> &'static str {
        if self.live_workers() == 0 { ", once a worker runs (`smsctl work`)" } else { "" }
    }

    fn add_expiry(&self, words: &mut String) {
        if let Some(at) = self.task.expires_at {
            words.push_str(&format!(" It expires at {}.", words::time_from(at, self.now)));
        }
    }
}
