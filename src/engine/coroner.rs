//! Judges dead workers, and what becomes of the tasks that they held.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::flight::{Flight, Held, Trace};
use super::host::{self, Pulse};
use super::lease::boottime;
use super::plan::Plan;
use super::upkeep::HEARTBEAT_EVERY;
use crate::queue::{ErrorType, Fate, LaneNotice, Reply, TaskId, WorkerId};
use crate::store::{Coroner, LEASE, Recovered, Result, Store, StoreError, Stranded, Worker};

/// A heartbeat that stands still for so long, before our eyes, has missed its time more than once.
const SILENCE_MIN: Duration = Duration::from_secs(HEARTBEAT_EVERY.as_secs() * 3);

/// What this process has seen of the heartbeats of others, by its own clock.
///
/// The age of a heartbeat alone proves nothing: it jumps with the clock of the host, and after a time in which nobody could
/// write to the database it is old for everybody. A worker that lives would lose what it has on the wire. So a worker that may
/// live is dead only when we were there to see that no heartbeat came.
#[derive(Debug, Default)]
pub(super) struct Watch {
    sightings: BTreeMap<WorkerId, Sighting>,
    /// Boot time of the look under way, or of the last one.
    looked_at: Option<Duration>,
    is_first: bool,
    /// The last look met a worker whose lease has run out, and that may live.
    is_undecided: bool,
}

#[derive(Clone, Copy, Debug)]
struct Sighting {
    heartbeat_at: Timestamp,
    /// When it was first seen to be this one (boot time).
    since: Duration,
    /// The last look at which it was (boot time).
    until: Duration,
}

impl Watch {
    /// A look begins at `now` (boot time). Whoever has not looked for a while has seen nothing meanwhile.
    pub fn look(&mut self, now: Duration) {
        let last = self.looked_at.unwrap_or(now);
        // Workers that the last look did not meet have ended.
        self.sightings.retain(|_, seen| seen.until == last && now.saturating_sub(last) <= SILENCE_MIN);
        self.is_first = self.looked_at.is_none();
        self.looked_at = Some(now);
        self.is_undecided = false;
    }

    /// Whether a worker whose lease has run out may still turn out to live: what it holds has no fate yet, and will have one soon.
    pub fn is_undecided(&self) -> bool {
        self.is_undecided
    }

    /// For how long the heartbeat of `worker` has stood still.
    fn silence(&mut self, worker: &Worker) -> Duration {
        let now = self.looked_at.unwrap_or_default();
        let before = self.sightings.get(&worker.id).filter(|seen| seen.heartbeat_at == worker.heartbeat_at);
        let since = before.map_or(now, |seen| seen.since);
        let seen = Sighting { heartbeat_at: worker.heartbeat_at, since, until: now };
        self.sightings.insert(worker.id, seen);
        now.saturating_sub(since)
    }

    /// Whether `worker`, of which the kernel says `pulse`, is dead.
    fn is_dead(&mut self, worker: &Worker, pulse: Pulse) -> bool {
        if pulse == Pulse::Gone {
            return true;
        }
        let silence = self.silence(worker);
        let is_late = worker.heartbeat_age > LEASE;
        let is_dead = match pulse {
            // A process that has just begun, perhaps to do little and end, has nothing but the age to go by.
            Pulse::Unknown if self.is_first => is_late,
            // A process that lives and writes no heartbeat is stopped or stuck: its lease runs out all the same. So it does
            // if the clock was set back, and the age is nothing.
            _ => silence >= LEASE || (is_late && silence >= SILENCE_MIN),
        };
        self.is_undecided |= is_late && !is_dead;
        is_dead
    }
}

/// The judge that a worker process brings to `Store::recover`.
pub(super) struct Judge<'a> {
    pub plan: &'a Plan,
    /// The row of this process: never judged. `None`: it is no worker.
    pub me: Option<WorkerId>,
    pub watch: &'a RefCell<Watch>,
    /// The flight log that was read last, and whose it is; `None` if it tells nothing.
    flight: RefCell<Option<(WorkerId, Option<Flight>)>>,
    /// Tasks to which the database refuses their fates.
    pub refused: RefCell<Vec<(TaskId, StoreError)>>,
}

/// A task whose workers died before they sent it more often than that loses an attempt each time: perhaps it is what kills them.
const UNSENT_MAX: u32 = 20;

impl<'a> Judge<'a> {
    pub fn new(plan: &'a Plan, me: Option<WorkerId>, watch: &'a RefCell<Watch>) -> Judge<'a> {
        Judge { plan, me, watch, flight: RefCell::default(), refused: RefCell::default() }
    }

    /// What is certain of a claim that `worker` held.
    fn trace(&self, worker: &Worker, stranded: &Stranded) -> Trace {
        let mut read = self.flight.borrow_mut();
        if read.as_ref().is_none_or(|(id, _)| *id != worker.id) {
            *read = Some((worker.id, self.flight_of(worker)));
        }
        let flight = read.as_ref().and_then(|(_, flight)| flight.as_ref());
        let row = Held { task: stranded.id, attempt: stranded.attempt, claimed_at: stranded.claimed_at };
        flight.map_or(Trace::OnTheWire, |flight| flight.trace(row))
    }

    /// The flight log of a process that can do nothing more. One that is stopped may go on, and send what it holds; and what
    /// another boot wrote without an fsync may be as it was any time before.
    fn flight_of(&self, worker: &Worker) -> Option<Flight> {
        let me = &self.plan.worker;
        let is_of_this_boot = worker.host == me.host && worker.boot_id == me.boot_id;
        let is_gone = is_of_this_boot && host::pulse(worker, me) == Pulse::Gone;
        self.plan.flight.as_ref().filter(|_| is_gone).and_then(|place| Flight::of(place, worker))
    }
}

