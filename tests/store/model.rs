//! Random orders on the store and on a model of it that fits on a page: after every step both say the same.
//!
//! 64 sequences by default; `SMSCTL_TEST_CASES=5000` for a long night. A failure prints the shortest sequence that shows it.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use smsctl::queue::{
    DeadLetterFilter, DeadLetterOrder, DeadLetterState, Due, ErrorType, Fate, Filter, Lane, NewTask, Order, Priority,
    State, TaskId, WorkerId,
};
use smsctl::store::{Claim, Settled, Settlement, StatusCounts, Store, TallyKind, Turn, Wanted};

use crate::world::{Judge, World, completed, deferred, message, parked, register, rejected, unknown};

const LANES: [&str; 2] = ["gateway:a", "gateway:b"];
const WORKERS: usize = 2;

/// One step. Numbers that pick something are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Enqueue(Vec<New>),
    Exchange { worker: usize, settle: Vec<(usize, u8)>, wanted: [usize; 2] },
    Change { order: u8, pick: Option<usize>, state: Option<u8>, limit: Option<u64> },
    Letters { retry: bool, unknown: bool, expired: bool, pick: Option<usize>, limit: Option<u64> },
    Recover { worker: usize, fate: u8 },
    Pass { seconds: u64 },
    Insert { lane: usize, status: u8, spent: u8 },
    Update { pick: usize, change: u8 },
    Delete { pick: usize },
}

#[derive(Clone, Debug)]
struct New {
    lane: usize,
    priority: u8,
    later_s: Option<u64>,
    expires_s: Option<u64>,
    max_retries: u32,
    key: Option<u8>,
    batch: bool,
}

fn step() -> impl Strategy<Value = Step> {
    use prop::option::of;
    let new = (0..2_usize, 0..3_u8, of(0..9_u64), of(1..9_u64), 1..4_u32, of(0..6_u8), any::<bool>()).prop_map(
        |(lane, priority, later_s, expires_s, max_retries, key, batch)| New {
            lane,
            priority,
            later_s,
            expires_s,
            max_retries,
            key,
            batch,
        },
    );
    let settle = prop::collection::vec((any::<usize>(), 0..6_u8), 0..4);
    prop_oneof![
        4 => prop::collection::vec(new, 0..5).prop_map(Step::Enqueue),
        8 => (0..WORKERS, settle, [0..4_usize, 0..3_usize])
            .prop_map(|(worker, settle, wanted)| Step::Exchange { worker, settle, wanted }),
        2 => (0..6_u8, of(any::<usize>()), of(0..7_u8), of(0..3_u64))
            .prop_map(|(order, pick, state, limit)| Step::Change { order, pick, state, limit }),
        1 => ([any::<bool>(); 3], of(any::<usize>()), of(0..3_u64)).prop_map(|([retry, unknown, expired], pick, limit)| {
            Step::Letters { retry, unknown, expired, pick, limit }
        }),
        1 => (0..WORKERS, 0..6_u8).prop_map(|(worker, fate)| Step::Recover { worker, fate }),
        3 => (0..6_u64).prop_map(|seconds| Step::Pass { seconds }),
        1 => (0..2_usize, 0..7_u8, 0..5_u8).prop_map(|(lane, status, spent)| Step::Insert { lane, status, spent }),
        2 => (any::<usize>(), 0..11_u8).prop_map(|(pick, change)| Step::Update { pick, change }),
        1 => any::<usize>().prop_map(|pick| Step::Delete { pick }),
    ]
}

/// What the model knows of a task.
#[derive(Clone, Debug, PartialEq)]
struct Task {
    lane: usize,
    state: State,
    priority: u8,
    /// Seconds since the start.
    available: Option<u64>,
    expires: Option<u64>,
    retry_count: u32,
    max_retries: u32,
    attempt: u32,
    unknown: bool,
    key: Option<u8>,
    batch: bool,
    worker: Option<WorkerId>,
    recipient: bool,
    /// Attempts that left, or may have left.
    departed: u32,
    /// `started_at` is there.
    started: bool,
    /// Outcomes by attempt.
    recorded: BTreeMap<u32, &'static str>,
}

