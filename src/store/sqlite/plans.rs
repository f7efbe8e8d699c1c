//! No query may read more than it needs, however many rows are in the table: its plan names the index, and the steps of the
//! machine that runs it do not grow with the table.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::{SqliteStore, open_store, sql};
use crate::queue::{DeadLetterFilter, DeadLetterState, Fate, Filter, Lane, Message, NewTask, Order, State};
use crate::store::filter::{self, Clause, filled};
use crate::store::{Access, Coroner, NewWorker, Options, Settled, Store, Stranded, Turn, Wanted, Worker};

/// Tables as the web application makes them, with its indexes: they tempt the planner.
const APPLICATION: &str = "
    CREATE TABLE queued_tasks (
        id INTEGER NOT NULL, task_name VARCHAR(100) NOT NULL, task_func VARCHAR(200) NOT NULL, args TEXT, kwargs TEXT,
        status VARCHAR(20), worker_id INTEGER, error_message TEXT, created_at DATETIME, started_at DATETIME,
        completed_at DATETIME, max_retries INTEGER, retry_count INTEGER, PRIMARY KEY (id)
    );
    CREATE INDEX ix_queued_tasks_status ON queued_tasks (status);
    CREATE INDEX ix_queued_tasks_created_at ON queued_tasks (created_at);";

/// Rows in every state, few of them pending.
const ROWS: &str = "
    INSERT INTO queued_tasks
        (task_name, task_func, status, recipient, content, created_at, available_at, retry_count, max_retries, error_type,
         attempt, worker_id, revision)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
    SELECT 'sms', 'gateway:default',
           CASE WHEN i % 10 < 5 THEN 'scheduled' WHEN i % 10 < 7 THEN 'completed' WHEN i % 10 = 7 THEN 'failed'
                WHEN i % 10 = 8 THEN 'cancelled' ELSE 'held' END,
           '+' || i, 'hello', '2026-01-01 00:00:00.000000',
           CASE WHEN i % 10 < 5 OR i % 20 = 7 THEN '2999-01-01 00:00:00.000000' END, 1, 3,
           CASE WHEN i % 10 = 7 THEN 'unavailable' END, 1, 1001, 1
      FROM n;";

fn store(schema: &str) -> (tempfile::TempDir, SqliteStore) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path().join("queue.db");
    Connection::open(&path).and_then(|file| file.execute_batch(schema)).expect("makes the application's tables");
    let options = Options { readers_max: 1, ..Options::new(Access::InspectOrCreate) };
    let (store, _) = open_store(&path, &options).expect("opens");
    store.migrate().expect("migrates");
    (directory, store)
}

/// An error where the query names an index that is not there.
fn plan(connection: &Connection, text: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {text}"))?;
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(row.get(3)?);
    }
    Ok(out)
}

/// What a plan must say.
struct Rule {
    query: &'static str,
    text: String,
    /// Each of these is in it.
    uses: &'static [&'static str],
    /// A scan of an index that holds only the rows that are asked for.
    may_scan: Option<&'static str>,
}

