//! Which host a new session goes to, where a URL names several: they are tried in their order, and one that says nothing for a while holds
//! up nobody.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::store::error::Cause;
use crate::store::{Result, StoreError};

/// How long a host that failed is passed over while another one serves.
const HOST_REST: Duration = Duration::from_secs(10);

/// How long a host may say nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence {
    /// Until the next one is tried beside it: from its name to a session that is set up.
    pub of_one: Duration,
    /// Until it is given up, where none is left to be tried.
    pub of_last: Duration,
}

/// Until when each host is passed over.
pub(super) struct Rests(Mutex<Vec<Option<Instant>>>);

impl Rests {
    pub fn new(hosts: usize) -> Rests {
        Rests(Mutex::new(vec![None; hosts]))
    }

    /// The hosts in the order in which they are to be tried: those that failed a moment ago come last.
    pub fn order(&self) -> Vec<usize> {
        let (now, rests) = (Instant::now(), self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut order = (0..rests.len()).collect::<Vec<_>>();
        order.sort_by_key(|at| rests[*at].is_some_and(|until| until > now));
        order
    }

    /// Passes a host over from now on.
    pub fn avoid(&self, host: usize) {
        self.set(host, Some(Instant::now() + HOST_REST));
    }

    fn serves(&self, host: usize) {
        self.set(host, None);
    }

    fn set(&self, host: usize, until: Option<Instant>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[host] = until;
    }
}

/// What `open` brings of the first host that serves. Each try has a thread of its own, since the driver and the look-up of a name know no
/// time limit for the whole of it; one that comes to nothing is left behind.
pub(super) fn first_of<T: Send + 'static>(
    rests: &Rests,
    silence: Silence,
    location: &str,
    open: impl Fn(usize) -> Result<T> + Send + Sync + 'static,
) -> Result<T> {
    let order = rests.order();
    let (told, tells) = sync_channel(order.len());
    let mut race = Race { rests, open: Arc::new(open), told, tells, waiting: 0, failures: vec![] };
    for (tried, &host) in order.iter().enumerate() {
        race.start(host);
        let is_last = tried + 1 == order.len();
        if let Some(opened) = race.wait(host, if is_last { silence.of_last } else { silence.of_one }, is_last) {
            return Ok(opened);
        }
    }
    Err(race.failure(&order, location))
}

/// Tries that are under way.
struct Race<'a, T, F> {
    rests: &'a Rests,
    open: Arc<F>,
    told: SyncSender<(usize, Result<T>)>,
    tells: Receiver<(usize, Result<T>)>,
    /// How many have not ended.
    waiting: usize,
    failures: Vec<(usize, StoreError)>,
}

impl<T: Send + 'static, F: Fn(usize) -> Result<T> + Send + Sync + 'static> Race<'_, T, F> {
    fn start(&mut self, host: usize) {
        let (open, told) = (Arc::clone(&self.open), self.told.clone());
        self.waiting += 1;
        let started = thread::Builder::new().name("connect".to_owned()).spawn(move || {
            // Where nobody waits any more, the session ends.
            let _ = told.send((host, open(host)));
        });
        // Where the system gives no thread, who asks has to wait as long as it takes. There is a place for each host.
        if started.is_err() {
            let _ = self.told.send((host, (self.open)(host)));
        }
    }

    /// Waits for a session: until `host` has failed, or, if it is the last, until all have; at most so long.
    fn wait(&mut self, host: usize, most: Duration, is_last: bool) -> Option<T> {
        let end = Instant::now() + most;
        while self.waiting > 0 {
            match self.tells.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((at, Ok(opened))) => {
                    self.rests.serves(at);
                    return Some(opened);
                }
                Ok((at, Err(error))) => {
                    self.waiting -= 1;
                    self.rests.avoid(at);
                    self.failures.push((at, error));
                    if at == host && !is_last {
                        return None;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    self.rests.avoid(host);
                    return None;
                }
            }
        }
        None
    }

    /// The words of a host count that says more than that it cannot be reached. Where none does, it is said of all. That one has no
    /// tables says only where they are not.
    fn failure(mut self, order: &[usize], location: &str) -> StoreError {
        let says_more =
            |error: &StoreError| !matches!(error, StoreError::Unreachable { .. } | StoreError::NotMigrated { .. });
        let place = |host: usize| order.iter().position(|at| *at == host);
        self.failures.sort_by_key(|(host, _)| place(*host));
        if let Some(error) = self.without_tables(order, location) {
            return error;
        }
        if let Some(at) = self.failures.iter().rposition(|(_, error)| says_more(error)) {
            return self.failures.swap_remove(at).1;
        }
        let words_of = |host: &usize| match self.failures.iter().find(|(at, _)| at == host) {
            Some((_, StoreError::Unreachable { cause, .. })) => cause.0.clone(),
            _ => "no answer came in time".to_owned(),
        };
        let mut words: Vec<_> = order.iter().map(words_of).collect();
        words.dedup();
        let words = words.join("; ");
        let cause = match order.len() {
            1 => Cause(words),
            hosts => Cause(format!("none of its {hosts} servers can be reached: {words}")),
        };
        // Several hosts stand in it, each by its name; a single one has told where it is itself.
        match self.failures.pop() {
            Some((_, StoreError::Unreachable { location, .. })) if order.len() == 1 => {
                StoreError::Unreachable { location, cause }
            }
            _ => StoreError::Unreachable { location: location.to_owned(), cause },
        }
    }
}