#[derive(Clone, Debug, PartialEq)]
struct Letter {
    task: Option<TaskId>,
    max_retries: u32,
    state: DeadLetterState,
    recipient: bool,
    /// `error_type`, as far as an order asks for it.
    unknown: bool,
    expired: bool,
}

#[derive(Default)]
struct Model {
    now: u64,
    tasks: BTreeMap<TaskId, Task>,
    letters: Vec<Letter>,
}

fn fate(number: u8) -> Fate {
    match number {
        0 => completed(),
        1 => rejected(),
        2 => deferred(Duration::from_secs(2)),
        3 => parked(),
        4 => unknown(),
        _ => Fate::Released,
    }
}

/// How an attempt that ended so is recorded.
fn word(fate: &Fate) -> &'static str {
    match fate {
        Fate::Completed { .. } => "accepted",
        Fate::Released => "deferred",
        Fate::Retry { failure, .. } | Fate::Parked { failure, .. } | Fate::Dead { failure } => match failure.error_type
        {
            ErrorType::Unknown => "unknown",
            ErrorType::Rejected => "rejected",
            _ => "deferred",
        },
    }
}

impl Task {
    /// An attempt that certainly did not go out is no longer one that may have.
    fn stayed(&mut self, fate: &Fate) {
        if !matches!(word(fate), "accepted" | "unknown") {
            self.departed = self.departed.saturating_sub(1);
        }
    }

    /// An attempt that may have gone out is counted, whatever the row says.
    fn left(&mut self) {
        self.departed = self.departed.max(1);
    }

    fn record(&mut self, attempt: u32, word: &'static str) {
        let known = self.recorded.entry(attempt).or_insert(word);
        if *known == "unknown" || word == "accepted" {
            *known = word;
        }
    }
}

impl Letter {
    fn waits_for(&self, task: TaskId) -> bool {
        self.task == Some(task) && self.state == DeadLetterState::Pending
    }
}

impl Model {
    fn pick(&self, number: usize) -> Option<TaskId> {
        self.tasks.keys().nth(number % self.tasks.len().max(1)).copied()
    }

    /// As `settle`, for a claim that a worker holds: a row that has lost the time of its claim is not held any more, whatever its
    /// status says.
    fn settle_claim(&mut self, id: TaskId, fence: (WorkerId, u32, u32), fate: &Fate) -> Settled {
        match self.tasks.get(&id) {
            Some(task) if !task.started => self.settle_late(id, fence, fate),
            _ => self.settle(id, fence, fate),
        }
    }

    /// `fate` for the claim `attempt` of `worker` on `id`, which was made when `max_retries` stood as it does there.
    fn settle(&mut self, id: TaskId, fence: (WorkerId, u32, u32), fate: &Fate) -> Settled {
        let now = self.now;
        let (worker, attempt, max_retries) = fence;
        let Some(task) = self.tasks.get_mut(&id) else { return Settled::Lost };
        if task.state != State::Processing || task.attempt != attempt || task.worker != Some(worker) {
            return self.settle_late(id, fence, fate);
        }
        let (state, failure, spent) = match fate {
            Fate::Completed { .. } => (State::Completed, None, false),
            Fate::Released => (State::Pending, None, false),
            Fate::Retry { failure, spent, .. } | Fate::Parked { failure, spent } => {
                (State::Failed, Some(failure), *spent)
            }
            Fate::Dead { failure } => (State::Failed, Some(failure), true),
        };
        task.state = state;
        task.retry_count += u32::from(spent);
        match (failure, fate) {
            (Some(failure), _) => task.unknown = failure.error_type == ErrorType::Unknown,
            (None, Fate::Completed { .. }) => task.unknown = false,
            (None, _) => task.started = false,
        }
        task.stayed(fate);
        if failure.is_some() {
            task.record(attempt, word(fate));
        }
        match fate {
            Fate::Retry { after, .. } => task.available = Some(now + after.as_secs()),
            Fate::Parked { .. } | Fate::Dead { .. } => task.available = None,
            Fate::Completed { .. } | Fate::Released => {}
        }
        let is_spent = failure.is_some() && task.retry_count >= task.max_retries;
        if is_spent {
            task.available = None;
        }
        if is_spent || matches!(fate, Fate::Dead { .. }) {
            self.bury(id, max_retries);
        }
        Settled::Done
    }

