//! A sender: takes a claim, asks the gateway, reports. It never sees the store.

use std::io;
use std::rc::Rc;
use std::thread::{Builder, Scope};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};

use super::events::Ending;
use super::exit::{Exit, Watched};
use super::flight::Seat;
use super::lease::{Term, boottime};
use super::plan::LaneWay;
use super::stock::Gauge;
use super::stop::Stop;
use crate::gateway::{Delivery, Departure};
use crate::panics::catch;
use crate::queue::{ErrorType, Failure, Fate, Lane, LaneNotice, LaneWord, Message, Reply, Routes, STARVED_FOR};
use crate::store::{Claim, Settlement};

/// A claim on its way to a sender.
pub(super) struct Job {
    pub claim: Claim,
    /// The place of its lane in the plan.
    pub lane: usize,
    pub term: Term,
    /// Boot time before the exchange that claimed it: spans that the claim carries count from here.
    pub claimed_at: Duration,
    /// Its slot in the flight log. `None`: there is no log.
    pub seat: Option<Seat>,
}

/// A claim on its way back.
pub(super) struct Report {
    pub lane: usize,
    pub settlement: Settlement,
    pub ending: Ending,
    /// The slot of its claim in the flight log; free when the end is in the database.
    pub seat: Option<Seat>,
    /// What the attempt says about the lane.
    pub notice: Option<LaneNotice>,
    /// A request left, or may have.
    pub has_left: bool,
    /// Where a gateway panicked.
    pub panic: Option<String>,
}

/// What all senders share.
pub(super) struct Floor<'a> {
    pub ways: &'a [LaneWay],
    pub routes: &'a Routes,
    pub watched: Watched,
    pub stop: &'a Stop,
    /// Calls a sender that sits out.
    pub recalled: Receiver<()>,
    /// Wakes the dispatcher when few claims lie ready.
    pub gauge: Gauge,
}

/// Starts `wanted` senders, or as many as the system allows; returns how many, and what stopped it.
pub(super) fn hire<'scope>(
    scope: &'scope Scope<'scope, '_>,
    floor: &'scope Floor<'scope>,
    wanted: usize,
    jobs: &Receiver<Job>,
    reports: &Sender<Report>,
) -> (usize, Option<io::Error>) {
    for number in 0..wanted {
        let (jobs, reports) = (jobs.clone(), reports.clone());
        let work = move || {
            let exit = Rc::new(Exit::new(floor.watched.clone()));
            for job in &jobs {
                floor.gauge.took(jobs.len());
                let report = floor.serve(job, &exit);
                let is_starved = report.notice == Some(LaneNotice::Starved);
                // The dispatcher is gone only if it panicked; the claim stays with the dead process, and is recovered.
                if reports.send(report).is_err() {
                    return;
                }
                if is_starved {
                    // Others have what it lacks, their connections among it: it sits out until it is called, or the run ends.
                    let _ = floor.recalled.recv();
                }
            }
        };
        if let Err(error) = Builder::new().name(format!("sender-{number}")).spawn_scoped(scope, work) {
            return (number, Some(error));
        }
    }
    (wanted, None)
}

