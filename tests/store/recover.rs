//! Workers: who lives, and what becomes of the tasks of those who died.

use std::time::Duration;

use smsctl::queue::{Due, ErrorType, Failure, Fate, NewTask, State, WorkerId};
use smsctl::store::{Audited, Coroner, LEASE, Recovered, Settled, StoreError, Stranded, Worker};

use crate::world::{Judge, World, claim, completed, deferred, message, parked, register, settle, unknown};

/// Declares dead whose heartbeat is older than the lease.
struct ByLease;

impl Coroner for ByLease {
    fn is_dead(&self, worker: &Worker) -> bool {
        worker.heartbeat_age > LEASE
    }

    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        unknown()
    }
}

fn dead(worker: WorkerId, fate: Fate) -> Judge {
    Judge { dead: vec![worker], fate }
}

fn fill(world: &World, count: usize) {
    world.store.enqueue(&vec![message("+85291234567", "hello"); count], 0).expect("enqueues");
}

/// Sees a process end in order while it looks.
struct Late<'a>(&'a World, WorkerId);

impl Coroner for Late<'_> {
    fn is_dead(&self, worker: &Worker) -> bool {
        worker.id == self.1 && self.0.another().retire(worker.id).is_ok()
    }

    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        unknown()
    }
}

pub fn a_worker_that_ends_while_it_is_looked_at_is_not_found_dead(world: &World) {
    let worker = world.worker();
    assert_eq!(world.store.recover(&Late(world, worker)).expect("recovers"), Recovered::default());
    let row = world.store.workers().expect("lists").into_iter().find(|row| row.id == worker).expect("its row");
    assert!(row.ended_at.is_some());
}

pub fn a_living_worker_keeps_its_claims(world: &World) {
    fill(world, 2);
    let worker = world.worker();
    let held = claim(&*world.store, worker, 2);
    world.pass(LEASE);
    assert_eq!(world.store.recover(&ByLease).expect("recovers"), Recovered::default());
    assert_eq!(world.store.heartbeat(worker).expect("beats"), Settled::Done);
    world.pass(LEASE);
    assert_eq!(world.another().recover(&ByLease).expect("recovers"), Recovered::default());
    for claim in held {
        assert_eq!(world.settle(worker, claim.settle(completed(), None)), Settled::Done);
    }
    world.assert_sound();
}

pub fn what_is_not_in_a_workers_hands_is_found_by_its_audit(world: &World) {
    fill(world, 4);
    let (worker, other) = (world.worker(), world.worker());
    let claims = claim(&*world.store, worker, 3);
    let others = claim(&*world.store, other, 1);
    let ids: Vec<_> = claims.iter().map(smsctl::store::Claim::id).collect();
    let audit = |held: &[i64]| {
        let stray = |task: &Stranded| (!held.contains(&task.id)).then(unknown);
        world.store.audit(worker, &stray).expect("audits")
    };
    assert_eq!(audit(&ids), Audited::default());
    world.other_program(&format!("UPDATE queued_tasks SET attempt = 7 WHERE id = {}", ids[0]));
    world.other_program(&format!("UPDATE queued_tasks SET id = id + 100 WHERE id = {}", ids[1]));
    assert_eq!(audit(&[ids[0], ids[2]]), Audited { tasks: 1, dead_lettered: 0 }, "the one with another number");
    assert_eq!(audit(&ids[2..]), Audited { tasks: 1, dead_lettered: 0 });
    assert_eq!(audit(&ids[2..]), Audited::default());
    for id in [ids[0], ids[1] + 100] {
        let task = world.get(id);
        assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unknown")));
    }
    assert_eq!((world.state(ids[2]), world.state(others[0].id())), (State::Processing, State::Processing));
    world.assert_sound();
}