    /// The same, where the claim no longer holds.
    fn settle_late(
        &mut self,
        id: TaskId,
        (worker, attempt, max_retries): (WorkerId, u32, u32),
        fate: &Fate,
    ) -> Settled {
        let now = self.now;
        let task = self.tasks.get_mut(&id).expect("in the model");
        let is_newest = task.attempt == attempt;
        let recorded = task.recorded.get(&attempt).copied();
        let learns = is_newest && recorded == Some("unknown") && task.unknown && task.state == State::Failed;
        match fate {
            Fate::Completed { .. } => match task.state {
                State::Pending | State::Scheduled | State::Failed if is_newest => {
                    (task.state, task.available, task.unknown) = (State::Completed, None, false);
                    if recorded.is_some() {
                        task.record(attempt, "accepted");
                    }
                    for letter in self.letters.iter_mut().filter(|letter| letter.waits_for(id)) {
                        (letter.state, letter.unknown, letter.expired) = (DeadLetterState::Abandoned, false, false);
                    }
                    return Settled::Done;
                }
                State::Completed if is_newest => {}
                _ => {
                    task.left();
                    task.record(attempt, "accepted");
                }
            },
            Fate::Released if !is_newest || task.worker != Some(worker) || !task.started => {}
            Fate::Released if !learns && task.state == State::Processing => {}
            Fate::Released if !learns => {
                task.stayed(fate);
                task.started = false;
            }
            _ if learns && word(fate) != "unknown" => {
                let again = match fate {
                    Fate::Retry { after, .. } => Some(now + after.as_secs()),
                    Fate::Released => Some(now),
                    _ => None,
                };
                let had_attempts = task.retry_count < task.max_retries;
                task.available = again.filter(|_| had_attempts);
                task.unknown = false;
                task.stayed(fate);
                task.record(attempt, word(fate));
                let dead = matches!(fate, Fate::Dead { .. });
                if dead && had_attempts {
                    self.bury(id, max_retries);
                } else {
                    for letter in self.letters.iter_mut().filter(|letter| !had_attempts && letter.waits_for(id)) {
                        (letter.unknown, letter.expired) = (false, false);
                    }
                }
                return Settled::Done;
            }
            _ if recorded.is_none_or(|recorded| recorded == "unknown" && word(fate) != "unknown") => {
                if word(fate) == "unknown" {
                    task.left();
                }
                task.stayed(fate);
                task.record(attempt, word(fate));
            }
            _ => {}
        }
        Settled::Lost
    }

    /// The task is dead, and a letter tells of it.
    fn bury(&mut self, id: TaskId, max_retries: u32) {
        let task = self.tasks.get_mut(&id).expect("in the model");
        task.max_retries = task.max_retries.min(task.retry_count);
        self.letters.push(Letter {
            task: Some(id),
            max_retries,
            state: DeadLetterState::Pending,
            recipient: task.recipient,
            unknown: task.unknown,
            expired: false,
        });
    }

    fn promote(&mut self) -> u64 {
        let is_due = |task: &Task| task.available.is_some_and(|at| at <= self.now);
        let is_spent = |task: &Task| task.state == State::Failed && task.retry_count >= task.max_retries;
        let spent = self.tasks.iter().filter(|(_, task)| is_due(task) && is_spent(task));
        let mut spent: Vec<_> = spent.map(|(id, task)| (task.available, *id)).collect();
        spent.sort_unstable();
        for (_, id) in spent {
            let task = self.tasks.get_mut(&id).expect("in the model");
            task.available = None;
            let max_retries = task.max_retries;
            if !self.letters.iter().any(|letter| letter.task == Some(id) && letter.state == DeadLetterState::Pending) {
                self.bury(id, max_retries);
            }
        }
        let due = self.tasks.values_mut().filter(|task| match (task.state, task.available) {
            (State::Scheduled, None) => true,
            (State::Scheduled | State::Failed, Some(at)) => at <= self.now,
            _ => false,
        });
        due.map(|task| (task.state, task.available) = (State::Pending, None)).count() as u64
    }

