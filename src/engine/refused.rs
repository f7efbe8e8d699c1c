//! Ends that the database refuses to take: a trigger or a constraint of another program says no to a row.
//!
//! What is refused to one row keeps neither the ends of others from being written nor the worker from its work. The ends of a turn that was
//! refused are written one by one; those to which it happens again are kept, here and in the flight log, and tried again.

use std::collections::BTreeSet;
use std::time::Duration;

use super::dispatcher::Dispatcher;
use super::events::Event;
use super::lease::boottime;
use super::outbox::Outbox;
use crate::queue::TaskId;
use crate::store::{Result, Settlement, StoreError, Turn};

/// So many ends may be refused until the worker stops: it must not go on sending what it cannot put on record.
pub(super) const REFUSED_MAX: usize = 64;

/// How long until what was refused is tried again: the first time, and at most.
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(60);

/// What the database refused, and may take later.
#[derive(Default)]
pub(super) struct Refused {
    ends: Outbox,
    /// What it said last.
    error: Option<StoreError>,
    /// Boot time.
    retry_at: Duration,
    retry_after: Duration,
    /// Tasks of dead workers that were refused their fates when last looked at.
    of_the_dead: BTreeSet<TaskId>,
}

impl Refused {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn put_off(&mut self, now: Duration) {
        self.retry_after = (self.retry_after * 2).clamp(RETRY_MIN, RETRY_MAX);
        self.retry_at = now + self.retry_after;
    }
}

impl Dispatcher<'_> {
    /// What failed was perhaps one end of many, or one claim. The error, if it was something else, or if too many are refused.
    pub(super) fn sort_out(&mut self, error: StoreError) -> Result<()> {
        if let StoreError::LeftAlone { task, refusal } = &error {
            self.observer.observe(&Event::Refused { task: *task, ending: None, error: refusal });
            self.timers.probe_now();
            return Ok(());
        }
        if !error.may_be_of_a_row() {
            return Err(error);
        }
        let (before, has_ends) = (self.refused.len(), !self.outbox.is_empty());
        self.write_singly()?;
        if before == 0 {
            self.refused.retry_after = Duration::ZERO;
            self.refused.put_off(boottime());
        }
        // What else was to be done in this turn is done in the next; with no ends in it the store tells which claim is refused.
        self.timers.probe_now();
        if has_ends && self.refused.len() <= REFUSED_MAX { Ok(()) } else { Err(error) }
    }

    /// Writes what is in the outbox end by end, and keeps what is refused. Where that ends early, the outbox has what is left.
    fn write_singly(&mut self) -> Result<()> {
        let ends = self.outbox.take().collect::<Vec<_>>();
        let mut ends = ends.into_iter();
        let mut done = Ok(());
        while done.is_ok()
            && let Some(end) = ends.next()
        {
            self.outbox.put(end);
            done = match self.exchange(&[]) {
                Ok(exchange) => {
                    self.account(&exchange);
                    Ok(())
                }
                Err(error) if error.may_be_of_a_row() => self.set_aside(error),
                Err(error) => Err(error),
            };
        }
        ends.for_each(|end| self.outbox.put(end));
        done
    }

    /// The end in the outbox is refused. What it found out about its lane holds all the same, for others wait for it: so that is
    /// written first, and an end whose word cannot be written stays where it was.
    fn set_aside(&mut self, error: StoreError) -> Result<()> {
        let Some((settlement, mut ended)) = self.outbox.take().next() else { return Ok(()) };
        if let Err(error) = self.write_word(&settlement, ended.lane) {
            self.outbox.put((settlement, ended));
            return Err(error);
        }
        if !ended.refused {
            let task = settlement.claim().id();
            self.observer.observe(&Event::Refused { task, ending: Some(&ended.ending), error: &error });
        }
        ended.refused = true;
        self.refused.ends.put((settlement.without_word(), ended));
        self.refused.error = Some(error);
        Ok(())
    }

    /// What a settlement says about its lane, without the end of its claim.
    fn write_word(&mut self, settlement: &Settlement, lane: usize) -> Result<()> {
        let Some(word) = settlement.word_alone() else { return Ok(()) };
        let settlements = std::slice::from_ref(&word);
        self.store.exchange(&Turn { worker: self.worker, settlements, wanted: &[] })?;
        if let Some(said) = word.word() {
            self.heed_word(lane, said, word.claim().probe());
        }
        Ok(())
    }

    /// Somebody may have taken away what refused them.
    pub(super) fn try_refused(&mut self) -> Result<()> {
        let now = boottime();
        if self.refused.ends.is_empty() || now < self.refused.retry_at {
            return Ok(());
        }
        self.refused.put_off(now);
        let ends = std::mem::take(&mut self.refused.ends);
        let mut others = std::mem::replace(&mut self.outbox, ends);
        let done = self.write_singly();
        others.take().for_each(|end| self.outbox.put(end));
        done
    }

    /// The run is over. What the database said, if some are left that it does not take.
    pub(super) fn try_refused_at_last(&mut self) -> Option<StoreError> {
        self.refused.retry_at = Duration::ZERO;
        let failed = self.try_refused().err();
        let error = failed.or(self.refused.error.take());
        let are_left = self.refused.len() + self.outbox.len() > 0;
        error.filter(|_| are_left)
    }

    /// What is refused to dead workers' tasks is told once of each.
    pub(super) fn tell_refused(&mut self, refused: Vec<(TaskId, StoreError)>) {
        let before = std::mem::take(&mut self.refused.of_the_dead);
        for (task, error) in refused {
            if !before.contains(&task) {
                self.observer.observe(&Event::Refused { task, ending: None, error: &error });
            }
            self.refused.of_the_dead.insert(task);
        }
    }
}
