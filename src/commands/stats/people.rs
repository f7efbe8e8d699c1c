//! The counts as people read them, and what deserves attention.

use std::time::Duration;

use super::super::shapes::StatsShape;
use super::super::words;
use crate::output::Lines;
use crate::queue::State;
use crate::store::Counters;

/// Labelled counts, each with what matters about it; below them what somebody should look at. On a terminal the digits stand
/// in one column.
pub fn lines(stats: &StatsShape, aligned: bool) -> Lines {
    let counts: Vec<_> =
        stats.by_state().into_iter().map(|(state, n)| (state.as_str(), n, remark(stats, state))).collect();
    let letters = &stats.dead_letter;
    let rest = [
        ("total", stats.total, None),
        ("dead letters", letters.total, letters_remark(stats)),
        ("workers", stats.workers, None),
    ];
    let width = counts.iter().chain(&rest).map(|(_, n, _)| words::thousands(*n).len()).max().unwrap_or(0);
    let width = if aligned { width } else { 0 };
    let mut lines = Lines::new();
    for (at, (label, n, remark)) in counts.into_iter().chain(rest).enumerate() {
        if at == stats.by_state().len() {
            lines.gap();
        }
        let remark = remark.map(|remark| format!("  {remark}")).unwrap_or_default();
        lines.line(label, format!("{:>width$}{remark}", words::thousands(n)));
    }
    let attention = attention(stats);
    if !attention.is_empty() {
        lines.gap();
    }
    for text in attention {
        lines.paragraph(text);
    }
    if let Some(stores) = &stats.store {
        lines.gap();
        for store in stores {
            let of = store.worker.map_or("this process".to_owned(), |worker| format!("worker {worker}"));
            lines.line(&of, met(&store.counters));
        }
    }
    lines
}

fn remark(stats: &StatsShape, state: State) -> Option<String> {
    match state {
        State::Pending => stats.oldest_pending_age_s.map(|age_s| {
            format!("the oldest for {}", words::span(Duration::try_from_secs_f64(age_s).unwrap_or_default()))
        }),
        State::Completed if stats.completed_this_hour + stats.completed_previous_hour > 0 => {
            let hours = [stats.completed_this_hour, stats.completed_previous_hour].map(words::thousands);
            Some(format!("{} this hour, {} in the hour before", hours[0], hours[1]))
        }
        State::Failed if stats.failed > 0 => {
            let left = format!("{} with attempts left", words::thousands(stats.retryable));
            Some(match stats.unknown {
                0 => left,
                unknown => format!("{left}, {} with an unknown outcome", words::thousands(unknown)),
            })
        }
        _ => None,
    }
}

fn letters_remark(stats: &StatsShape) -> Option<String> {
    let letters = &stats.dead_letter;
    (letters.total > 0).then(|| {
        let [pending, retried, abandoned] = [letters.pending, letters.retried, letters.abandoned].map(words::thousands);
        format!("{pending} to decide on, {retried} retried, {abandoned} abandoned")
    })
}

/// What a store has met: what never happened is not told.
fn met(counters: &Counters) -> String {
    let count = |n: u64, one: &str, many: &str| {
        (n > 0).then(|| format!("{} {}", words::thousands(n), if n == 1 { one } else { many }))
    };
    let parts = [
        count(counters.pool_open, "connection", "connections"),
        count(counters.pool_in_use, "of them in use", "of them in use"),
        count(counters.pool_overflow, "in overflow", "in overflow"),
        count(counters.pool_waits, "wait for a connection", "waits for a connection"),
        count(counters.log_bytes / 1024 / 1024, "MiB of log", "MiB of log"),
        count(counters.busy_waits, "wait for a lock", "waits for a lock"),
        count(counters.repeated, "transaction tried again", "transactions tried again"),
        count(counters.deadlocks, "deadlock", "deadlocks"),
        count(counters.lock_timeouts, "lock timeout", "lock timeouts"),
        count(counters.conflicts, "conflict", "conflicts"),
        count(counters.interrupted, "interrupted statement", "interrupted statements"),
        count(counters.unfit_servers, "server that took no writes", "servers that took no writes"),
        count(counters.refused_connections, "refused connection", "refused connections"),
        count(counters.lost_connections, "lost connection", "lost connections"),
        count(counters.resolved_commits, "commit asked about", "commits asked about"),
    ];
    let told = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if told.is_empty() { "nothing to tell".to_owned() } else { told }
}

/// What somebody should look at, with the command that does it.
fn attention(stats: &StatsShape) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |n: u64, text: String| {
        if n > 0 {
            out.push(format!("! {text}"));
        }
    };
    let waits = |n: u64| if n == 1 { "waits" } else { "wait" };
    let unserved = stats.unserved;
    add(
        unserved,
        format!(
            "{} {} for a lane that the settings do not have: `smsctl stats --by lane`",
            words::count(unserved, "task"),
            waits(unserved)
        ),
    );
    let waiting = if stats.workers == 0 && !stats.is_closed { stats.pending.saturating_sub(unserved) } else { 0 };
    add(
        waiting,
        format!("{} {}, and no worker is running: `smsctl work`", words::count(waiting, "task"), waits(waiting)),
    );
    let unknown = stats.unknown;
    add(unknown, format!("nobody knows whether {} left: `smsctl list --unknown`", words::count(unknown, "message")));
    let other = stats.other;
    add(
        other,
        format!(
            "{} with a status that smsctl does not know, and leaves alone: `smsctl db check`",
            words::count(other, "task")
        ),
    );
    let letters = stats.dead_letter.pending;
    add(
        letters,
        format!(
            "{} {} for a decision: `smsctl dead-letter list --status pending`",
            words::count(letters, "dead letter"),
            waits(letters)
        ),
    );
    out.extend(stats.lane_stories.iter().map(|story| format!("! {story}")));
    out.extend(stats.limits.iter().map(|limit| format!("! {limit}")));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DeadLetterCounts, Stats, StatusCounts};

    fn shape(stats: Stats, unserved: u64) -> StatsShape {
        StatsShape::new(stats, unserved, "sms.db".to_owned())
    }

    #[test]
    fn a_queue_in_order_deserves_no_attention() {
        let tasks = StatusCounts { pending: 3, completed: 9, failed: 1, retryable: 1, ..StatusCounts::default() };
        let shape = shape(Stats { tasks, ..Stats::default() }, 0);
        assert_eq!(attention(&StatsShape { workers: 1, ..shape }), Vec::<String>::new());
    }

    #[test]
    fn nobody_is_asked_to_work_on_a_closed_queue() {
        let tasks = StatusCounts { pending: 3, ..StatusCounts::default() };
        let shape = shape(Stats { tasks, ..Stats::default() }, 0);
        assert_eq!(attention(&StatsShape { is_closed: true, ..shape }), Vec::<String>::new());
    }

    #[test]
    fn everything_that_waits_for_somebody_is_named_with_its_command() {
        let tasks = StatusCounts { pending: 3, failed: 2, unknown: 2, ..StatusCounts::default() };
        let dead_letters = DeadLetterCounts { pending: 1, ..DeadLetterCounts::default() };
        let stats = Stats { tasks, dead_letters, ..Stats::default() };
        assert_eq!(
            attention(&shape(stats, 2)),
            [
                "! 2 tasks wait for a lane that the settings do not have: `smsctl stats --by lane`",
                "! 1 task waits, and no worker is running: `smsctl work`",
                "! nobody knows whether 2 messages left: `smsctl list --unknown`",
                "! 1 dead letter waits for a decision: `smsctl dead-letter list --status pending`",
            ]
        );
    }
}