impl Coroner for Judge<'_> {
    fn is_dead(&self, worker: &Worker) -> bool {
        Some(worker.id) != self.me && self.watch.borrow_mut().is_dead(worker, host::pulse(worker, &self.plan.worker))
    }

    /// Its own row may have been ended by somebody who took it for dead, and goes on with what it held.
    fn can_tell(&self, worker: &Worker) -> bool {
        Some(worker.id) != self.me
    }

    fn fate(&self, worker: &Worker, stranded: &Stranded) -> Fate {
        let unsent = stranded.stranded.saturating_add(1);
        let reply = match self.trace(worker, stranded) {
            Trace::NeverLeft if unsent > UNSENT_MAX => {
                let words = format!("{unsent} workers ended while they held it, before it left");
                Reply::deferred(ErrorType::Unreachable, &words)
            }
            Trace::NeverLeft => return Fate::Released,
            Trace::OnTheWire => Reply::unknown("the worker ended while the message was on its way"),
            // That nobody was reached is for the living to find out, and costs the message nothing.
            Trace::Answered(Reply { lane: Some(LaneNotice::Unreachable), .. }) => return Fate::Released,
            Trace::Answered(reply) => reply,
        };
        self.plan.fate_of(stranded, reply)
    }

    /// The others have theirs all the same, and this one keeps its flight log.
    fn refused(&self, task: TaskId, error: StoreError) -> Result<()> {
        self.refused.borrow_mut().push((task, error));
        Ok(())
    }
}

/// Gives what dead workers hold its fate, once, as far as their flight logs are here and add up, and removes those logs. What the
/// others held is left to those who have their logs, or to time. The process itself is no worker, and sends nothing; `plan` need
/// have no lanes.
///
/// # Errors
/// The store.
pub fn settle_what_logs_tell(plan: &Plan, store: &dyn Store) -> Result<Recovered> {
    let watch = RefCell::<Watch>::default();
    watch.borrow_mut().look(boottime());
    let reader = Reader(Judge::new(plan, None, &watch));
    let recovered = store.recover(&reader)?;
    if let Some(place) = &plan.flight {
        recovered.workers.iter().for_each(|worker| place.remove(*worker));
    }
    Ok(recovered)
}

/// A judge who says nothing of workers whose logs he cannot read.
struct Reader<'a>(Judge<'a>);

