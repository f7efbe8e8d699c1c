//! Which locks the hot statements take, and which indexes they read, in the server's own words.

use std::time::Duration;

use smsctl::gateway::sandbox::{Behaviour, Sandbox};
use smsctl::queue::{ErrorType, Failure, Fate, Filter, NewTask, Priority, Rate, State, WorkerId};
use smsctl::store::{Access, Claim, Coroner, Settled, Settlement, Stranded, Turn, Wanted, Worker};

use crate::database::Database;
use crate::harness::{World, until};
use crate::{LANE, assert_sound, claim, message, open, register};

fn sql(name: &str) -> String {
    let path = format!("{}/sql/mysql/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A queue with 200 pending tasks of ours among 2,000 of others.
fn queue() -> Database {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    store.enqueue(&vec![message(None); 200], 0).expect("enqueues");
    let rows = vec!["('sms', 'other')"; 2_000].join(", ");
    database.connect().run(&format!("INSERT INTO queued_tasks (task_name, task_func) VALUES {rows}"));
    database
}

/// Every verb of a worker and of an enqueue is stopped just before its COMMIT, on a server whose default is REPEATABLE READ, and
/// the server says what it holds.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_takes_no_gap_lock_on_the_claim_path() {
    let database = queue();
    let store = open(&database.url(), Access::Existing).expect("opens");
    database.connect().run("SET GLOBAL innodb_status_output_locks = ON");
    let rate = Rate { per_s: 1000.0, burst: 1000.0 };
    let words = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 12, rate: None }];
    let rated = [Wanted { lane: LANE, task_funcs: &words, count: 12, rate: Some(rate) }];
    let keyed = |key: &str| NewTask { batch: Some("b".to_owned()), ..message(Some(key)) };

    let dead = register(&*store);
    let left = claim(&*store, dead, 5);
    let worker = register(&*store);
    let turn = Turn { worker, settlements: &[], wanted: &wanted };
    let claims = at_the_commit(&database, || store.exchange(&turn).expect("claims").claims);
    assert_eq!(claims.len(), 12);
    let settlements = settle_each_way(claims);
    let turn = Turn { worker, settlements: &settlements, wanted: &rated };
    let exchange = at_the_commit(&database, || store.exchange(&turn).expect("settles"));
    assert!(exchange.settled.iter().all(|settled| *settled == Settled::Done));
    assert!(exchange.dead_lettered > 0 && !exchange.claims.is_empty());
    let urgent =
        |batch: Option<&str>| NewTask { priority: Priority::HIGH, batch: batch.map(str::to_owned), ..message(None) };
    store.enqueue(&vec![urgent(Some("long")); 300], 0).expect("enqueues");
    let behind = store.enqueue(&vec![urgent(None); 3], 0).expect("enqueues");
    assert_eq!(claim(&*store, worker, 1).len(), 1, "the urgent one that `at_the_commit` has added");
    let turn = Turn { worker, settlements: &[], wanted: &wanted };
    let claims = at_the_commit(&database, || store.exchange(&turn).expect("claims").claims);
    let claimed = |id| claims.iter().any(|claim| claim.id() == id);
    assert!(behind.iter().all(|task| claimed(task.id)), "those behind the long batch are among the twelve: {claims:?}");
    at_the_commit(&database, || store.heartbeat(worker).expect("beats"));
    at_the_commit(&database, || store.enqueue(&[keyed("k1"), message(None)], 0).expect("enqueues"));
    let recovered = at_the_commit(&database, || store.recover(&Judge(vec![dead])).expect("recovers"));
    assert_eq!((recovered.tasks, left.len()), (5, 5));
    assert_sound(&*store);
}

/// Finds one worker dead.
struct Judge(Vec<WorkerId>);

impl Coroner for Judge {
    fn is_dead(&self, worker: &Worker) -> bool {
        self.0.contains(&worker.id)
    }

    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        Fate::Parked { failure: Failure::new(ErrorType::Unknown, "died"), spent: true }
    }
}

/// Claims, ended in every way that there is.
fn settle_each_way(claims: Vec<Claim>) -> Vec<Settlement> {
    let failure = || Failure::new(ErrorType::Unavailable, "503");
    let fate = |at: usize| match at % 5 {
        0 => Fate::Completed { provider_message_id: Some("id".to_owned()) },
        1 => Fate::Retry { after: Duration::from_secs(9), failure: failure(), spent: true },
        2 => Fate::Parked { failure: Failure::new(ErrorType::Unknown, "?"), spent: true },
        3 => Fate::Dead { failure: Failure::new(ErrorType::Rejected, "no") },
        _ => Fate::Released,
    };
    claims.into_iter().enumerate().map(|(at, claim)| claim.settle(fate(at), None)).collect()
}

