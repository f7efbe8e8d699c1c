//! The truth about one task: whether it was sent, and what happens next. Pure, so that every case can be tested.

use jiff::Timestamp;

use super::shapes::WorkerState;
use super::words;
use crate::queue::{Attempt, DeadLetter, DeadLetterState, State, Task};
use crate::store::Worker;

/// All that is known about a task.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub task: &'a Task,
    /// Oldest first.
    pub attempts: &'a [Attempt],
    /// The newest dead letter of the task.
    pub dead_letter: Option<&'a DeadLetter>,
    /// Whether the settings have a lane for it.
    pub served: bool,
    /// All worker rows.
    pub workers: &'a [Worker],
    pub now: Timestamp,
}

/// Whether the message went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// An answer said so.
    Yes,
    /// It certainly did not.
    No,
    /// A request left, or may have left, and no answer is known.
    Unknown,
}

impl Sent {
    pub const fn as_str(self) -> &'static str {
        match self {
            Sent::Yes => "yes",
            Sent::No => "no",
            Sent::Unknown => "unknown",
        }
    }
}

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

impl Known<'_> {
    /// Whether the message went out, as far as anybody knows.
    pub fn sent(&self) -> Sent {
        match self.task.status {
            State::Completed => Sent::Yes,
            State::Processing => Sent::Unknown,
            _ if self.may_have_left() => Sent::Unknown,
            _ => Sent::No,
        }
    }

    /// What happens next, and what an operator can do about it.
    pub fn next(&self) -> Next {
        let mut next = match self.task.status {
            State::Pending => self.pending(),
            State::Scheduled => self.scheduled(),
            State::Processing => self.processing(),
            State::Completed => self.completed(),
            State::Failed => self.failed(),
            State::Held => Next::new(
                "order_release",
                format!("Held by an operator: it goes nowhere until `smsctl release {}`.", self.task.id),
            ),
            State::Cancelled => Next::new("none", "Cancelled by an operator: it will not be sent."),
        };
        if let Some(warning) = self.warning() {
            next.words.push(' ');
            next.words.push_str(warning);
        }
        next
    }

    /// What an earlier attempt with an unknown outcome means for this state, where its own words do not tell.
    fn warning(&self) -> Option<&'static str> {
        match self.task.status {
            _ if !self.may_have_left() => None,
            State::Completed => Some("An earlier attempt has an unknown outcome: it may have arrived twice."),
            State::Failed if self.is_unknown() => None,
            _ => Some("An earlier attempt has an unknown outcome: it may have arrived once already."),
        }
    }

    fn may_have_left(&self) -> bool {
        self.is_unknown() || self.attempts.iter().any(|attempt| attempt.outcome == "unknown")
    }

    fn is_unknown(&self) -> bool {
        self.task.error_type.as_deref() == Some("unknown")
    }

    fn pending(&self) -> Next {
        if !self.served {
            return self.unserved();
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
        let Some(worker) = self.workers.iter().find(|worker| Some(worker.id) == id) else {
            return Next::new(
                "other_program",
                "In the hands of another program: smsctl leaves it alone. `smsctl db check` tells whether it is stranded.",
            );
        };
        let who = format!("worker {} (pid {} on {})", worker.id, worker.pid, worker.host);
        match WorkerState::of(worker) {
            WorkerState::Alive => Next::new("settle", format!("In the hands of {who}, which will settle it.")),
            WorkerState::Late => Next::new(
                "settle",
                format!("In the hands of {who}, not heard of for {}.", words::span(worker.heartbeat_age)),
            ),
            WorkerState::Dead | WorkerState::Ended => Next::new(
                "recover",
                format!(
                    "Was in the hands of {who}, which is gone: nobody knows yet whether it left. A running `smsctl work` finds out and settles it."
                ),
            ),
        }
    }

    fn completed(&self) -> Next {
        let task = self.task;
        let when = task.completed_at.map(|at| format!(" at {}", words::time_from(at, self.now))).unwrap_or_default();
        let words = match (task.attempt, task.task_func.starts_with("command:")) {
            (0, _) => format!("Done: another program completed it{when}."),
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
            let words = format!(
                "All {} are used, and no dead letter tells of it: another program ended it. `smsctl enqueue` sends it anew.",
                words::count(u64::from(task.max_retries), "attempt")
            );
            return Next::new("none", words);
        }
        match task.available_at {
            Some(at) => self.retried_by_itself(at),
            None if self.is_unknown() => Next::new(
                "order_unknown",
                format!(
                    "Nobody knows whether it was sent, so it is not sent again by itself. Ask the gateway or the recipient; `smsctl retry-failed --unknown --id {}` sends it again.",
                    task.id
                ),
            ),
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
        Next::new(
            "order_dead_letter",
            format!(
                "{why}: it is dead letter {id} and not tried again by itself. `smsctl dead-letter retry {id}` gives it new attempts, `smsctl dead-letter abandon {id}` gives it up."
            ),
        )
    }

    fn live_workers(&self) -> usize {
        let lives = |worker: &&Worker| matches!(WorkerState::of(worker), WorkerState::Alive | WorkerState::Late);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: &str = "2026-11-24T15:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn task(status: State) -> Task {
        Task {
            id: 5,
            task_name: "sms".to_owned(),
            task_func: "gateway:default".to_owned(),
            args: None,
            kwargs: None,
            status,
            worker_id: None,
            error_message: None,
            created_at: Some(now()),
            started_at: None,
            completed_at: None,
            max_retries: 3,
            retry_count: 0,
            recipient: Some("+85291234567".to_owned()),
            content: Some("hello".to_owned()),
            sender: None,
            priority: 5,
            available_at: None,
            expires_at: None,
            attempt: 0,
            batch: None,
            dedupe_key: None,
            error_type: None,
            provider_message_id: None,
            segments: Some(1),
        }
    }

    fn failed(error_type: &str, retry_count: u32) -> Task {
        Task { error_type: Some(error_type.to_owned()), retry_count, attempt: retry_count, ..task(State::Failed) }
    }

    fn letter(error_type: &str, status: DeadLetterState) -> DeadLetter {
        DeadLetter {
            id: 7,
            message_id: Some(5),
            task_id: Some(5),
            recipient: "+85291234567".to_owned(),
            content: "hello".to_owned(),
            error_message: None,
            error_type: Some(error_type.to_owned()),
            retry_count: 3,
            max_retries: 3,
            status,
            created_at: None,
            retried_at: None,
            last_attempt_at: None,
        }
    }

    fn attempt(outcome: &str) -> Attempt {
        Attempt {
            task_id: 5,
            attempt: 1,
            worker_id: Some(2),
            started_at: None,
            ended_at: now(),
            outcome: outcome.to_owned(),
            error_type: Some(outcome.to_owned()),
            error_message: None,
        }
    }

    fn worker(heartbeat_age_s: u64) -> Worker {
        Worker {
            id: 2,
            host: "sms1".to_owned(),
            boot_id: String::new(),
            pid: 99,
            pid_started: String::new(),
            senders: 4,
            version: "0.1.0".to_owned(),
            started_at: now(),
            heartbeat_at: now(),
            ended_at: None,
            heartbeat_age: Duration::from_secs(heartbeat_age_s),
            claims: 1,
        }
    }

    fn known<'a>(task: &'a Task, workers: &'a [Worker]) -> Known<'a> {
        Known { task, attempts: &[], dead_letter: None, served: true, workers, now: now() }
    }

    #[test]
    fn pending_tasks_say_what_they_wait_for() {
        let task = task(State::Pending);
        assert_eq!(known(&task, &[worker(1)]).next().words, "Goes out as soon as a sender and its lane are free.");
        let alone = known(&task, &[]);
        assert_eq!(alone.next().words, "Waits for a worker, and none is running: start one with `smsctl work`.");
        let unserved = Known { served: false, ..alone }.next();
        assert_eq!(unserved.code, "unserved");
        assert!(unserved.words.contains("Add `[gateways.default]`"), "{}", unserved.words);
        assert_eq!(alone.sent(), Sent::No);
    }

    #[test]
    fn a_dead_worker_does_not_count_as_one_that_runs() {
        let task = task(State::Pending);
        assert!(known(&task, &[worker(31)]).next().words.contains("none is running"));
    }

    #[test]
    fn rows_of_another_program_name_the_setting_that_is_missing() {
        let task = Task { task_func: "app.sms.send".to_owned(), ..task(State::Pending) };
        let next = Known { served: false, ..known(&task, &[]) }.next();
        assert!(next.words.contains("Add `[tasks.\"app.sms.send\"]` with a `lane`"), "{}", next.words);
    }

    #[test]
    fn scheduled_tasks_tell_when() {
        let at: Timestamp = "2026-11-24T17:00:00Z".parse().unwrap();
        let task = Task { available_at: Some(at), ..task(State::Scheduled) };
        let next = known(&task, &[worker(1)]).next();
        assert_eq!((next.code, next.at), ("send_at", Some(at)));
        assert_eq!(next.words, "Goes out at 2026-11-24 17:00:00Z (in 2 h).");
    }

    #[test]
    fn a_claimed_task_is_unknown_until_it_is_settled() {
        let task = Task { worker_id: Some(2), attempt: 1, ..task(State::Processing) };
        let codes = [vec![worker(1)], vec![worker(20)], vec![worker(31)], vec![]]
            .map(|workers| (known(&task, &workers).next().code, known(&task, &workers).sent()));
        let sent = Sent::Unknown;
        assert_eq!(codes, [("settle", sent), ("settle", sent), ("recover", sent), ("other_program", sent)]);
        assert_eq!(
            known(&task, &[worker(1)]).next().words,
            "In the hands of worker 2 (pid 99 on sms1), which will settle it."
        );
    }

    #[test]
    fn completed_tasks_say_who_said_so() {
        let completed = |attempt, func: &str| Task {
            attempt,
            task_func: func.to_owned(),
            completed_at: Some(now()),
            ..task(State::Completed)
        };
        let words = [(1, "gateway:default"), (1, "command:report"), (0, "app.sms.send")]
            .map(|(attempt, func)| known(&completed(attempt, func), &[]).next().words);
        assert_eq!(
            words,
            [
                "Done: the gateway accepted it at 2026-11-24 15:00:00Z (now).",
                "Done: the command ended well at 2026-11-24 15:00:00Z (now).",
                "Done: another program completed it at 2026-11-24 15:00:00Z (now).",
            ]
        );
        assert_eq!(known(&completed(1, "gateway:default"), &[]).sent(), Sent::Yes);
    }

    #[test]
    fn a_deferred_task_is_retried_by_itself() {
        let at: Timestamp = "2026-11-24T15:00:08Z".parse().unwrap();
        let task = Task { available_at: Some(at), ..failed("unavailable", 1) };
        let next = known(&task, &[worker(1)]).next();
        assert_eq!((next.code, next.at), ("retry_at", Some(at)));
        assert_eq!(next.words, "Tried again by itself at 2026-11-24 15:00:08Z (in 8 s): attempt 2 of 3.");
        assert_eq!(known(&task, &[]).sent(), Sent::No);
        let overdue = Task { available_at: Some("2026-11-24T14:59:00Z".parse().unwrap()), ..task };
        assert_eq!(
            known(&overdue, &[]).next().words,
            "Due to be tried again since 2026-11-24 14:59:00Z (1 min ago), once a worker runs (`smsctl work`): attempt 2 of 3."
        );
    }

    #[test]
    fn an_unknown_outcome_waits_for_an_order() {
        let task = failed("unknown", 1);
        let workers = [worker(1)];
        let known = known(&task, &workers);
        assert_eq!(known.sent(), Sent::Unknown);
        assert_eq!(known.next().code, "order_unknown");
        assert!(known.next().words.ends_with("`smsctl retry-failed --unknown --id 5` sends it again."));
    }

    #[test]
    fn a_parked_task_waits_for_an_order() {
        let task = failed("unavailable", 1);
        let next = known(&task, &[worker(1)]).next();
        assert_eq!(next.code, "order_retry");
        assert_eq!(next.words, "Waits for an order: `smsctl retry-failed --id 5` tries again (2 attempts left).");
    }

    #[test]
    fn a_dead_letter_names_its_orders() {
        let task = failed("rejected", 1);
        let pending = letter("rejected", DeadLetterState::Pending);
        let abandoned = letter("rejected", DeadLetterState::Abandoned);
        let known = known(&task, &[]);
        let next = Known { dead_letter: Some(&pending), ..known }.next();
        assert_eq!(next.code, "order_dead_letter");
        assert!(next.words.contains("`smsctl dead-letter retry 7`"), "{}", next.words);
        let next = Known { dead_letter: Some(&abandoned), ..known }.next();
        assert_eq!(
            (next.code, next.words.as_str()),
            ("none", "The gateway will never take it; an operator gave up dead letter 7.")
        );
    }

    #[test]
    fn an_earlier_unknown_attempt_is_never_forgotten() {
        let attempts = [attempt("unknown")];
        let workers = [worker(1)];
        for state in [State::Pending, State::Held, State::Cancelled] {
            let task = task(state);
            let known = Known { attempts: &attempts, ..known(&task, &workers) };
            assert_eq!(known.sent(), Sent::Unknown, "{state}");
            assert!(known.next().words.ends_with("it may have arrived once already."), "{state}");
        }
        let task = task(State::Completed);
        let known = Known { attempts: &attempts, ..known(&task, &[]) };
        assert_eq!(known.sent(), Sent::Yes);
        assert!(known.next().words.ends_with("it may have arrived twice."), "{}", known.next().words);
    }
}