    /// The ids that a lane gets, and how many tasks expired on the way.
    fn claim(&mut self, worker: WorkerId, lane: usize, count: usize) -> (Vec<TaskId>, u64) {
        let mut line: Vec<TaskId> =
            self.tasks.iter().filter(|(_, t)| t.state == State::Pending && t.lane == lane).map(|(id, _)| *id).collect();
        line.sort_by_key(|id| (std::cmp::Reverse(self.tasks[id].priority), *id));
        let (mut claims, mut expired) = (Vec::new(), 0);
        for id in line {
            if claims.len() == count {
                break;
            }
            let task = self.tasks.get_mut(&id).expect("in the model");
            task.available = None;
            if task.expires.is_some_and(|at| at <= self.now) {
                let letter = Letter {
                    task: Some(id),
                    max_retries: task.max_retries,
                    state: DeadLetterState::Pending,
                    recipient: task.recipient,
                    unknown: false,
                    expired: true,
                };
                self.letters.push(letter);
                (task.state, task.unknown) = (State::Failed, false);
                task.max_retries = task.max_retries.min(task.retry_count);
                expired += 1;
            } else {
                (task.state, task.worker) = (State::Processing, Some(worker));
                (task.attempt, task.departed, task.started) = (task.attempt + 1, task.departed + 1, true);
                claims.push(id);
            }
        }
        (claims, expired)
    }

    fn change(&mut self, order: Order, filter: &Filter) -> u64 {
        let mut changed = 0;
        for (id, task) in &mut self.tasks {
            let meant = (filter.ids.is_empty() || filter.ids.contains(id))
                && (filter.states.is_empty() || filter.states.contains(&task.state));
            if !meant || filter.limit.is_some_and(|limit| changed >= limit) {
                continue;
            }
            let retryable = task.state == State::Failed && task.retry_count < task.max_retries;
            let later = task.available.filter(|at| *at > self.now);
            (task.state, task.available) = match (order, task.state) {
                (Order::Cancel, State::Pending | State::Scheduled | State::Held) => (State::Cancelled, None),
                (Order::Cancel, State::Failed) if retryable => (State::Cancelled, None),
                (Order::Hold, State::Pending | State::Scheduled) => (State::Held, task.available),
                (Order::Release { unknown: false }, State::Held) if task.departed > 0 => continue,
                (Order::Release { .. }, State::Held) if later.is_some() => (State::Scheduled, later),
                (Order::Release { .. }, State::Held) => (State::Pending, None),
                (Order::Retry { unknown }, State::Failed)
                    if retryable && (unknown || !(task.unknown || task.departed > 0)) =>
                {
                    (State::Pending, None)
                }
                _ => continue,
            };
            changed += 1;
        }
        changed
    }

    /// Returns how many letters were changed, and whether a new task was made for any of them.
    fn decide(&mut self, order: DeadLetterOrder, only: Option<usize>, limit: Option<u64>) -> (u64, Vec<usize>) {
        let now = self.now;
        let (mut changed, mut anew) = (0, Vec::new());
        for (at, letter) in self.letters.iter_mut().enumerate() {
            let meant = only.is_none_or(|only| only == at) && letter.state == DeadLetterState::Pending;
            if !meant || limit.is_some_and(|limit| changed >= limit) {
                continue;
            }
            let task = letter.task.and_then(|id| self.tasks.get_mut(&id));
            let left = letter.unknown || task.as_ref().is_some_and(|task| task.unknown || task.departed > 0);
            let over = letter.expired || task.as_ref().is_some_and(|task| task.expires.is_some_and(|at| at <= now));
            match order {
                DeadLetterOrder::Abandon => letter.state = DeadLetterState::Abandoned,
                DeadLetterOrder::Retry { unknown, expired } if (left && !unknown) || (over && !expired) => continue,
                DeadLetterOrder::Retry { .. } if letter.task.is_some() => {
                    let Some(task) = task.filter(|task| task.state == State::Failed) else { continue };
                    (task.state, task.available, task.retry_count) = (State::Pending, None, 0);
                    task.expires = task.expires.filter(|at| *at > now);
                    task.max_retries = letter.max_retries.max(1);
                    letter.state = DeadLetterState::Retried;
                }
                DeadLetterOrder::Retry { .. } if letter.recipient => {
                    letter.state = DeadLetterState::Retried;
                    anew.push(at);
                }
                DeadLetterOrder::Retry { .. } => continue,
            }
            changed += 1;
        }
        (changed, anew)
    }