pub fn a_dead_worker_leaves_unknown_tasks(world: &World) {
    fill(world, 3);
    let (died, lives) = (world.worker(), world.worker());
    let claims = claim(&*world.store, died, 2);
    let other = claim(&*world.store, lives, 1);
    world.pass(LEASE + Duration::from_micros(1));
    world.store.heartbeat(lives).expect("beats");
    let recovered = world.store.recover(&ByLease).expect("recovers");
    assert_eq!(recovered, Recovered { workers: vec![died], tasks: 2, dead_lettered: 0 });
    for claim in &claims {
        let task = world.get(claim.id());
        assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unknown")));
        assert_eq!((task.retry_count, task.available_at), (1, None), "it waits for an order");
        let attempts = world.store.attempts(claim.id()).expect("lists");
        assert_eq!((attempts.len(), attempts[0].outcome.as_str(), attempts[0].worker_id), (1, "unknown", Some(died)));
    }
    assert_eq!(world.state(other[0].id()), State::Processing);
    let stats = world.store.stats().expect("counts");
    assert_eq!((stats.tasks.unknown, stats.tasks.processing, stats.workers.len()), (2, 1, 1));
    world.assert_sound();
}

pub fn recovery_is_done_once(world: &World) {
    fill(world, 2);
    let worker = world.worker();
    claim(&*world.store, worker, 2);
    let judge = dead(worker, unknown());
    assert_eq!(world.store.recover(&judge).expect("recovers").tasks, 2);
    assert_eq!(world.another().recover(&judge).expect("recovers"), Recovered::default());
    let retries: Vec<u32> = world.all().iter().map(|task| task.retry_count).collect();
    assert_eq!(retries, [1, 1]);
    world.assert_sound();
}

pub fn the_judge_may_send_again(world: &World) {
    let fates = [
        (completed(), State::Completed),
        (Fate::Released, State::Pending),
        (deferred(Duration::from_secs(1)), State::Failed),
        (unknown(), State::Failed),
        (Fate::Dead { failure: Failure::new(ErrorType::Unknown, "the worker died") }, State::Failed),
    ];
    for (fate, state) in fates {
        let world = world.fresh();
        let id = world.task_in(State::Pending);
        let worker = world.worker();
        world.claim(worker);
        let dead_lettered = u64::from(matches!(fate, Fate::Dead { .. }));
        let recovered = world.store.recover(&dead(worker, fate.clone())).expect("recovers");
        assert_eq!(recovered, Recovered { workers: vec![worker], tasks: 1, dead_lettered }, "{fate:?}");
        assert_eq!(world.state(id), state, "{fate:?}");
        assert_eq!(world.letters().len() as u64, dead_lettered);
        world.assert_sound();
    }
}

pub fn a_task_that_kills_workers_ends_as_a_dead_letter(world: &World) {
    let id = world.task_in(State::Pending);
    for round in 1..=3 {
        let worker = world.worker();
        assert_eq!(world.claim(worker).attempt(), round);
        let again =
            Fate::Retry { after: Duration::ZERO, failure: Failure::new(ErrorType::Unknown, "died"), spent: true };
        world.store.recover(&dead(worker, again)).expect("recovers");
    }
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count, task.max_retries), (State::Failed, 3, 3));
    assert_eq!(world.letters().len(), 1);
    assert_eq!(world.letters()[0].content, "hello");
    assert!(claim(&*world.store, world.worker(), 1).is_empty());
    world.assert_sound();
}

/// Tells what it was told of a task, and gives it back.
struct Listens<'a>(WorkerId, &'a std::cell::Cell<u32>);

impl Coroner for Listens<'_> {
    fn is_dead(&self, worker: &Worker) -> bool {
        worker.id == self.0
    }

    fn fate(&self, _: &Worker, stranded: &Stranded) -> Fate {
        self.1.set(stranded.stranded);
        Fate::Released
    }
}