/// Runs `verb` up to its receipt, which is the last before the COMMIT, looks at what it holds, and lets it go on. What comes before
/// may stand in the same packet: so it is the table of receipts that is held.
fn at_the_commit<T: Send>(database: &Database, verb: impl FnOnce() -> T + Send) -> T {
    let mut holder = database.connect();
    holder.run("LOCK TABLES receipts WRITE");
    std::thread::scope(|scope| {
        let verb = scope.spawn(verb);
        let query = "SELECT count(*) FROM information_schema.processlist
                      WHERE db = DATABASE() AND state = 'Waiting for table metadata lock'";
        until("the verb writes its receipt", || database.connect().text(query, 0) == "1");
        let status = database.connect().text("SHOW ENGINE INNODB STATUS", 2);
        let ours = status.lines().filter(|line| line.starts_with("RECORD LOCKS") && line.contains(database.name()));
        let ours: Vec<&str> = ours.collect();
        assert!(!ours.is_empty(), "its locks are there:\n{status}");
        let gaps: Vec<&&str> = ours.iter().filter(|line| !line.contains("but not gap")).collect();
        assert!(gaps.is_empty(), "{gaps:#?}");
        // So nobody waits who adds a task: at the end of the table, and everywhere in the midst of its indexes.
        let mut other = database.connect();
        other.run("SET SESSION innodb_lock_wait_timeout = 1");
        for (task_func, priority) in [(LANE, 9), (LANE, 5), (LANE, 1), ("gateway:another", 5)] {
            other.run(&format!(
                "INSERT INTO queued_tasks (task_name, task_func, priority) VALUES ('sms', '{task_func}', {priority})"
            ));
        }
        holder.run("UNLOCK TABLES");
        verb.join().expect("ends")
    })
}

/// A worker that is about to claim does not hold up another one.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_passes_over_what_another_worker_claims() {
    let database = queue();
    let store = open(&database.url(), Access::Existing).expect("opens");
    let worker = register(&*store);
    let mut session = database.connect();
    session.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    session.run("START TRANSACTION");
    session.run(&sql("claim_select").replace("{from}", "").replace("?1", "'gateway:default'").replace("?2", "5"));
    let all: Vec<i64> = store.list(&Filter::default()).expect("lists").iter().map(|task| task.id).collect();
    let claims = || claim(&*store, worker, 5).iter().map(|claim| claim.id()).collect::<Vec<_>>();
    assert_eq!(claims(), all[5..10]);
    session.run("ROLLBACK");
    assert_eq!(claims(), all[..5]);
}

/// Tasks that another worker is about to claim are pending for everybody else, and nobody gets them: that is no lane that gives nothing.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_drain_waits_for_tasks_that_another_holds() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    store.enqueue(&vec![message(None); 5], 0).expect("enqueues");
    let sandbox = Sandbox::start(Behaviour::default(), None).expect("the sandbox starts");
    let settings = format!(
        "[gateways.default]\nbase_url = \"{}\"\napplication_id = \"app\"\nsender = \"85212345678\"\n",
        sandbox.url()
    );
    let world = World::new().settings(&settings).env("DATABASE_URL", database.url());
    let mut other = database.connect();
    other.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    other.run("START TRANSACTION");
    other.run(&sql("claim_select").replace("{from}", "").replace("?1", "'gateway:default'").replace("?2", "5"));
    // One connection: to make one asks the server something, too.
    let mut eye = database.connect();
    let mut looks = || eye.text("SHOW GLOBAL STATUS LIKE 'Com_select'", 1).parse::<u64>().expect("a number");
    let before = looks();
    let mut drain = world.smsctl(["work", "--drain"]).spawn();
    drain.wait_for_stderr("worker_started");
    until("the drain has looked often", || drain.has_ended() || looks() > before + 60);
    assert!(!drain.has_ended(), "it does not believe that nobody hands them out");
    other.run("ROLLBACK");
    drain.wait().success().any_stdout().any_stderr();
    assert_eq!(store.stats().expect("counts").tasks.completed, 5);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_reads_the_claim_in_the_order_of_its_index() {
    let database = queue();
    let batch = NewTask { batch: Some("b".to_owned()), ..message(None) };
    open(&database.url(), Access::Existing).expect("opens").enqueue(&vec![batch; 20], 0).expect("enqueues");
    let mut session = database.connect();
    for step in ["", "ANALYZE TABLE queued_tasks"] {
        if !step.is_empty() {
            session.text(step, 0);
        }
        let mut plan = |query: &str| session.plan(query);
        let claim =
            plan(&sql("claim_select").replace("{from}", "").replace("?1", "'gateway:default'").replace("?2", "5"));
        assert!(claim.contains("queued_tasks_claim") && !claim.contains("filesort"), "{step}: {claim}");
        let from = sql("claim_from").replace("?1", "-5").replace("?2", "3");
        let rest = sql("claim_select").replace("{from}", &from).replace("?1", "'gateway:default'").replace("?2", "5");
        let rest = plan(&rest);
        assert!(rest.contains("queued_tasks_claim") && !rest.contains("filesort"), "{step}: {rest}");
        let behind = ["'gateway:default'", "-5", "1", "1"].into_iter().zip(1..);
        let of_crowd =
            |name: &str| behind.clone().fold(sql(name), |query, (value, n)| query.replace(&format!("?{n}"), value));
        let at = plan(&of_crowd("claim_at"));
        assert!(at.contains("queued_tasks_claim") && !at.contains("filesort"), "{step}: {at}");
        let behind = plan(&of_crowd("claim_behind"));
        // What the end of an index says is read before the plan begins.
        let ends = ["optimized away", "Rows fetched before execution", "queued_tasks_batch"];
        let seeks = ends.iter().any(|end| behind.contains(end));
        assert!(behind.contains("queued_tasks_claim") && seeks && !behind.contains("filesort"), "{step}: {behind}");
        let promote =
            plan(&sql("promote_select").replace("?1", "UTC_TIMESTAMP(6)").replace("?2", "5").replace("?3", "'failed'"));
        assert!(promote.contains("queued_tasks_due") && !promote.contains("filesort"), "{step}: {promote}");
        let storm = plan(
            &sql("storm_select").replace("?1", "UTC_TIMESTAMP(6)").replace("?2", "'smsctl.send'").replace("?3", "5"),
        );
        assert!(storm.contains("queued_tasks_storm") && !storm.contains("filesort"), "{step}: {storm}");
        let settle = plan(&sql("settle_fence").replace("{ids}", "1,2,3"));
        assert!(settle.contains("PRIMARY") && settle.contains("range"), "{step}: {settle}");
        let oldest = plan(&sql("oldest_pending"));
        let seek = oldest.lines().find(|line| line.contains("queued_tasks_claim")).unwrap_or_default();
        let looks_up = oldest.contains("Index lookup on t using queued_tasks_claim") && !oldest.contains("Sort:");
        assert!((seek.contains("'ref'") && !seek.contains("filesort")) || looks_up, "{step}: {oldest}");
        let due = plan(&sql("next_due"));
        assert!(due.contains("optimized away") || due.contains("queued_tasks_due"), "{step}: {due}");
    }
}

