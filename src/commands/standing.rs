//! How a lane stands, in words: whether it is open, paused or closed, why, until when, and what opens it.

use jiff::Timestamp;

use super::words;
use crate::error::Error;
use crate::queue::ClosedReason;
use crate::store::{Closure, LaneStatus, Pause, Store};

/// A lane that nothing, or next to nothing, goes out by.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    pub status: &'a LaneStatus,
    pub now: Timestamp,
}

impl Standing<'_> {
    /// `open`, `paused`, `closed`, or `probing`: the next message tries the way.
    pub fn word(&self) -> &'static str {
        match (&self.status.pause, &self.status.closure) {
            (Some(_), _) => "paused",
            (None, Some(closure)) if closure.is_probed || closure.until <= self.now => "probing",
            (None, Some(_)) => "closed",
            (None, None) => "open",
        }
    }

    /// When that ends by itself, or a message tries the way; `None` where the lane is open or waits for somebody.
    pub fn until(&self) -> Option<Timestamp> {
        match (&self.status.pause, &self.status.closure) {
            (Some(pause), _) => pause.until,
            (None, closure) => closure.as_ref().map(|closure| closure.until),
        }
    }

    /// Why nothing goes out, in a few words; `None` where the lane is open.
    pub fn why(&self) -> Option<String> {
        match (&self.status.pause, &self.status.closure) {
            (Some(pause), _) => Some(pause.reason.clone().unwrap_or_else(|| "an operator paused it".to_owned())),
            (None, Some(closure)) => Some(self.closed_because(closure)),
            (None, None) => None,
        }
    }

    /// The whole story in a sentence or two, with the command that opens the lane; `None` where it is open.
    pub fn story(&self) -> Option<String> {
        let lane = &self.status.lane;
        let story = match (&self.status.pause, &self.status.closure) {
            (Some(pause), _) => self.paused(pause),
            (None, Some(closure)) => {
                let since = closure.at.map(|at| format!(" since {}", words::time_from(at, self.now)));
                let because = self.closed_because(closure);
                format!("the lane `{lane}` is closed{}: {because}. {}", since.unwrap_or_default(), self.opens(closure))
            }
            (None, None) => return None,
        };
        Some(format!("{story}; `smsctl lane resume {lane}` opens it at once"))
    }

    fn paused(&self, pause: &Pause) -> String {
        let why = pause.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let until = match pause.until {
            Some(until) => format!(" until {}", words::time_from(until, self.now)),
            None => String::new(),
        };
        format!("the lane `{}` is paused{why}{until}", self.status.lane)
    }

    fn closed_because(&self, closure: &Closure) -> String {
        let because = match closure.reason {
            ClosedReason::Unreachable if self.status.lane.starts_with("command:") => "its command cannot be started",
            ClosedReason::Unreachable => "its gateway cannot be reached",
            ClosedReason::Throttled => "its gateway asked for patience",
            ClosedReason::Credit => "its account is out of credit",
            ClosedReason::Credentials => "its credentials were refused",
            ClosedReason::Misdirected => "its settings lead nowhere",
        };
        match closure.error.as_deref().filter(|error| !error.is_empty()) {
            Some(error) => format!("{because} ({error})"),
            None => because.to_owned(),
        }
    }

    fn opens(&self, closure: &Closure) -> String {
        let at = words::time_from(closure.until, self.now);
        match closure.reason.needs_probe() {
            true if closure.is_probed => "A message is trying the way".to_owned(),
            true if closure.until <= self.now => "The next message of a worker tries the way".to_owned(),
            true => format!("A message tries the way at {at}"),
            false => format!("It goes on at {at}"),
        }
    }
}

/// What is known of the lane `name`.
///
/// # Errors
/// The database.
pub fn status_of(store: &dyn Store, name: &str) -> Result<Option<LaneStatus>, Error> {
    Ok(store.lanes()?.into_iter().find(|status| status.lane == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T15:00:00Z".parse().unwrap()
    }

    fn closed(lane: &str, reason: ClosedReason, until: &str) -> LaneStatus {
        let closure = Closure {
            reason,
            error: Some("it said no".to_owned()),
            at: Some("2026-11-24T14:58:00Z".parse().unwrap()),
            until: until.parse().unwrap(),
            rests: 3,
            is_probed: false,
        };
        LaneStatus { lane: lane.to_owned(), pause: None, closure: Some(closure) }
    }

    #[test]
    fn a_closed_lane_tells_why_until_when_and_what_opens_it() {
        let status = closed("gateway:default", ClosedReason::Unreachable, "2026-11-24T15:00:08Z");
        let standing = Standing { status: &status, now: now() };
        assert_eq!(standing.word(), "closed");
        assert_eq!(
            standing.story().unwrap(),
            "the lane `gateway:default` is closed since 2026-11-24 14:58:00Z (2 min ago): its gateway cannot be reached \
             (it said no). A message tries the way at 2026-11-24 15:00:08Z (in 8 s); `smsctl lane resume gateway:default` \
             opens it at once"
        );
    }

    #[test]
    fn when_its_time_is_over_the_next_message_tries_the_way() {
        let status = closed("command:report", ClosedReason::Unreachable, "2026-11-24T14:59:00Z");
        let standing = Standing { status: &status, now: now() };
        assert_eq!(standing.word(), "probing");
        let story = standing.story().unwrap();
        assert!(story.contains("its command cannot be started"), "{story}");
        assert!(story.contains("The next message of a worker tries the way"), "{story}");
    }

    #[test]
    fn while_a_message_tries_the_way_that_is_what_happens() {
        let mut status = closed("gateway:default", ClosedReason::Unreachable, "2026-11-24T15:00:58Z");
        status.closure.as_mut().unwrap().is_probed = true;
        let standing = Standing { status: &status, now: now() };
        assert_eq!(standing.word(), "probing");
        let story = standing.story().unwrap();
        assert!(story.contains("A message is trying the way"), "{story}");
    }

    #[test]
    fn a_pause_goes_before_a_closure() {
        let pause = Pause { at: None, until: None, reason: Some("maintenance".to_owned()) };
        let status =
            LaneStatus { pause: Some(pause), ..closed("gateway:a", ClosedReason::Credit, "2026-11-24T16:00:00Z") };
        let standing = Standing { status: &status, now: now() };
        assert_eq!((standing.word(), standing.until()), ("paused", None));
        assert_eq!(
            standing.story().unwrap(),
            "the lane `gateway:a` is paused (maintenance); `smsctl lane resume gateway:a` opens it at once"
        );
    }

    #[test]
    fn an_open_lane_has_no_story() {
        let status = LaneStatus { lane: "gateway:a".to_owned(), ..LaneStatus::default() };
        let standing = Standing { status: &status, now: now() };
        assert_eq!((standing.word(), standing.why(), standing.story()), ("open", None, None));
    }
}
