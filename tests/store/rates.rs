//! One rate for all processes of a lane, whatever becomes of them and of the clock.

use std::sync::atomic::Ordering;
use std::time::Duration;

use smsctl::queue::{Rate, WorkerId};
use smsctl::store::Store;

use crate::world::{HOUR, Judge, World, claim_rated, message, register, unknown};

const SECOND: Duration = Duration::from_secs(1);
/// How far the clock goes between two turns of the crowd.
const STEP: Duration = Duration::from_millis(200);

/// Worker processes, so to speak, that claim one after the other, as fast as they are let.
struct Crowd<'a> {
    world: &'a World,
    workers: Vec<(Box<dyn Store>, WorkerId)>,
    rate: Rate,
}

impl<'a> Crowd<'a> {
    fn of(world: &'a World, count: usize, rate: Rate) -> Crowd<'a> {
        let tasks = vec![message("+85291234567", "x"); 500];
        (0..10).for_each(|_| drop(world.store.enqueue(&tasks, 0).expect("enqueues")));
        let mut crowd = Crowd { world, workers: Vec::new(), rate };
        (0..count).for_each(|_| crowd.join());
        crowd
    }

    fn join(&mut self) {
        let store = self.world.another();
        let worker = register(&*store);
        self.workers.push((store, worker));
    }

    /// One of them dies with all that it holds, and another takes its place and looks after the dead.
    fn replace_one(&mut self) {
        let (_, dead) = self.workers.remove(0);
        self.join();
        self.world.store.recover(&Judge { dead: vec![dead], fate: unknown() }).expect("recovers");
    }

    /// What passes in one turn of each.
    fn claim(&self) -> usize {
        self.workers.iter().map(|(store, worker)| claim_rated(&**store, *worker, 8, self.rate).claims.len()).sum()
    }

    /// The same, and then the clock goes on.
    fn turn(&self) -> usize {
        let passed = self.claim();
        self.world.pass(STEP);
        passed
    }

    fn pass(&self, span: Duration) -> usize {
        (0..span.as_millis() / STEP.as_millis()).map(|_| self.turn()).sum()
    }
}

/// Within 3 percent.
#[track_caller]
fn assert_exact(passed: usize, expected: f64, what: &str) {
    assert!((passed as f64 - expected).abs() <= expected * 0.03, "{what}: {passed} passed, and {expected} were to");
}

pub fn a_rate_is_exact_while_workers_die_and_others_begin(world: &World) {
    let mut crowd = Crowd::of(world, 4, Rate { per_s: 7.0, burst: 3.0 });
    let mut passed = 0;
    for _ in 0..30 {
        let in_two_seconds = crowd.pass(SECOND * 2);
        assert!(in_two_seconds <= 14 + 3, "a burst and what flows in: {in_two_seconds}");
        passed += in_two_seconds;
        crowd.replace_one();
    }
    assert_exact(passed, 420.0, "a minute at 7 a second");
    world.assert_sound();
}

/// Those who wait for the database have read the clock before those who are served meanwhile.
pub fn a_rate_is_exact_among_workers_that_wait_for_each_other(world: &World) {
    const WORKERS: u32 = 4;
    const TURNS: u32 = 200;
    const TURN: Duration = Duration::from_millis(5);
    let rate = Rate { per_s: 50.0, burst: 5.0 };
    let crowd = Crowd::of(world, WORKERS as usize, rate);
    let clock = world.clock();
    let passed: usize = std::thread::scope(|scope| {
        let threads = crowd.workers.iter().map(|(store, worker)| {
            let clock = clock.clone();
            scope.spawn(move || {
                let turn = |_| {
                    clock.fetch_add(TURN.as_micros() as i64, Ordering::SeqCst);
                    claim_rated(&**store, *worker, 4, rate).claims.len()
                };
                (0..TURNS).map(turn).sum::<usize>()
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_exact(passed, (TURN * TURNS * WORKERS).as_secs_f64() * rate.per_s, "four seconds at 50 a second");
    world.assert_sound();
}

pub fn a_rate_is_exact_by_a_clock_that_steps(world: &World) {
    let crowd = Crowd::of(world, 2, Rate { per_s: 7.0, burst: 3.0 });
    let mut passed = 0;
    for round in 0..12 {
        passed += crowd.pass(SECOND * 5) + crowd.claim();
        world.pass_back(HOUR * (1 + round % 3));
    }
    assert_exact(passed, 420.0, "a minute at 7 a second, set back twelve times");
    // A step ahead is time for all that the database can know: a full bucket is the most that it can give.
    world.pass(HOUR * 24);
    let after = crowd.pass(SECOND);
    assert!(after <= 7 + 3, "a burst and what flows in: {after}");
    world.assert_sound();
}

pub fn a_rate_may_be_raised_and_lowered_while_workers_work(world: &World) {
    let mut crowd = Crowd::of(world, 2, Rate { per_s: 5.0, burst: 5.0 });
    crowd.pass(SECOND * 2);
    assert_exact(crowd.pass(SECOND * 30), 150.0, "at 5 a second");
    for (per_s, burst) in [(40.0, 10.0), (4.0, 2.0)] {
        let before = crowd.rate;
        // One after the other is started anew with the other rate.
        let half = crowd.workers.pop().expect("two of them");
        let old = Crowd { world, workers: vec![half], rate: before };
        crowd.rate = Rate { per_s, burst };
        let mixed: usize = (0..10).map(|_| crowd.turn() + old.turn()).sum();
        let fastest = before.per_s.max(per_s) * 4.0 + before.burst.max(burst);
        assert!(mixed as f64 <= fastest, "in 4 s of both no more than the faster one gives: {mixed}");
        crowd.join();
        let in_a_second = crowd.pass(SECOND);
        assert!(
            in_a_second as f64 <= per_s + before.burst.max(burst),
            "tokens were kept, and none given: {in_a_second}"
        );
        assert_exact(crowd.pass(SECOND * 30), per_s * 30.0, "at the new rate");
    }
    world.assert_sound();
}
