//! Queues of a wanted length.

use smsctl::queue::{Lane, Message, NewTask};
use smsctl::speed::message;
use smsctl::store::Store;

use mysql::prelude::Queryable;
use rusqlite::config::DbConfig;

use super::place::Queue;
use super::server::Database;

/// The gateway of all rows.
pub const LANE: &str = "default";

/// Tasks of one transaction while a queue is filled.
const CHUNK: usize = 10_000;

pub fn task(message: Message) -> NewTask {
    NewTask { segments: Some(1), ..NewTask::message(Lane::Gateway(LANE.to_owned()), message) }
}

/// Enqueues `count` rows, each changed by `change`, without ever holding all of them.
pub fn fill(store: &dyn Store, count: u64, change: impl Fn(u64, &mut NewTask)) {
    let mut next = 0;
    while next < count {
        let end = count.min(next + CHUNK as u64);
        let tasks = (next..end).map(|n| {
            let mut task = task(message(n));
            change(n, &mut task);
            task
        });
        store.enqueue(&tasks.collect::<Vec<_>>(), 0).expect("they are enqueued");
        next = end;
    }
}

/// As `fill`, and then `finish` changes all rows, if there is one; as soon as there are enough of them to copy, rows are copied
/// inside the database.
pub fn fill_long(
    queue: &Queue,
    store: &dyn Store,
    count: u64,
    change: impl Fn(u64, &mut NewTask),
    finish: Option<&str>,
) {
    let first = count.min(10 * CHUNK as u64);
    fill(store, first, change);
    if let Some(sql) = finish {
        run(queue, sql);
    }
    if first < count {
        match &queue.database {
            Some(database) => copy_on_server(database, first, count),
            None => copy_in_file(queue, first, count),
        }
    }
    if finish.is_some() || first < count {
        store.recount().expect("it recounts");
    }
}

/// Runs one statement as another program does.
fn run(queue: &Queue, sql: &str) {
    match &queue.database {
        Some(database) => database.connect().query_drop(sql).expect("it runs"),
        None => {
            rusqlite::Connection::open(queue.path()).expect("it opens").execute(sql, []).expect("it runs");
        }
    }
}

/// The statements that copy the first rows of a table until it has `count` of them: numbers and ids go on. `recipient` is what
/// makes a number of `{}`.
fn copies(first: u64, count: u64, recipient: &str) -> impl Iterator<Item = String> {
    let columns =
        "task_name, task_func, status, created_at, started_at, completed_at, max_retries, retry_count, content, sender,
                   priority, available_at, expires_at, attempt, segments, revision";
    (first..count).step_by(first as usize).map(move |next| {
        let more = first.min(count - next);
        let recipient = recipient.replace("{}", &format!("13000000000 + {next} + id"));
        format!(
            "INSERT INTO queued_tasks ({columns}, recipient)
             SELECT {columns}, {recipient} FROM queued_tasks ORDER BY id LIMIT {more}"
        )
    })
}

fn copy_on_server(database: &Database, first: u64, count: u64) {
    let mut connection = database.connect();
    copies(first, count, "concat('+86', {})").for_each(|sql| connection.query_drop(sql).expect("they are copied"));
}

/// Without triggers, and with indexes that are made when all rows are there: seconds a million instead of a minute.
fn copy_in_file(queue: &Queue, first: u64, count: u64) {
    let connection = rusqlite::Connection::open(queue.path()).expect("it opens");
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).expect("it is set");
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000").expect("it is set");
    let sql =
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'queued_tasks' AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql).expect("it prepares");
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
    let indexes = rows.and_then(|rows| rows.collect::<rusqlite::Result<Vec<_>>>()).expect("the schema");
    drop(statement);
    let drops = indexes.iter().map(|(name, _)| format!("DROP INDEX {name}"));
    let makes = indexes.iter().map(|(_, sql)| sql.clone());
    let copies = copies(first, count, "'+86' || ({})");
    drops.chain(copies).chain(makes).for_each(|sql| connection.execute_batch(&sql).expect(&sql));
}