/// What is told where hosts have no tables: that none has, or that the one which may have them is away for a while.
impl<T, F> Race<'_, T, F> {
    fn without_tables(&self, order: &[usize], location: &str) -> Option<StoreError> {
        let lacks = |error: &StoreError| matches!(error, StoreError::NotMigrated { .. });
        let lacking = self.failures.iter().filter(|(_, error)| lacks(error)).count();
        let location = location.to_owned();
        if lacking == order.len() {
            return Some(StoreError::NotMigrated { location });
        }
        let may_pass = self.failures.iter().all(|(_, error)| lacks(error) || error.is_transient());
        if lacking == 0 || !may_pass {
            return None;
        }
        let words_of = |host: &usize| match self.failures.iter().find(|(at, _)| at == host) {
            Some((_, StoreError::Unreachable { location, cause })) => format!("{location} cannot be reached: {cause}"),
            Some((_, error)) => error.to_string(),
            None => "from one of them no answer came in time".to_owned(),
        };
        let words = order.iter().map(words_of).collect::<Vec<_>>().join("; ");
        Some(StoreError::QueueAway { location, cause: Cause(words) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than any test waits.
    const EVER: Duration = Duration::from_secs(3600);

    fn away(words: &str) -> StoreError {
        StoreError::Unreachable { location: "mysql://db/sms".to_owned(), cause: Cause(words.to_owned()) }
    }

    fn silence(of_one: Duration, of_last: Duration) -> Silence {
        Silence { of_one, of_last }
    }

    #[test]
    fn a_host_that_says_nothing_is_left_for_the_next_and_rests() {
        let rests = Rests::new(2);
        let (kept, held) = sync_channel::<()>(0);
        let held = Mutex::new(held);
        let open = move |host| {
            if host == 0 {
                let _ = held.lock().unwrap().recv();
            }
            Ok(host)
        };
        assert_eq!(first_of(&rests, silence(Duration::from_millis(1), EVER), "db", open).unwrap(), 1);
        assert_eq!(rests.order(), [1, 0], "the silent one is not asked first again");
        drop(kept);
    }

    #[test]
    fn a_host_that_comes_late_serves_where_the_others_fail() {
        let (late, comes) = sync_channel::<()>(1);
        let comes = Mutex::new(comes);
        let open = move |host| {
            if host == 0 {
                comes.lock().unwrap().recv().unwrap();
                return Ok(host);
            }
            late.send(()).unwrap();
            Err(away("refused"))
        };
        assert_eq!(first_of(&Rests::new(2), silence(Duration::from_millis(1), EVER), "db", open).unwrap(), 0);
    }

    #[test]
    fn a_host_that_fails_is_left_at_once_and_what_says_most_is_told() {
        let refused = || StoreError::ServerReadOnly { location: "db2".to_owned() };
        let both = move |host| -> Result<()> { Err(if host == 0 { away("refused") } else { refused() }) };
        let told = first_of(&Rests::new(2), silence(EVER, EVER), "db", both).unwrap_err();
        assert!(matches!(told, StoreError::ServerReadOnly { .. }), "{told:?}");
        let away = |host| -> Result<()> { Err(away(if host == 0 { "first" } else { "second" })) };
        let told = first_of(&Rests::new(2), silence(EVER, EVER), "db", away).unwrap_err();
        let StoreError::Unreachable { location, cause } = told else { panic!("{told:?}") };
        assert_eq!(cause.0, "none of its 2 servers can be reached: first; second");
        assert_eq!(location, "db", "the place with all its hosts");
    }

    #[test]
    fn a_host_without_tables_is_no_queue_where_another_may_have_it() {
        let bare = || StoreError::NotMigrated { location: "db2".to_owned() };
        let told = |first: fn() -> StoreError| {
            let open = move |host| -> Result<()> { Err(if host == 0 { first() } else { bare() }) };
            first_of(&Rests::new(2), silence(EVER, EVER), "db", open).unwrap_err()
        };
        let none = told(|| StoreError::NotMigrated { location: "db1".to_owned() });
        assert!(matches!(&none, StoreError::NotMigrated { location } if location == "db"), "{none:?}");
        for (first, words) in [
            (
                (|| away("refused")) as fn() -> StoreError,
                "mysql://db/sms cannot be reached: refused; the database `db2` has no",
            ),
            (
                || StoreError::ServerReadOnly { location: "db1".to_owned() },
                "the server at db1 takes no writes now; the database `db2` has no",
            ),
        ] {
            let told = told(first);
            let StoreError::QueueAway { location, cause } = &told else { panic!("{told:?}") };
            assert_eq!(location, "db");
            assert!(cause.0.starts_with(words), "{cause}");
        }
        let wrong = told(|| StoreError::UnknownDatabase { location: "db1".to_owned(), database: "sms".to_owned() });
        assert!(matches!(wrong, StoreError::UnknownDatabase { .. }), "what does not pass is told: {wrong:?}");
    }

    #[test]
    fn hosts_of_which_none_says_anything_are_out_of_reach() {
        let (kept, held) = sync_channel::<()>(0);
        let held = Mutex::new(held);
        let open = move |_| -> Result<()> {
            let _ = held.lock().unwrap().recv();
            Ok(())
        };
        let wait = Duration::from_millis(1);
        let told = first_of(&Rests::new(1), silence(wait, wait), "db", open).unwrap_err();
        assert!(matches!(told, StoreError::Unreachable { .. }), "{told:?}");
        drop(kept);
    }
}