    fn counts(&self, of: impl Fn(&Task) -> bool) -> StatusCounts {
        let mut out = StatusCounts::default();
        for task in self.tasks.values().filter(|task| of(task)) {
            let failed = task.state == State::Failed;
            match task.state {
                State::Pending => out.pending += 1,
                State::Processing => out.processing += 1,
                State::Completed => out.completed += 1,
                State::Failed => out.failed += 1,
                State::Scheduled => out.scheduled += 1,
                State::Held => out.held += 1,
                State::Cancelled => out.cancelled += 1,
                State::Other => out.other += 1,
            }
            out.unknown += u64::from(failed && (task.unknown || task.departed > 0));
            out.retryable += u64::from(failed && task.retry_count < task.max_retries);
        }
        out
    }
}

/// The store, the model, and what was claimed from both.
struct Pair {
    world: World,
    other: Box<dyn Store>,
    model: Model,
    workers: Vec<WorkerId>,
    /// Those that were declared dead, by their numbers.
    dead: Vec<WorkerId>,
    /// Claims that have not been settled, with the worker that made them; some are stale by now.
    held: Vec<(WorkerId, Claim)>,
    start: jiff::Timestamp,
}

impl Pair {
    fn new(world: World) -> Pair {
        let workers = (0..WORKERS).map(|_| world.worker()).collect();
        let (other, start) = (world.another(), world.now());
        Pair { world, other, model: Model::default(), workers, dead: Vec::new(), held: Vec::new(), start }
    }

    fn at(&self, seconds: u64) -> jiff::Timestamp {
        self.start + Duration::from_secs(seconds)
    }

    fn run(&mut self, step: &Step) {
        match step {
            Step::Enqueue(news) => self.enqueue(news),
            Step::Exchange { worker, settle, wanted } => self.exchange(*worker, settle, *wanted),
            Step::Change { order, pick, state, limit } => self.change(*order, *pick, *state, *limit),
            Step::Letters { retry, unknown, expired, pick, limit } => {
                let (unknown, expired) = (*unknown, *expired);
                let order = if *retry { DeadLetterOrder::Retry { unknown, expired } } else { DeadLetterOrder::Abandon };
                self.letters(order, *pick, *limit);
            }
            Step::Recover { worker, fate } => self.recover(*worker, *fate),
            Step::Pass { seconds } => {
                self.world.pass(Duration::from_secs(*seconds));
                self.model.now += seconds;
            }
            Step::Insert { lane, status, spent } => self.insert(*lane, *status, *spent),
            Step::Update { pick, change } => self.update(*pick, *change),
            Step::Delete { pick } => {
                let Some(id) = self.model.pick(*pick) else { return };
                self.world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {id}"));
                self.model.tasks.remove(&id);
                for letter in self.model.letters.iter_mut().filter(|letter| letter.task == Some(id)) {
                    letter.task = None;
                }
            }
        }
    }