fn rule(query: &'static str, text: &str, uses: &'static [&'static str]) -> Rule {
    Rule { query, text: text.to_owned(), uses, may_scan: None }
}

fn scans(rule: Rule, index: &'static str) -> Rule {
    Rule { may_scan: Some(index), ..rule }
}

fn with_filter(query: &'static str, text: &str, clause: &Clause, uses: &'static [&'static str]) -> Rule {
    rule(query, &filled(text, &clause.text(), 100), uses)
}

fn with_order(query: &'static str, wanted: &Filter, order: Order, uses: &'static [&'static str]) -> Rule {
    let text = sql!("change_select").replace("{eligible}", filter::eligible(order));
    with_filter(query, &text, &filter::tasks(wanted), uses)
}

/// The queries of the engine, and those of people that find few rows.
fn rules() -> Vec<Rule> {
    const BY_ID: &[&str] = &["USING INTEGER PRIMARY KEY (rowid=?)"];
    // By an index of ours, or by the application's own, which has the ids in order too.
    const PARKED: &[&str] = &["(status=?"];
    let to = || Filter { to: Some("+1".to_owned()), ..Filter::default() };
    let batch = || Filter { batch: Some("b".to_owned()), ..Filter::default() };
    let failed = || Filter { states: vec![State::Failed], ..Filter::default() };
    let ids = || Filter { ids: vec![1, 2], ..Filter::default() };
    let letters = |filter: &DeadLetterFilter| filter::dead_letters(filter);
    let pending_letters = DeadLetterFilter { states: vec![DeadLetterState::Pending], ..DeadLetterFilter::default() };
    let letters_to = DeadLetterFilter { to: Some("+1".to_owned()), ..DeadLetterFilter::default() };
    vec![
        rule("claim_select", sql!("claim_select"), &["USING INDEX queued_tasks_claim (task_func=?)"]),
        rule("claim_at", sql!("claim_at"), &["USING INDEX queued_tasks_claim (task_func=? AND priority=? AND id>?)"]),
        rule(
            "claim_behind",
            sql!("claim_behind"),
            &[
                "COVERING INDEX queued_tasks_claim (task_func=? AND priority=? AND id>?)",
                "COVERING INDEX queued_tasks_batch (batch_id=?)",
            ],
        ),
        rule("claim_take", sql!("claim_take"), BY_ID),
        rule(
            "promote_select",
            sql!("promote_select"),
            &[
                "INDEX queued_tasks_scheduled (available_at=?)",
                "INDEX queued_tasks_scheduled (available_at<?)",
                "INDEX queued_tasks_retry (available_at>? AND available_at<?)",
            ],
        ),
        rule(
            "storm_select",
            sql!("storm_select"),
            &["INDEX queued_tasks_storm (task_func=? AND available_at>? AND available_at<?)"],
        ),
        rule("promote_task", sql!("promote_task"), BY_ID),
        rule("retry_spent", sql!("retry_spent"), BY_ID),
        rule(
            "next_due",
            sql!("next_due"),
            &["COVERING INDEX queued_tasks_scheduled", "COVERING INDEX queued_tasks_retry"],
        ),
        rule("settle_fence", sql!("settle_fence"), BY_ID),
        rule("settle_completed", sql!("settle_completed"), BY_ID),
        rule("settle_failed", sql!("settle_failed"), BY_ID),
        rule("settle_released", sql!("settle_released"), BY_ID),
        rule("expire", sql!("expire"), BY_ID),
        rule("attempt_insert", sql!("attempt_insert"), BY_ID),
        rule("attempt_list", sql!("attempt_list"), &["USING PRIMARY KEY (task_id=?)"]),
        rule("dead_letter_insert", sql!("dead_letter_insert"), BY_ID),
        rule("dead_letter_requeue", sql!("dead_letter_requeue"), BY_ID),
        rule("dead_letter_task", sql!("dead_letter_task"), BY_ID),
        rule("dead_letter_mark", sql!("dead_letter_mark"), BY_ID),
        rule("change_task", sql!("change_task"), BY_ID),
        rule("task_by_key", sql!("task_by_key"), &["USING INDEX queued_tasks_dedupe (dedupe_key=?)"]),
        rule("batch_by_name", sql!("batch_by_name"), &["INDEX sqlite_autoindex_batches_1 (name=?)"]),
        rule("stranded_select", sql!("stranded_select"), &["USING INDEX queued_tasks_processing (worker_id=?)"]),
        scans(rule("stranded_foreign", sql!("stranded_foreign"), &[]), "queued_tasks_processing"),
        scans(
            rule("worker_suspects", sql!("worker_suspects"), &["queued_tasks_processing", "workers_alive"]),
            "workers_alive",
        ),
        scans(
            rule(
                "worker_list",
                sql!("worker_list"),
                &["INDEX queued_tasks_processing (worker_id=?)", "INDEX workers_ended (ended_at>?)"],
            ),
            "workers_alive",
        ),
        scans(rule("workers_alive", sql!("workers_alive"), &[]), "workers_alive"),
        rule("worker_lives", sql!("worker_lives"), BY_ID),
        rule("worker_heartbeat", sql!("worker_heartbeat"), BY_ID),
        scans(
            rule(
                "oldest_pending",
                sql!("oldest_pending"),
                &[
                    "queued_tasks_claim (task_func=? AND priority<?)",
                    "queued_tasks_claim (task_func>?)",
                    "queued_tasks_claim (task_func=? AND priority=?)",
                ],
            ),
            "queued_tasks_claim",
        ),
        rule("tally_get", sql!("tally_get"), &["USING PRIMARY KEY (kind=? AND name=? AND word=?)"]),
        rule("tally_list", sql!("tally_list"), &["USING PRIMARY KEY (kind=?)"]),
        rule("tally_waiting", sql!("tally_waiting"), &["USING PRIMARY KEY (kind=? AND name=? AND word=?)"]),
        rule("the triggers' view", "SELECT kind, name, word, 1 FROM task_counts WHERE task_id = ?1", BY_ID),
        with_filter(
            "list by recipient",
            sql!("task_list"),
            &filter::tasks(&to()),
            &["USING INDEX queued_tasks_recipient (recipient=?)"],
        ),
        with_filter(
            "list by batch",
            sql!("task_list"),
            &filter::tasks(&batch()),
            &["USING INDEX queued_tasks_batch (batch_id=?)"],
        ),
        with_filter("list failed", sql!("task_list"), &filter::tasks(&failed()), PARKED),
        with_filter("list by id", sql!("task_list"), &filter::tasks(&ids()), BY_ID),
        with_order("retry", &Filter::default(), Order::Retry { unknown: false }, PARKED),
        with_order("retry unknown", &Filter::default(), Order::Retry { unknown: true }, PARKED),
        with_order(
            "retry after",
            &Filter { after: Some(1), ..Filter::default() },
            Order::Retry { unknown: true },
            PARKED,
        ),
        with_order("release", &Filter::default(), Order::Release { unknown: false }, PARKED),
        with_order("cancel by id", &ids(), Order::Cancel, BY_ID),
        with_order("hold by id", &ids(), Order::Hold, BY_ID),
        with_order("cancel by recipient", &to(), Order::Cancel, &["USING INDEX queued_tasks_recipient (recipient=?)"]),
        with_order("cancel by batch", &batch(), Order::Cancel, &["USING INDEX queued_tasks_batch (batch_id=?)"]),
        with_filter(
            "pending letters",
            sql!("dead_letter_list"),
            &letters(&pending_letters),
            &["INDEX dead_letter_messages_status (status=?)"],
        ),
        with_filter(
            "letters by recipient",
            sql!("dead_letter_list"),
            &letters(&letters_to),
            &["INDEX dead_letter_messages_recipient (recipient=?)"],
        ),
    ]
}

/// The plans that break their rule, each with its text.
fn broken(connection: &Connection) -> Vec<String> {
    let tables = [
        "queued_tasks",
        "workers",
        "dead_letter_messages",
        "attempts",
        "tallies",
        "batches",
        "t",
        "w",
        "b",
        "lower",
        "later",
        "first",
    ];
    let mut out = Vec::new();
    for rule in rules() {
        let lines = plan(connection, &rule.text).expect(rule.query);
        let text = lines.join("\n    ");
        let is_scan = |line: &&String| {
            tables.iter().any(|table| line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()) == Some(table))
        };
        let may = |line: &String| rule.may_scan.is_some_and(|index| line.contains(&format!("INDEX {index}")));
        for line in lines.iter().filter(is_scan).filter(|line| !may(line)) {
            out.push(format!("{} has `{line}`:\n    {text}", rule.query));
        }
        for wanted in rule.uses.iter().filter(|wanted| !text.contains(**wanted)) {
            out.push(format!("{} does not have `{wanted}`:\n    {text}", rule.query));
        }
    }
    out
}

#[test]
fn every_query_has_its_index() {
    for (name, schema) in [("made by smsctl", ""), ("made by the application", APPLICATION)] {
        let (_directory, store) = store(schema);
        for step in ["", &ROWS.replace("{rows}", "20000"), "ANALYZE"] {
            store.writer().execute_batch(step).expect("prepares");
            let broken = broken(&store.writer());
            assert!(broken.is_empty(), "{name}, after `{}`:\n{}", step.trim(), broken.join("\n"));
        }
    }
}

#[test]
fn a_lost_index_is_noticed() {
    for (index, query) in [
        ("queued_tasks_claim", "claim_select"),
        ("queued_tasks_processing", "stranded_select"),
        ("queued_tasks_dedupe", "task_by_key"),
        ("queued_tasks_parked", "retry"),
        ("queued_tasks_recipient", "list by recipient"),
        ("dead_letter_messages_status", "pending letters"),
    ] {
        let (_directory, store) = store("");
        let writer = store.writer();
        writer.execute_batch(&format!("DROP INDEX {index}")).expect("drops");
        let rule = rules().into_iter().find(|rule| rule.query == query).expect("the rule");
        let lines = plan(&writer, &rule.text).unwrap_or_default().join("\n");
        assert!(rule.uses.iter().any(|wanted| !lines.contains(wanted)), "without {index}: {lines}");
    }
}

/// Steps of SQLite's virtual machine that `work` takes, on the writer and on the reader.
fn steps(store: &SqliteStore, work: impl FnOnce()) -> u64 {
    let count = Arc::new(AtomicU64::new(0));
    let counter = || {
        let count = Arc::clone(&count);
        move || {
            count.fetch_add(1, Ordering::Relaxed);
            false
        }
    };
    store.writer().progress_handler(1, Some(counter())).expect("counts");
    store.readers().expect("a pool").get().expect("a reader").progress_handler(1, Some(counter())).expect("counts");
    work();
    store.writer().progress_handler(1, None::<fn() -> bool>).expect("stops");
    store.readers().expect("a pool").get().expect("a reader").progress_handler(1, None::<fn() -> bool>).expect("stops");
    count.load(Ordering::Relaxed)
}

fn message(text: &str, key: Option<&str>) -> NewTask {
    let message = Message { recipient: "+85291234567".to_owned(), text: text.to_owned(), sender: None };
    let lane = Lane::Gateway("default".to_owned());
    NewTask { batch: Some("b".to_owned()), key: key.map(str::to_owned), ..NewTask::message(lane, message) }
}

struct Nobody;

impl Coroner for Nobody {
    fn is_dead(&self, _: &Worker) -> bool {
        false
    }
    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        Fate::Released
    }
}

/// What each verb costs with `rows` other tasks in the table.
fn costs(schema: &str, rows: u32) -> Vec<(&'static str, u64)> {
    let (_directory, store) = store(schema);
    store.writer().execute_batch(&ROWS.replace("{rows}", &rows.to_string())).expect("fills");
    store.recount().expect("counts");
    store.enqueue(&vec![message("hello", None); 100], 0).expect("enqueues");
    let worker = NewWorker {
        host: "h".to_owned(),
        boot_id: "b".to_owned(),
        pid: 1,
        pid_started: "1".to_owned(),
        senders: 4,
        version: "0".to_owned(),
    };
    let worker = store.register(&worker).expect("registers");
    let words = ["gateway:default".to_owned()];
    let wanted = [Wanted { lane: "gateway:default", task_funcs: &words, count: 10, rate: None }];
    let mut claims = Vec::new();
    let mut out = Vec::new();
    // The first turn prepares the statements.
    for name in ["first turn", "claim"] {
        let mut take = || {
            claims.extend(store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).expect("claims").claims)
        };
        out.push((name, steps(&store, &mut take)));
    }
    let fate = || Fate::Completed { provider_message_id: None };
    let settlements: Vec<_> = claims.drain(..).map(|claim| claim.settle(fate(), None)).collect();
    let turn = Turn { worker, settlements: &settlements, wanted: &wanted };
    out.push(("settle and claim", steps(&store, || drop(store.exchange(&turn).expect("settles")))));
    out.push((
        "enqueue",
        steps(&store, || {
            drop(store.enqueue(&[message("a", Some("k")), message("b", Some("k"))], 1 << 40).expect("enqueues"))
        }),
    ));
    out.push(("heartbeat", steps(&store, || assert_eq!(store.heartbeat(worker).expect("beats"), Settled::Done))));
    out.push(("recover", steps(&store, || drop(store.recover(&Nobody).expect("recovers")))));
    out.push(("changed", steps(&store, || assert!(store.changed().is_ok()))));
    out.push((
        "stats",
        steps(&store, || {
            store.stats().expect("counts");
        }),
    ));
    let failed = Filter { states: vec![State::Failed], limit: Some(10), ..Filter::default() };
    out.push(("list", steps(&store, || drop(store.list(&failed).expect("lists")))));
    let one = Filter { ids: vec![7], ..Filter::default() };
    out.push((
        "retry one",
        steps(&store, || assert_eq!(store.change(&one, Order::Retry { unknown: false }).expect("retries"), 1)),
    ));
    let ten = Filter { limit: Some(10), ..Filter::default() };
    out.push((
        "retry ten",
        steps(&store, || assert_eq!(store.change(&ten, Order::Retry { unknown: false }).expect("retries"), 10)),
    ));
    let insert = "INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'app.send')";
    out.push(("foreign insert", steps(&store, || store.writer().execute_batch(insert).expect("inserts"))));
    let update = "UPDATE queued_tasks SET status = 'processing' WHERE id = 9";
    out.push(("foreign update", steps(&store, || store.writer().execute_batch(update).expect("updates"))));
    let delete = "DELETE FROM queued_tasks WHERE id = 9";
    out.push(("foreign delete", steps(&store, || store.writer().execute_batch(delete).expect("deletes"))));
    out
}

#[test]
fn no_verb_costs_more_in_a_large_table() {
    for schema in ["", APPLICATION] {
        let (small, large) = (costs(schema, 1_000), costs(schema, 100_000));
        assert!(small.iter().all(|(_, steps)| *steps > 0), "{small:?}");
        assert_eq!(small, large, "steps with 1,000 rows and with 100,000");
    }
}