pub fn deaths_before_a_task_left_are_counted_and_nothing_else(world: &World) {
    world.task_in(State::Pending);
    let told = std::cell::Cell::new(u32::MAX);
    for died in 0..3 {
        let worker = world.worker();
        let in_order = world.claim(worker);
        world.settle(worker, in_order.settle(Fate::Released, None));
        world.claim(worker);
        world.store.recover(&Listens(worker, &told)).expect("recovers");
        assert_eq!(told.get(), died, "a claim that came back in order is none");
        world.assert_sound();
    }
}

pub fn a_retired_worker_with_claims_is_recovered(world: &World) {
    fill(world, 2);
    let (idle, busy) = (world.worker(), world.worker());
    claim(&*world.store, busy, 1);
    world.store.retire(idle).expect("ends");
    world.store.retire(busy).expect("ends");
    let nobody = Judge { dead: Vec::new(), fate: unknown() };
    let recovered = world.store.recover(&nobody).expect("recovers");
    assert_eq!(recovered, Recovered { workers: vec![busy], tasks: 1, dead_lettered: 0 });
    assert_eq!(world.store.recover(&nobody).expect("recovers"), Recovered::default());
    world.assert_sound();
}

pub fn a_dead_worker_cannot_settle(world: &World) {
    fill(world, 2);
    let worker = world.worker();
    let mut held = claim(&*world.store, worker, 2);
    world.store.recover(&dead(worker, Fate::Released)).expect("recovers");
    let heir = world.worker();
    let taken = world.claim(heir);
    assert_eq!(taken.id(), held[0].id());
    assert_eq!(world.settle(worker, held.remove(0).settle(completed(), None)), Settled::Lost, "somebody else has it");
    assert_eq!(world.settle(worker, held.remove(0).settle(parked(), None)), Settled::Lost, "nobody has it");
    assert_eq!(settle(&*world.another(), heir, taken.settle(completed(), None)), Settled::Done);
    world.assert_sound();
}

pub fn a_heartbeat_after_death_is_lost(world: &World) {
    let worker = world.worker();
    assert_eq!(world.store.heartbeat(worker).expect("beats"), Settled::Done);
    world.store.recover(&dead(worker, unknown())).expect("recovers");
    assert_eq!(world.store.heartbeat(worker).expect("beats"), Settled::Lost);
    let gone = world.worker();
    world.store.retire(gone).expect("ends");
    assert_eq!(world.store.heartbeat(gone).expect("beats"), Settled::Lost);
    assert_eq!(world.store.heartbeat(gone + 1_000).expect("beats"), Settled::Lost, "there never was one");
    world.store.retire(gone).expect("to end twice is nothing");
}

pub fn more_than_a_page_of_claims_is_recovered(world: &World) {
    fill(world, 1_201);
    let worker = world.worker();
    assert_eq!(claim(&*world.store, worker, 2_000).len(), 1_201);
    let recovered = world.store.recover(&dead(worker, unknown())).expect("recovers");
    assert_eq!(recovered, Recovered { workers: vec![worker], tasks: 1_201, dead_lettered: 0 });
    assert_eq!(world.store.stats().expect("counts").tasks.unknown, 1_201);
    world.assert_sound();
}

/// Takes the worker for dead, and is called away after the first page of its tasks.
struct CalledAway(WorkerId);

impl Coroner for CalledAway {
    fn is_dead(&self, worker: &Worker) -> bool {
        worker.id == self.0
    }

    fn can_tell(&self, _: &Worker) -> bool {
        false
    }

    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        unknown()
    }
}

pub fn a_worker_that_is_recovered_half_way_has_ended(world: &World) {
    fill(world, 700);
    let worker = world.worker();
    claim(&*world.store, worker, 700);
    let recovered = world.store.recover(&CalledAway(worker)).expect("recovers");
    assert_eq!((recovered.tasks, recovered.workers), (500, vec![]), "it holds some still: its flight log stays");
    assert_eq!(world.store.heartbeat(worker).expect("beats"), Settled::Lost, "it may not go on with them");
    let recovered = world.store.recover(&Judge { dead: vec![], fate: unknown() }).expect("recovers");
    assert_eq!((recovered.tasks, recovered.workers), (200, vec![worker]), "the next one comes to the end");
    world.assert_sound();
}

