//! From the exchange to the senders: every new claim has its slot and stands on the roll of the flight log before any leaves.

use std::iter;

use super::dispatcher::Dispatcher;
use super::flight::Seat;
use super::lanes::Share;
use super::sender::Job;
use crate::store::{Claim, Exchange};

impl Dispatcher<'_> {
    /// Gives new claims to the senders. The exchange that claimed them has returned: they may leave.
    pub(super) fn hand_out(&mut self, shares: &[Share], exchange: Exchange) {
        let mut brought = vec![0; shares.len()];
        let seats = self.seat_all(&exchange.claims);
        let may_leave = seats.is_some();
        let seats = seats.into_iter().flatten().chain(iter::repeat(None));
        for (claim, seat) in exchange.claims.into_iter().zip(seats) {
            let Some(at) = shares.iter().position(|share| self.lanes.name(share.lane) == claim.lane()) else {
                continue;
            };
            brought[at] += 1;
            self.hand_over(claim, seat, shares[at].lane, may_leave);
        }
        if brought.iter().any(|count| *count > 0) {
            self.hidden_since = None;
            self.timers.poll_soon();
        }
        // Where a bound of the exchange ended it, an answer says nothing about the backlog.
        if !exchange.more {
            shares.iter().zip(brought).for_each(|(share, count)| self.lanes.note_answer(*share, count));
        }
    }

    fn hand_over(&mut self, claim: Claim, seat: Option<Seat>, lane: usize, may_leave: bool) {
        self.summary.claimed += 1;
        self.in_flight += 1;
        self.hands.take_up(claim.id());
        self.lanes.took(lane);
        let job = Job { claim, lane, term: self.floor.watched.lease.term(), claimed_at: self.timers.asked_at, seat };
        if !may_leave {
            self.take(job.give_back());
        } else if let Err(refused) = self.desk.jobs.try_send(job) {
            // The channel has room for every claim in flight, so this is a store that brought more than it was asked for.
            self.take(refused.into_inner().give_back());
        }
    }
}