impl Coroner for Reader<'_> {
    fn is_dead(&self, worker: &Worker) -> bool {
        self.0.is_dead(worker) && self.can_tell(worker)
    }

    fn can_tell(&self, worker: &Worker) -> bool {
        self.0.flight_of(worker).is_some()
    }

    fn fate(&self, worker: &Worker, stranded: &Stranded) -> Fate {
        self.0.fate(worker, stranded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::host::this_process;
    use crate::engine::plan::Until;
    use crate::queue::{Backoff, Routes};

    const SECOND: Duration = Duration::from_secs(1);

    /// A worker whose last heartbeat was number `beat`.
    fn worker(beat: i64, heartbeat_age: Duration) -> Worker {
        Worker {
            id: 7,
            host: "here".to_owned(),
            boot_id: String::new(),
            pid: 1,
            pid_started: String::new(),
            senders: 1,
            version: String::new(),
            started_at: Timestamp::UNIX_EPOCH,
            heartbeat_at: Timestamp::from_second(beat).expect("a time"),
            ended_at: None,
            heartbeat_age,
            claims: 0,
            counters: None,
        }
    }

    fn is_dead(watch: &mut Watch, at_s: u32, worker: &Worker, pulse: Pulse) -> bool {
        watch.look(SECOND * at_s);
        watch.is_dead(worker, pulse)
    }

    #[test]
    fn who_is_gone_is_dead_at_once() {
        assert!(is_dead(&mut Watch::default(), 100, &worker(1, Duration::ZERO), Pulse::Gone));
    }

    #[test]
    fn a_clock_that_jumps_kills_nobody() {
        let mut watch = Watch::default();
        for at in (100..200).step_by(5) {
            let old = worker(i64::from(at), SECOND * 3600);
            assert!(!is_dead(&mut watch, at, &old, Pulse::Alive), "it writes its heartbeats, at {at}");
        }
    }

    #[test]
    fn who_was_seen_to_stand_still_is_dead_when_its_lease_has_run_out() {
        for pulse in [Pulse::Alive, Pulse::Unknown] {
            let mut watch = Watch::default();
            let deaths = (100..140).step_by(5).filter(|at| {
                let age = SECOND * (at - 95);
                is_dead(&mut watch, *at, &worker(1, age), pulse)
            });
            assert_eq!(deaths.min(), Some(130), "older than 30 s for the first time; {pulse:?}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_alive() {
        let mut watch = Watch::default();
        let deaths =
            (100..200).step_by(5).filter(|at| is_dead(&mut watch, *at, &worker(1, Duration::ZERO), Pulse::Alive));
        assert_eq!(deaths.min(), Some(130));
    }

    #[test]
    fn who_could_not_look_has_seen_nothing() {
        let mut watch = Watch::default();
        assert!(!is_dead(&mut watch, 100, &worker(1, SECOND), Pulse::Alive));
        // The database was locked, or this host slept: every heartbeat is late, and everybody gets time to write the next.
        assert!(!is_dead(&mut watch, 160, &worker(1, SECOND * 61), Pulse::Alive));
        assert!(!is_dead(&mut watch, 165, &worker(2, SECOND), Pulse::Alive), "it has");
    }

    #[test]
    fn a_process_that_has_just_begun_goes_by_the_age_where_the_kernel_cannot_tell() {
        let late = worker(1, LEASE + SECOND);
        assert!(is_dead(&mut Watch::default(), 100, &late, Pulse::Unknown));
        assert!(!is_dead(&mut Watch::default(), 100, &worker(1, LEASE), Pulse::Unknown));
        assert!(!is_dead(&mut Watch::default(), 100, &late, Pulse::Alive));
    }

    /// A plan without lanes, whose worker is this process.
    fn plan(directory: &std::path::Path) -> Plan {
        Plan {
            worker: this_process(1),
            ways: Vec::new(),
            routes: Routes::new([], Vec::new()),
            rests: Backoff::default(),
            senders: 1,
            until: Until::default(),
            flight: Some(crate::engine::FlightPlace::on_host(vec![directory.to_owned()], "q")),
            shutdown_grace: SECOND,
            outage_max: None,
        }
    }

    /// The row of a worker that the plan's process is, or was.
    fn row(plan: &Plan, pid_started: &str) -> Worker {
        let me = &plan.worker;
        Worker {
            host: me.host.clone(),
            boot_id: me.boot_id.clone(),
            pid: me.pid,
            pid_started: pid_started.to_owned(),
            ..worker(1, SECOND)
        }
    }

    fn stranded(before: u32, retry_count: u32) -> Stranded {
        Stranded {
            id: 1,
            task_func: "x".to_owned(),
            attempt: 100,
            retry_count,
            max_retries: 3,
            stranded: before,
            claimed_at: Some(Timestamp::UNIX_EPOCH),
        }
    }

    /// The fate of a claim of which the log of a worker that began at `began` holds nothing, as its row says `pid_started`.
    fn fate_of(began: &str, pid_started: &str, stranded: &Stranded) -> Fate {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let plan = plan(directory.path());
        let writer =
            Plan { worker: crate::store::NewWorker { pid_started: began.to_owned(), ..this_process(1) }, ..plan };
        let log = crate::engine::flight::begin_log(&writer, 7, &Silent);
        log.expect("a log").ask().expect("it can be written");
        let plan = Plan { worker: this_process(1), ..writer };
        let watch = RefCell::default();
        Judge::new(&plan, Some(1), &watch).fate(&row(&plan, pid_started), stranded)
    }

    struct Silent;

    impl crate::engine::Observer for Silent {
        fn observe(&self, event: &crate::engine::Event<'_>) {
            panic!("{event:?}");
        }
        fn beat(&self, _: &crate::engine::Summary, _: usize) {}
    }

    #[test]
    fn what_a_process_that_is_gone_never_sent_goes_back() {
        assert_eq!(fate_of("1", "1", &stranded(0, 0)), Fate::Released);
    }

    #[test]
    fn the_log_of_a_process_that_may_go_on_is_not_believed() {
        let mine = this_process(1).pid_started;
        let fate = fate_of(&mine, &mine, &stranded(0, 0));
        assert!(matches!(&fate, Fate::Parked { failure, .. } if failure.error_type == ErrorType::Unknown), "{fate:?}");
    }

    #[test]
    fn a_log_of_somebody_else_under_the_same_number_is_not_believed() {
        let fate = fate_of("2", "1", &stranded(0, 0));
        assert!(matches!(&fate, Fate::Parked { failure, .. } if failure.error_type == ErrorType::Unknown), "{fate:?}");
    }

    #[test]
    fn a_message_that_ends_every_worker_before_it_leaves_ends_as_a_dead_letter() {
        assert_eq!(fate_of("1", "1", &stranded(UNSENT_MAX - 1, 0)), Fate::Released);
        let fate = fate_of("1", "1", &stranded(UNSENT_MAX, 0));
        assert!(matches!(&fate, Fate::Retry { spent: true, .. }), "{fate:?}");
        let fate = fate_of("1", "1", &stranded(UNSENT_MAX + 2, 2));
        assert!(matches!(&fate, Fate::Dead { failure } if failure.error_type == ErrorType::Unreachable), "{fate:?}");
    }
}