pub fn a_page_that_fills_exactly_ends(world: &World) {
    fill(world, 1_000);
    let worker = world.worker();
    claim(&*world.store, worker, 1_000);
    let recovered = world.store.recover(&dead(worker, Fate::Released)).expect("recovers");
    assert_eq!((recovered.tasks, recovered.workers), (1_000, vec![worker]));
    assert_eq!(world.store.heartbeat(worker).expect("beats"), Settled::Lost);
    world.assert_sound();
}

pub fn tasks_of_the_application_are_left_alone(world: &World) {
    let insert = "INSERT INTO queued_tasks (task_name, task_func, status, worker_id) VALUES";
    for worker in ["0", "3", "NULL"] {
        world.other_program(&format!("{insert} ('sms', 'app.send', 'processing', {worker})"));
    }
    let ours = world.worker();
    assert!(ours > 1_000, "our numbers stay clear of the application's");
    struct Everybody;
    impl Coroner for Everybody {
        fn is_dead(&self, _: &Worker) -> bool {
            true
        }
        fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
            unknown()
        }
    }
    let recovered = world.store.recover(&Everybody).expect("recovers");
    assert_eq!(recovered, Recovered { workers: vec![ours], tasks: 0, dead_lettered: 0 });
    assert!(world.all().iter().all(|task| task.status == State::Processing));
    let findings = world.store.check().expect("checks");
    let stranded: Vec<_> = findings.iter().filter(|finding| finding.kind == "stranded").collect();
    assert_eq!(stranded.len(), 1, "{findings:?}");
    assert!(stranded[0].message.starts_with("3 tasks"), "{}", stranded[0].message);
    world.assert_sound();
}

pub fn workers_are_listed(world: &World) {
    fill(world, 3);
    let first = world.worker();
    world.pass(Duration::from_secs(10));
    let second = world.worker();
    claim(&*world.store, second, 3);
    world.store.retire(first).expect("ends");
    world.pass(Duration::from_secs(5));
    let workers = world.store.workers().expect("lists");
    let ids: Vec<WorkerId> = workers.iter().map(|worker| worker.id).collect();
    assert_eq!(ids, [second, first], "newest first");
    let newest = &workers[0];
    assert_eq!((newest.host.as_str(), newest.boot_id.as_str(), newest.pid, newest.senders), ("host", "boot", 4711, 4));
    assert_eq!((newest.pid_started.as_str(), newest.version.as_str()), ("1", "0"));
    assert_eq!((newest.claims, newest.heartbeat_age, newest.ended_at), (3, Duration::from_secs(5), None));
    assert_eq!(workers[1].ended_at, Some(world.now() - Duration::from_secs(5)));
    world.pass(Duration::from_secs(24 * 3600));
    let ids: Vec<WorkerId> = world.store.workers().expect("lists").iter().map(|worker| worker.id).collect();
    assert_eq!(ids, [second], "those that ended are listed for a day; one that has not, for ever");
    assert_eq!(world.store.stats().expect("counts").workers.len(), 0, "but it is not alive by its heartbeat");
}