    fn enqueue(&mut self, news: &[New]) {
        let tasks: Vec<NewTask> = news
            .iter()
            .map(|new| NewTask {
                lane: Lane::parse(LANES[new.lane]).expect("a lane"),
                priority: Priority::new(new.priority).expect("0 to 9"),
                available: new.later_s.map(|s| Due::In(Duration::from_secs(s))),
                expires: new.expires_s.map(|s| Due::At(self.at(self.model.now + s))),
                max_retries: new.max_retries,
                key: new.key.map(|key| key.to_string()),
                batch: new.batch.then(|| "batch".to_owned()),
                ..message("+85291234567", "hello")
            })
            .collect();
        let answers = self.other.enqueue(&tasks, 0).expect("enqueues");
        for (new, answer) in news.iter().zip(answers) {
            let first = self.model.tasks.iter().find(|(_, task)| new.key.is_some() && task.key == new.key);
            if let Some((id, task)) = first {
                assert_eq!((answer.id, answer.state, answer.duplicate), (*id, task.state, true));
                continue;
            }
            let available = new.later_s.filter(|s| *s > 0).map(|s| self.model.now + s);
            let state = if available.is_some() { State::Scheduled } else { State::Pending };
            assert_eq!((answer.state, answer.duplicate), (state, false));
            let task = Task {
                lane: new.lane,
                state,
                priority: new.priority,
                available,
                expires: new.expires_s.map(|s| self.model.now + s),
                retry_count: 0,
                max_retries: new.max_retries,
                attempt: 0,
                unknown: false,
                key: new.key,
                batch: new.batch,
                worker: None,
                recipient: true,
                departed: 0,
                started: false,
                recorded: BTreeMap::new(),
            };
            assert!(self.model.tasks.insert(answer.id, task).is_none(), "the id {} is new", answer.id);
        }
    }

    fn exchange(&mut self, worker: usize, settle: &[(usize, u8)], wanted: [usize; 2]) {
        let worker = self.workers[worker];
        let mut settlements: Vec<Settlement> = Vec::new();
        let mut settled = Vec::new();
        let letters = self.model.letters.len();
        for (pick, number) in settle {
            if self.held.is_empty() {
                break;
            }
            let (holder, claim) = self.held.swap_remove(pick % self.held.len());
            let fate = fate(*number);
            // Any worker process may carry the settlement of any claim: the fence is the claim's own.
            let fence = (holder, claim.attempt(), claim.budget().max_retries);
            settled.push(self.model.settle_claim(claim.id(), fence, &fate));
            settlements.push(claim.settle(fate, None));
        }
        let (mut claims, mut expired, mut promoted) = (Vec::new(), 0, 0);
        if wanted.iter().any(|count| *count > 0) {
            promoted = self.model.promote();
            for (lane, count) in wanted.into_iter().enumerate() {
                let (ids, buried) = self.model.claim(worker, lane, count);
                claims.extend(ids);
                expired += buried;
            }
        }
        let words = LANES.map(|lane| vec![lane.to_owned()]);
        let of = |at: usize| Wanted { lane: LANES[at], task_funcs: &words[at], count: wanted[at], rate: None };
        let turn = Turn { worker, settlements: &settlements, wanted: &[of(0), of(1)] };
        let got = self.world.store.exchange(&turn).expect("exchanges");
        let ids: Vec<TaskId> = got.claims.iter().map(Claim::id).collect();
        let buried = (self.model.letters.len() - letters) as u64;
        assert_eq!((got.settled, ids), (settled, claims));
        assert_eq!((got.expired, got.promoted, got.dead_lettered, got.more), (expired, promoted, buried, false));
        if wanted.iter().any(|count| *count > 0) {
            let waiting = self.model.tasks.values().filter(|t| matches!(t.state, State::Scheduled | State::Failed));
            let next =
                waiting.filter_map(|task| task.available).min().map(|at| Duration::from_secs(at - self.model.now));
            assert_eq!(got.next_due, next);
        }
        self.held.extend(got.claims.into_iter().map(|claim| (worker, claim)));
    }

    fn change(&mut self, order: u8, pick: Option<usize>, state: Option<u8>, limit: Option<u64>) {
        let order = match order {
            0 => Order::Cancel,
            1 => Order::Hold,
            2 | 5 => Order::Release { unknown: order == 5 },
            number => Order::Retry { unknown: number == 3 },
        };
        let filter = Filter {
            ids: pick.and_then(|pick| self.model.pick(pick)).into_iter().collect(),
            states: state.map(|at| State::ALL[usize::from(at)]).into_iter().collect(),
            limit,
            ..Filter::default()
        };
        let counted = self.other.count(&filter, order).expect("counts");
        let changed = self.world.store.change(&filter, order).expect("changes");
        let wanted = self.model.change(order, &filter);
        assert_eq!((counted, changed), (wanted, wanted));
    }