impl Floor<'_> {
    /// Brings one claim to its end.
    fn serve(&self, mut job: Job, exit: &Rc<Exit>) -> Report {
        exit.take_up(&job);
        if self.stop.is_asked() || !exit.is_open(boottime()) {
            return job.give_back();
        }
        if let Some((failure, ending)) = self.refusal(&mut job) {
            return job.report(Fate::Dead { failure }, ending);
        }
        let (reply, panic) = self.send(&job, exit);
        if exit.was_shut() {
            return job.give_back();
        }
        Report { panic, has_left: exit.has_left(), ..self.conclude(job, reply) }
    }

    /// Asks the gateway. The flight log hears of the request before it leaves, and of the answer before anybody else does.
    fn send(&self, job: &Job, exit: &Rc<Exit>) -> (Reply, Option<String>) {
        let departure: Rc<dyn Departure> = Rc::<Exit>::clone(exit);
        let gateway = &self.ways[job.lane].gateway;
        let (reply, panic) = match catch(|| gateway.send(&delivery(&job.claim, &departure))) {
            Ok(reply) => (reply, None),
            Err(panicked) => {
                let reply = Reply::unknown("the gateway's code panicked while the message was on its way");
                (reply, Some(panicked.place))
            }
        };
        exit.put_down(&reply);
        (reply, panic)
    }

    /// Why a claim must not be sent, if so: its time has passed, what stands in its row cannot be read, or it has no message where
    /// one is needed.
    fn refusal(&self, job: &mut Job) -> Option<(Failure, Ending)> {
        if job.expires_at().is_some_and(|at| boottime() >= at) {
            let failure = Failure::new(ErrorType::Expired, "its time had passed before it could be sent");
            return Some((failure, Ending::Expired));
        }
        let reason = match job.claim.flaw() {
            Some(column) => format!("the column `{column}` holds bytes that are no text"),
            None if matches!(self.ways[job.lane].lane, Lane::Command(_)) => return None,
            None => self.address(&mut job.claim).err()?,
        };
        Some((Failure::new(ErrorType::Invalid, &reason), Ending::Unaddressable { reason }))
    }

    /// Gives the claim of a row that another program wrote the message that its route finds there.
    fn address(&self, claim: &mut Claim) -> Result<(), String> {
        if claim.message().is_none() {
            let route = self.routes.lane_of(claim.task_func()).and_then(|served| served.route);
            let places =
                route.and_then(|route| route.message.as_ref()).ok_or("the row holds no recipient and no text")?;
            claim.address(places.extract(claim.args(), claim.kwargs()).map_err(|error| error.to_string())?);
        }
        match claim.message() {
            Some(message) if message.recipient.trim().is_empty() => Err("the row holds no recipient".to_owned()),
            Some(message) if message.text.is_empty() => Err("the row holds no text".to_owned()),
            // Gateways end a text there, or refuse the request: either way it is not what was meant.
            Some(message) if message.recipient.contains('\0') => Err("the recipient holds a NUL character".to_owned()),
            Some(message) if message.text.contains('\0') => Err("the text holds a NUL character".to_owned()),
            Some(Message { sender: Some(sender), .. }) if sender.contains('\0') => {
                Err("the sender holds a NUL character".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn conclude(&self, job: Job, reply: Reply) -> Report {
        let notice = reply.lane;
        if let Some(span) = notice.and_then(rest_of) {
            let now = boottime();
            self.watched.taps[job.lane].close_by_answer(now, now + span);
        }
        let ending = match notice {
            Some(LaneNotice::Starved) => Ending::Released,
            _ => Ending::Tried { outcome: reply.outcome, failure: reply.failure.clone() },
        };
        let fate = self.ways[job.lane].policy.fate(reply, job.claim.budget(), fastrand::f64());
        Report { notice, ..job.report(fate, ending) }
    }
}

/// How long nothing more of this process goes out by the lane, whatever the dispatcher thinks of it.
fn rest_of(notice: LaneNotice) -> Option<Duration> {
    match notice {
        LaneNotice::Starved => Some(STARVED_FOR),
        other => other.closes().map(|(_, span)| span),
    }
}

impl Job {
    /// When its time is over (boot time), if it is ever.
    pub fn expires_at(&self) -> Option<Duration> {
        self.claim.expires_in().and_then(|left| self.claimed_at.checked_add(left))
    }

    /// The claim never left: its attempt is not spent.
    pub fn give_back(self) -> Report {
        self.report(Fate::Released, Ending::Released)
    }

    fn report(self, fate: Fate, ending: Ending) -> Report {
        let Job { claim, lane, seat, .. } = self;
        Report { lane, settlement: claim.settle(fate, None), ending, seat, notice: None, has_left: false, panic: None }
    }
}

impl Report {
    /// The same report, with a word about the lane.
    pub fn with_word(self, word: LaneWord) -> Report {
        Report { settlement: self.settlement.with_word(word), ..self }
    }

    /// The claim goes back with its attempt unspent; `word` makes of its error what is said about the lane.
    pub fn released_with(self, word: impl FnOnce(String) -> LaneWord) -> Report {
        let word = word(self.error());
        Report { settlement: self.settlement.released().with_word(word), ending: Ending::Released, ..self }
    }

    /// Why the attempt did not end well; empty if it did.
    pub fn error(&self) -> String {
        match &self.ending {
            Ending::Tried { failure: Some(failure), .. } => failure.message.clone(),
            _ => String::new(),
        }
    }
}

fn delivery<'a>(claim: &'a Claim, departure: &'a Rc<dyn Departure>) -> Delivery<'a> {
    Delivery {
        task: claim.id(),
        attempt: claim.attempt(),
        task_name: claim.task_name(),
        message: claim.message(),
        args: claim.args(),
        kwargs: claim.kwargs(),
        departure: Some(departure),
    }
}