/// What another program wrote into `attempt` counts as 0, and the task gets its fate as any other.
pub fn a_task_whose_attempt_is_no_count_gets_its_fate(world: &World) {
    let rejected = Fate::Dead { failure: Failure::new(ErrorType::Rejected, "no such number") };
    for (fate, state) in [
        (unknown(), State::Failed),
        (Fate::Released, State::Pending),
        (completed(), State::Completed),
        (rejected, State::Failed),
    ] {
        let world = world.fresh();
        fill(&world, 520);
        let [worker, lives] = [world.worker(), world.worker()];
        let ids: Vec<_> = claim(&*world.store, worker, 520).iter().map(smsctl::store::Claim::id).collect();
        world.other_program(&format!("UPDATE queued_tasks SET attempt = -1 WHERE id < {}", ids[510]));
        world.other_program(&format!("UPDATE queued_tasks SET worker_id = {lives} WHERE id = {}", ids[7]));
        let recovered = world.store.recover(&dead(worker, fate.clone())).expect("recovers");
        assert_eq!((recovered.workers, recovered.tasks), (vec![worker], 519), "{fate:?}");
        assert_eq!(world.state(ids[0]), state, "{fate:?}");
        assert_eq!(world.store.recover(&dead(worker, fate.clone())).expect("recovers"), Recovered::default());
        let audited = world.store.audit(lives, &|_| Some(fate.clone())).expect("audits");
        assert_eq!((audited.tasks, world.state(ids[7])), (1, state), "{fate:?}");
        world.assert_sound();
    }
}

/// Many short runs a day must not hide one that goes on.
pub fn a_worker_that_has_not_ended_is_listed_behind_however_many_that_have(world: &World) {
    fill(world, 1);
    let [lives, held] = [world.worker(), world.worker()];
    world.claim(held);
    world.store.retire(held).expect("ends");
    world.store.retire(world.worker()).expect("ends");
    for _ in 0..10 {
        world.other_program(
            "INSERT INTO workers (host, boot_id, pid, pid_started, senders, version, started_at, heartbeat_at, ended_at)
             SELECT host, boot_id, pid, pid_started, senders, version, started_at, heartbeat_at, ended_at
               FROM workers WHERE ended_at IS NOT NULL",
        );
    }
    for span in [Duration::ZERO, Duration::from_secs(25 * 3600)] {
        world.pass(span);
        let workers = world.store.workers().expect("lists");
        let of = |id: WorkerId| {
            workers.iter().find(|worker| worker.id == id).map(|worker| (worker.ended_at.is_some(), worker.claims))
        };
        assert_eq!((of(lives), of(held)), (Some((false, 0)), Some((true, 1))), "{} are listed", workers.len());
        assert!(workers.len() <= 1002, "{}", workers.len());
    }
}

pub fn a_heartbeat_in_time_saves_a_suspect(world: &World) {
    /// Beats for the worker at the first look, as the worker itself may between two looks.
    struct Late<'a>(&'a World, WorkerId, std::cell::Cell<bool>);
    impl Coroner for Late<'_> {
        fn is_dead(&self, worker: &Worker) -> bool {
            let dead = worker.heartbeat_age > LEASE;
            if !self.2.replace(true) {
                self.0.another().heartbeat(self.1).expect("beats");
            }
            dead
        }
        fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
            unknown()
        }
    }
    fill(world, 1);
    let worker = register(&*world.store);
    let held = world.claim(worker);
    world.pass(LEASE * 2);
    let recovered = world.store.recover(&Late(world, worker, std::cell::Cell::new(false))).expect("recovers");
    assert_eq!(recovered, Recovered::default());
    assert_eq!(world.settle(worker, held.settle(completed(), None)), Settled::Done);
}

pub fn a_task_of_a_dead_worker_keeps_its_batch_and_lane(world: &World) {
    let task = NewTask { batch: Some("spring".to_owned()), ..message("+85291234567", "hello") };
    world.enqueue(task);
    let worker = world.worker();
    world.claim(worker);
    world.store.recover(&dead(worker, unknown())).expect("recovers");
    for kind in [smsctl::store::TallyKind::Batch, smsctl::store::TallyKind::Lane] {
        let tallies = world.store.tallies(kind).expect("counts");
        assert_eq!((tallies[0].get("failed"), tallies[0].get("unknown"), tallies[0].get("retryable")), (1, 1, 1));
        assert_eq!(tallies[0].get("processing"), 0);
    }
    world.assert_sound();
}