/// A session that keeps the row of one worker locked, forgotten in somebody's client, holds up nothing of the others.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_row_of_a_dead_worker_that_is_locked_is_left_for_the_next_time() {
    let database = queue();
    let store = open(&database.url(), Access::Existing).expect("opens");
    let [locked, free] = [register(&*store), register(&*store)];
    let [held, others] = [locked, free].map(|worker| claim(&*store, worker, 2)[0].id());
    let mut session = database.connect();
    session.run("BEGIN");
    session.run(&format!("SELECT * FROM workers WHERE id = {locked} FOR UPDATE"));
    let recovered = store.recover(&Judge(vec![locked, free])).expect("nothing is waited for");
    assert_eq!((recovered.workers, recovered.tasks), (vec![free], 2));
    let status = |id| store.get(id).expect("reads").expect("it is there").status;
    assert_eq!((status(held), status(others)), (State::Processing, State::Failed));
    session.run("ROLLBACK");
    let recovered = store.recover(&Judge(vec![locked, free])).expect("recovers");
    assert_eq!((recovered.workers, recovered.tasks), (vec![locked], 2));
    assert_sound(&*store);
}

/// A message that is due and whose row somebody keeps locked is looked for again a little later: a worker takes no turn after the
/// other for its sake, and what is due beside it goes out.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_due_row_that_is_locked_is_no_reason_to_hurry() {
    const ANY_TURNS: usize = 10;
    for status in ["scheduled", "failed"] {
        let database = Database::create();
        let store = open(&database.url(), Access::Create).expect("migrates");
        let mut other = database.connect();
        other.run(&format!(
            "INSERT INTO queued_tasks (task_name, task_func, status, retry_count, available_at)
             VALUES ('held', '{LANE}', '{status}', 1, UTC_TIMESTAMP(6) - INTERVAL 2 MINUTE),
                    ('free', '{LANE}', '{status}', 1, UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE)"
        ));
        let held = other.ids("SELECT id FROM queued_tasks WHERE task_name = 'held'")[0];
        other.run("START TRANSACTION");
        other.run(&format!("SELECT id FROM queued_tasks WHERE id = {held} FOR UPDATE"));
        let worker = register(&*store);
        let words = [LANE.to_owned()];
        let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 5, rate: None }];
        let turn = || store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).expect("takes a turn");
        let turns: Vec<_> = (0..ANY_TURNS).map(|_| turn()).collect();
        assert_eq!(turns[0].claims.len(), 1, "{status}: the other one is free: {turns:#?}");
        let hurried = turns.iter().filter(|turn| turn.more || turn.next_due.is_some_and(|due| due.is_zero())).count();
        assert!(
            hurried <= 1,
            "{status}: {hurried} of {ANY_TURNS} turns are to be followed by another at once: {turns:#?}"
        );
        let again = turns[ANY_TURNS - 1].next_due;
        assert!(again.is_some_and(|due| due <= Duration::from_secs(1)), "{status}: it is soon looked for: {again:?}");
        other.run("ROLLBACK");
        assert_eq!(turn().claims.len(), 1, "{status}: it is free, and comes");
        assert_sound(&*store);
    }
}