    fn letters(&mut self, order: DeadLetterOrder, pick: Option<usize>, limit: Option<u64>) {
        let letters = self.world.letters();
        let at = pick.filter(|_| !letters.is_empty()).map(|pick| pick % letters.len());
        let filter = DeadLetterFilter {
            ids: at.map(|at| letters[at].id).into_iter().collect(),
            limit,
            ..DeadLetterFilter::default()
        };
        let changed = self.other.change_dead_letters(&filter, order, LANES[0]).expect("changes dead letters");
        let (wanted, anew) = self.model.decide(order, at, limit);
        assert_eq!(changed, wanted);
        // The new tasks are the youngest, in the order of their letters.
        let tasks = self.world.all();
        for (letter, task) in anew.iter().zip(&tasks[tasks.len() - anew.len()..]) {
            let max_retries = self.model.letters[*letter].max_retries.max(1);
            let new = Task {
                lane: 0,
                state: State::Pending,
                priority: 5,
                available: None,
                expires: None,
                retry_count: 0,
                max_retries,
                attempt: 0,
                unknown: false,
                key: None,
                batch: false,
                worker: None,
                recipient: true,
                departed: 0,
                started: false,
                recorded: BTreeMap::new(),
            };
            assert!(self.model.tasks.insert(task.id, new).is_none(), "the id {} is new", task.id);
        }
    }

    fn recover(&mut self, slot: usize, number: u8) {
        let died = self.workers[slot];
        let fate = fate(number);
        let judge = Judge { dead: vec![died], fate: fate.clone() };
        let letters = self.model.letters.len();
        self.dead.push(died);
        self.dead.sort_unstable();
        // A worker that ended long ago holds a task again when another program calls it `processing` and says no more.
        let (mut workers, mut tasks) = (Vec::new(), 0);
        for worker in self.dead.clone() {
            let holds = |task: &Task| task.state == State::Processing && task.worker == Some(worker);
            let held: Vec<TaskId> =
                self.model.tasks.iter().filter(|(_, task)| holds(task)).map(|(id, _)| *id).collect();
            if worker == died || !held.is_empty() {
                workers.push(worker);
            }
            tasks += held.len() as u64;
            for id in held {
                self.bury_or_settle(id, worker, &fate);
            }
        }
        let recovered = self.other.recover(&judge).expect("recovers");
        let buried = (self.model.letters.len() - letters) as u64;
        assert_eq!((recovered.workers, recovered.tasks, recovered.dead_lettered), (workers, tasks, buried));
        assert_eq!(self.world.store.heartbeat(died).expect("beats"), Settled::Lost);
        self.workers[slot] = register(&*self.other);
    }

    /// What `Judge` decides.
    fn bury_or_settle(&mut self, id: TaskId, worker: WorkerId, fate: &Fate) {
        let task = &self.model.tasks[&id];
        let last = task.retry_count + 1 >= task.max_retries;
        let fate = match fate {
            Fate::Retry { failure, .. } | Fate::Parked { failure, .. } if last => {
                Fate::Dead { failure: failure.clone() }
            }
            fate => fate.clone(),
        };
        let fence = (worker, task.attempt, task.max_retries);
        assert_eq!(self.model.settle(id, fence, &fate), Settled::Done);
    }

    fn insert(&mut self, lane: usize, status: u8, spent: u8) {
        let state = State::ALL[usize::from(status)];
        self.world.other_program(&format!(
            "INSERT INTO queued_tasks (task_name, task_func, status, max_retries, retry_count) \
             VALUES ('sms', '{}', '{state}', 3, {spent})",
            LANES[lane]
        ));
        let id = self.world.all().last().expect("a task").id;
        let task = Task {
            lane,
            state,
            priority: 5,
            available: None,
            expires: None,
            retry_count: u32::from(spent),
            max_retries: 3,
            attempt: 0,
            unknown: false,
            key: None,
            batch: false,
            worker: None,
            recipient: false,
            departed: 0,
            started: false,
            recorded: BTreeMap::new(),
        };
        assert!(self.model.tasks.insert(id, task).is_none(), "the id {id} is new");
    }