/// Judges everybody dead, each task completed under the same number, and hears what is refused.
struct OneNumber {
    worker: WorkerId,
    refused: std::cell::RefCell<Vec<i64>>,
}

impl Coroner for OneNumber {
    fn is_dead(&self, worker: &Worker) -> bool {
        worker.id == self.worker
    }

    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        Fate::Completed { provider_message_id: Some("id-1".to_owned()) }
    }

    fn refused(&self, task: i64, error: StoreError) -> smsctl::store::Result<()> {
        assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
        self.refused.borrow_mut().push(task);
        Ok(())
    }
}

pub fn a_fate_that_is_refused_keeps_no_other_task_from_its_own(world: &World) {
    fill(world, 4);
    world.other_program("CREATE UNIQUE INDEX panel_once ON queued_tasks (provider_message_id)");
    let worker = world.worker();
    let mut claims = claim(&*world.store, worker, 4);
    let last = claims.pop().expect("a claim");
    let fate = Fate::Completed { provider_message_id: Some("id-2".to_owned()) };
    assert_eq!(world.settle(worker, last.settle(fate, None)), Settled::Done);
    let judge = OneNumber { worker, refused: Default::default() };
    let recovered = world.store.recover(&judge).expect("recovers");
    assert_eq!(recovered, Recovered { workers: vec![], tasks: 1, dead_lettered: 0 }, "the worker holds some still");
    let left: Vec<_> =
        claims.iter().map(smsctl::store::Claim::id).filter(|id| world.state(*id) == State::Processing).collect();
    assert_eq!((left.len(), judge.refused.take()), (2, left.clone()));
    assert_eq!(world.store.heartbeat(worker).expect("beats"), Settled::Lost, "it was declared dead all the same");
    let strict = dead(worker, Fate::Completed { provider_message_id: Some("id-2".to_owned()) });
    assert!(matches!(world.store.recover(&strict), Err(StoreError::Refused { .. })), "who does not listen is told");
    let recovered = world.store.recover(&dead(worker, unknown())).expect("recovers");
    assert_eq!(recovered, Recovered { workers: vec![worker], tasks: 2, dead_lettered: 0 });
    world.assert_sound();
}

pub fn a_worker_whose_only_task_is_refused_its_fate_is_dead_all_the_same(world: &World) {
    fill(world, 2);
    world.other_program("CREATE UNIQUE INDEX panel_once ON queued_tasks (provider_message_id)");
    let [first, second] = [world.worker(), world.worker()];
    let fate = Fate::Completed { provider_message_id: Some("id-1".to_owned()) };
    assert_eq!(world.settle(first, world.claim(first).settle(fate, None)), Settled::Done);
    let held = world.claim(second).id();
    let judge = OneNumber { worker: second, refused: Default::default() };
    assert_eq!(world.store.recover(&judge).expect("recovers"), Recovered::default());
    assert_eq!((world.state(held), judge.refused.take()), (State::Processing, vec![held]));
    assert_eq!(world.store.heartbeat(second).expect("beats"), Settled::Lost, "what it tries, others may try");
    world.assert_sound();
}

pub fn a_clock_that_goes_back_delays_no_retry(world: &World) {
    let hour = Duration::from_secs(3600);
    let nobody = Judge { dead: Vec::new(), fate: unknown() };
    let worker = world.worker();
    let due = || {
        world.store.recover(&nobody).expect("looks");
        claim(&*world.store, worker, 9)
    };
    let id = world.enqueue(message("+85291234567", "hello"));
    world.settle(worker, world.claim(worker).settle(deferred(hour), None));
    assert!(due().is_empty(), "it waits as long as it is to");
    world.enqueue(NewTask { available: Some(Due::In(hour)), ..message("+85291234567", "in an hour, by the clock") });
    world.pass_back(hour);
    let again = due();
    assert_eq!(again.iter().map(smsctl::store::Claim::id).collect::<Vec<_>>(), [id], "it does not wait for two");
    world.assert_sound();
}
