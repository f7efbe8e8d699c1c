//! The trouble: workers that are killed, suspended and stopped at random moments, always in the midst of their work.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde::Serialize;

use super::scene::Scene;
use crate::child::Child;
use crate::error::Error;
use crate::output::Lines;
use crate::store::{LEASE, StoreError};

/// Workers at the same time, and senders of each.
const WORKERS: usize = 3;
const SENDERS: &str = "8";
/// Messages that are added before each deed, while fewer than ten times as many wait.
const MESSAGES: u64 = 60;
/// The gateway gets so many requests between two deeds, at most.
const REQUESTS_MAX: u64 = 60;
/// And no longer than this is waited for them.
const STEP_MAX: Duration = Duration::from_secs(1);
/// How long a worker may take to stop in order.
const STOP_MAX: Duration = Duration::from_secs(60);
/// More than the lease, so that others take what a suspended worker holds.
const LONG_SLEEP: Duration = LEASE.saturating_add(Duration::from_secs(5));

/// What was done.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Deeds {
    /// Messages that were enqueued.
    pub messages: u64,
    /// Workers that were killed.
    pub kills: u64,
    /// Workers that were suspended for a while.
    pub suspended: u64,
    /// Those of them that slept longer than the lease.
    pub overslept: u64,
    /// Workers that were asked to stop.
    pub stopped: u64,
    /// Workers that ended without being told: where one that sleeps in a transaction holds the lock of a file, those that start
    /// meanwhile give up.
    pub fell: u64,
}

impl Deeds {
    pub fn tell(&self, lines: &mut Lines) {
        lines.line("workers killed", self.kills.to_string());
        lines.line("suspended", format!("{}, of them beyond the lease: {}", self.suspended, self.overslept));
        lines.line("stopped in order", self.stopped.to_string());
        lines.line("ended by themselves", self.fell.to_string());
        lines.line("messages", self.messages.to_string());
    }
}

pub struct Chaos<'a> {
    scene: &'a Scene,
    dice: fastrand::Rng,
    deadline: Instant,
    /// So many are killed, and no more.
    kills_max: u64,
    workers: Vec<Child>,
    /// A worker that sleeps until then; it is none of `workers`.
    sleeper: Option<(Child, Instant)>,
    deeds: Deeds,
}

impl<'a> Chaos<'a> {
    /// Starts the workers.
    ///
    /// # Errors
    /// A worker cannot be started.
    pub fn begin(scene: &'a Scene, span: Duration, kills: Option<u64>, seed: u64) -> Result<Chaos<'a>, Error> {
        let workers = (0..WORKERS).map(|_| scene.worker(&["--workers", SENDERS])).collect::<Result<_, _>>()?;
        let dice = fastrand::Rng::with_seed(seed);
        let deadline = Instant::now() + span;
        let kills_max = kills.unwrap_or(u64::MAX);
        Ok(Chaos { scene, dice, deadline, kills_max, workers, sleeper: None, deeds: Deeds::default() })
    }

    /// Whether there is time for another deed, and not enough were killed.
    pub fn has_time(&self) -> bool {
        Instant::now() < self.deadline && self.may_kill()
    }

    fn may_kill(&self) -> bool {
        self.deeds.kills < self.kills_max
    }

    /// One deed; how many workers it killed.
    ///
    /// # Errors
    /// The database, or a worker cannot be started.
    pub fn step(&mut self) -> Result<u64, Error> {
        let before = self.deeds.kills;
        self.wake_in_time();
        if let Err(error) = self.feed() {
            // Who was suspended in the midst of a transaction holds up everybody else, for as long as it sleeps.
            if !error.is_transient() || self.sleeper.is_none() {
                return Err(error.into());
            }
            self.wake();
        }
        let wanted = self.scene.sandbox.counts().requests + self.dice.u64(1..=REQUESTS_MAX);
        self.scene.sandbox.wait_for(wanted, Some(STEP_MAX));
        let at = self.dice.usize(..self.workers.len());
        let fresh = self.scene.worker(&["--workers", SENDERS])?;
        let mut worker = std::mem::replace(&mut self.workers[at], fresh);
        if worker.ended()?.is_some() {
            self.deeds.fell += 1;
            return Ok(0);
        }
        match self.dice.u8(..20) {
            0..14 if self.may_kill() => {
                worker.signal(Signal::KILL);
                worker.wait()?;
                self.deeds.kills += 1;
            }
            14..17 if self.sleeper.is_none() => self.suspend(worker),
            _ => self.stop(worker)?,
        }
        Ok(self.deeds.kills - before)
    }

    /// Keeps the queue from running empty, and from growing without end.
    fn feed(&mut self) -> Result<(), StoreError> {
        if self.scene.store.stats()?.tasks.pending < MESSAGES * 10 {
            let first = self.deeds.messages;
            self.scene.enqueue(first..first + MESSAGES)?;
            self.deeds.messages += MESSAGES;
        }
        Ok(())
    }

    fn suspend(&mut self, worker: Child) {
        worker.signal(Signal::STOP);
        let left = self.deadline.saturating_duration_since(Instant::now());
        let is_long = left > LONG_SLEEP && self.dice.u8(..4) == 0;
        let span = if is_long { LONG_SLEEP } else { Duration::from_millis(self.dice.u64(20..500)) };
        self.deeds.suspended += 1;
        self.deeds.overslept += u64::from(is_long);
        self.sleeper = Some((worker, Instant::now() + span));
    }

    fn wake_in_time(&mut self) {
        if self.sleeper.as_ref().is_some_and(|(_, until)| Instant::now() >= *until) {
            self.wake();
        }
    }

    /// Who slept goes on among the others, and one of them all is killed, as long as there are any to be killed.
    fn wake(&mut self) {
        if let Some((worker, _)) = self.sleeper.take() {
            worker.signal(Signal::CONT);
            self.workers.push(worker);
            if !self.may_kill() {
                return;
            }
            let at = self.dice.usize(..self.workers.len());
            drop(self.workers.swap_remove(at));
            self.deeds.kills += 1;
        }
    }

    fn stop(&mut self, mut worker: Child) -> Result<(), Error> {
        worker.signal(Signal::TERM);
        self.deeds.stopped += 1;
        let patience = Instant::now() + STOP_MAX;
        while worker.ended()?.is_none() && Instant::now() < patience {
            self.wake_in_time();
            self.scene.rest(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Wakes who sleeps, and stops all in order.
    ///
    /// # Errors
    /// The system will not say how a worker ended.
    pub fn end(mut self) -> Result<Deeds, Error> {
        self.wake();
        while let Some(worker) = self.workers.pop() {
            self.stop(worker)?;
        }
        Ok(self.deeds)
    }
}