    fn update(&mut self, pick: usize, change: u8) {
        let Some(id) = self.model.pick(pick) else { return };
        let task = self.model.tasks.get_mut(&id).expect("in the model");
        let set = match change {
            0..7 => {
                task.state = State::ALL[usize::from(change)];
                format!("status = '{}'", task.state)
            }
            7 => {
                task.retry_count += 1;
                "retry_count = retry_count + 1".to_owned()
            }
            8 => {
                task.max_retries = 1;
                "max_retries = 1".to_owned()
            }
            9 => {
                task.lane = 1 - task.lane;
                format!("task_func = '{}'", LANES[task.lane])
            }
            _ => "error_message = 'seen'".to_owned(),
        };
        assert_eq!(self.world.other_program(&format!("UPDATE queued_tasks SET {set} WHERE id = {id}")), 1);
    }

    fn compare(&self) {
        let row = |task: &smsctl::queue::Task| {
            let lane = usize::from(task.task_func == LANES[1]);
            // A server gives a time that is over to a scheduled task without one.
            let available = task.available_at.filter(|at| *at >= self.start);
            (task.id, (lane, task.status, available, task.retry_count, task.max_retries, task.attempt, task.departed))
        };
        let have: Vec<_> = self.world.all().iter().map(row).collect();
        let want = self.model.tasks.iter().map(|(id, t)| {
            (
                *id,
                (
                    t.lane,
                    t.state,
                    t.available.map(|at| self.at(at)),
                    t.retry_count,
                    t.max_retries,
                    t.attempt,
                    t.departed,
                ),
            )
        });
        assert_eq!(have, want.collect::<Vec<_>>());
        for (id, task) in &self.model.tasks {
            let attempts = self.world.store.attempts(*id).expect("lists");
            let have: Vec<_> = attempts.iter().map(|attempt| (attempt.attempt, attempt.outcome.as_str())).collect();
            assert_eq!(have, task.recorded.iter().map(|(attempt, word)| (*attempt, *word)).collect::<Vec<_>>());
        }
        let letters: Vec<_> = self.world.letters().iter().map(|l| (l.task_id, l.status, l.max_retries)).collect();
        let want: Vec<_> = self.model.letters.iter().map(|l| (l.task, l.state, l.max_retries)).collect();
        assert_eq!(letters, want);
        let stats = self.world.store.stats().expect("counts");
        assert_eq!(stats.tasks, self.model.counts(|_| true));
        let letters = |state| self.model.letters.iter().filter(|letter| letter.state == state).count() as u64;
        let counts = stats.dead_letters;
        assert_eq!(
            (counts.pending, counts.retried, counts.abandoned),
            (letters(DeadLetterState::Pending), letters(DeadLetterState::Retried), letters(DeadLetterState::Abandoned))
        );
        let lanes = self.world.store.tallies(TallyKind::Lane).expect("counts");
        for (at, lane) in LANES.into_iter().enumerate() {
            let counts = self.model.counts(|task| task.lane == at);
            let tally = lanes.iter().find(|tally| tally.name == lane);
            let told = |word: &str| tally.map_or(0, |tally| tally.get(word));
            assert!(State::ALL.into_iter().all(|state| told(state.as_str()) == counts.get(state)), "{lane}: {tally:?}");
            assert_eq!((told("unknown"), told("retryable")), (counts.unknown, counts.retryable), "{lane}");
        }
        let batch = self.world.store.tallies(TallyKind::Batch).expect("counts").pop();
        let told = batch.map_or(0, |tally| State::ALL.iter().map(|state| tally.get(state.as_str())).sum());
        assert_eq!(told, self.model.counts(|task| task.batch).total());
    }
}

pub fn random_orders_agree_with_the_model(world: &World) {
    let cases = std::env::var("SMSCTL_TEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let result = TestRunner::new(config).run(&prop::collection::vec(step(), 1..40), |steps| {
        let mut pair = Pair::new(world.fresh());
        for step in &steps {
            pair.run(step);
            pair.compare();
        }
        pair.world.assert_sound();
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
