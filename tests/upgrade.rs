//! The web application's database is taken over by `db migrate`, and the application goes on working on it.
//!
//! The databases under `tests/fixtures` were made by the application's own library. The cases with Python in their names run that
//! library against the store on one database: they need `SMSCTL_TEST_PYTHON`, a Python that has flask-sqlalchemy and, for a
//! server, PyMySQL.

#[path = "servers/database.rs"]
mod database;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rusqlite::Connection;
use rusqlite::types::Value;
use smsctl::queue::{
    DeadLetterFilter, DeadLetterOrder, DeadLetterState, ErrorType, Failure, Fate, Filter, Message, Order, State, TaskId,
};
use smsctl::store::{
    self, Access, Claim, Location, MigrationState, NewWorker, Options, Settled, Store, StoreError, TallyKind, Turn,
    Wanted,
};

const SEND: &str = "smspanel.services.queue.process_single_sms_task";
const BULK: &str = "smspanel.services.queue.process_bulk_sms_task";

const WITH_DEAD_LETTERS: &str = include_str!("fixtures/application.sql");
const WITHOUT_DEAD_LETTERS: &str = include_str!("fixtures/application_without_dead_letters.sql");

struct Database {
    path: PathBuf,
    _directory: tempfile::TempDir,
}

impl Database {
    fn new(dump: &str) -> Database {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = directory.path().join("sms.db");
        // A dump comes in the order of names: its references lead forward.
        let dump = format!("PRAGMA foreign_keys = OFF; {dump}");
        Connection::open(&path).and_then(|file| file.execute_batch(&dump)).expect("the dump is good");
        Database { path, _directory: directory }
    }

    fn open(&self, access: Access) -> Result<Box<dyn Store>, StoreError> {
        store::open(&Location::Sqlite(self.path.clone()), &Options::new(access)).map(|opened| opened.store)
    }

    fn taken_over(&self) -> Box<dyn Store> {
        let applied = self.open(Access::Inspect).expect("opens").migrate().expect("migrates");
        assert!(!applied.is_empty());
        self.open(Access::Existing).expect("is ours from now on")
    }

    fn rows(&self, query: &str) -> Vec<Vec<Value>> {
        let connection = Connection::open(&self.path).expect("opens");
        let mut statement = connection.prepare(query).expect("a good query");
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>());
        rows.expect("reads").map(|row| row.expect("a row")).collect()
    }
}

fn register(store: &dyn Store) -> i64 {
    let worker = NewWorker {
        host: "host".to_owned(),
        boot_id: "boot".to_owned(),
        pid: 1,
        pid_started: "1".to_owned(),
        senders: 4,
        version: "0".to_owned(),
    };
    store.register(&worker).expect("registers")
}

/// Claims what the lane `gateway:default` serves when the settings route both words of the application to it.
fn claim(store: &dyn Store, worker: i64, count: usize) -> Vec<Claim> {
    let words = [SEND.to_owned(), BULK.to_owned()];
    let wanted = [Wanted { lane: "gateway:default", task_funcs: &words, count, rate: None }];
    store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).expect("claims").claims
}

fn settle(store: &dyn Store, worker: i64, claim: Claim, fate: Fate) -> Settled {
    let settlements = [claim.settle(fate, None)];
    store.exchange(&Turn { worker, settlements: &settlements, wanted: &[] }).expect("settles").settled[0]
}

/// `stranded` aside: the application's own tasks are `processing` in its dumps.
#[track_caller]
fn assert_sound(store: &dyn Store, mode_was_the_applications: bool) {
    let findings = store.check().expect("checks");
    let expected = |kind: &str| kind == "stranded" || (mode_was_the_applications && kind == "permissions");
    let wrong: Vec<_> = findings.iter().filter(|finding| !expected(finding.kind)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_touched_before_the_order() {
    let database = Database::new(WITH_DEAD_LETTERS);
    let before = std::fs::read(&database.path).expect("reads");
    for access in [Access::Existing, Access::Create] {
        let refused = database.open(access).map(|_| ()).expect_err("it was not migrated");
        assert!(matches!(refused, StoreError::NotMigrated { .. }), "{refused:?}");
    }
    let report = database.open(Access::Inspect).expect("opens").schema().expect("reports");
    assert_eq!((report.state, report.version), (MigrationState::WebApplication, 0));
    assert_eq!(report.waiting.last().map(|plan| plan.version), Some(report.latest));
    assert!(std::fs::read(&database.path).expect("reads") == before);
}

#[test]
fn rows_keep_their_ids_and_states() {
    for dump in [WITH_DEAD_LETTERS, WITHOUT_DEAD_LETTERS] {
        let database = Database::new(dump);
        let columns = "id, task_name, task_func, args, kwargs, coalesce(status, 'pending'), worker_id, error_message, created_at, \
                       started_at, completed_at, coalesce(max_retries, 3), coalesce(retry_count, 0)";
        let query = format!("SELECT {columns} FROM queued_tasks ORDER BY id");
        let before = database.rows(&query);
        let others = ["users", "messages", "recipients"].map(|table| database.rows(&format!("SELECT * FROM {table}")));
        let store = database.taken_over();
        assert_eq!(database.rows(&query), before);
        let after = ["users", "messages", "recipients"].map(|table| database.rows(&format!("SELECT * FROM {table}")));
        assert_eq!(after, others);
        let stats = store.stats().expect("counts");
        let tasks = stats.tasks;
        assert_eq!((tasks.pending, tasks.processing, tasks.completed, tasks.failed), (4, 2, 2, 4));
        assert_eq!((tasks.total(), tasks.retryable, tasks.unknown), (12, 2, 0));
        let lanes = store.tallies(TallyKind::Lane).expect("counts");
        let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
        assert_eq!(names, ["smspanel.old", BULK, SEND]);
        assert_eq!((lanes[2].get("pending"), lanes[2].get("failed"), lanes[2].get("retryable")), (2, 3, 1));
        assert_sound(&*store, true);
        assert!(store.migrate().expect("a second time").is_empty());
    }
}

#[test]
fn the_applications_indexes_stay() {
    let database = Database::new(WITH_DEAD_LETTERS);
    let indexes =
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_queued_tasks_%' ORDER BY name";
    let before = database.rows(indexes);
    assert_eq!(before.len(), 2);
    database.taken_over();
    assert_eq!(database.rows(indexes), before);
    // The table of dead letters was made anew: its columns are indexed as before.
    let letters = "SELECT DISTINCT i.name FROM pragma_index_list('dead_letter_messages') AS l, pragma_index_info(l.name) AS i \
                   WHERE i.seqno = 0 ORDER BY 1";
    let names = ["created_at", "message_id", "recipient", "status"].map(|name| vec![Value::Text(name.to_owned())]);
    assert_eq!(database.rows(letters), names);
}

#[test]
fn dead_letters_are_kept_without_the_foreign_key() {
    let database = Database::new(WITH_DEAD_LETTERS);
    let columns = "id, message_id, recipient, content, error_message, error_type, retry_count, max_retries, status, created_at, \
                   retried_at, last_attempt_at";
    let query = format!("SELECT {columns} FROM dead_letter_messages ORDER BY id");
    let before = database.rows(&query);
    assert_eq!(database.rows("SELECT * FROM pragma_foreign_key_list('dead_letter_messages')").len(), 1);
    let store = database.taken_over();
    assert_eq!(database.rows(&query), before);
    assert!(database.rows("SELECT * FROM pragma_foreign_key_list('dead_letter_messages')").is_empty());
    assert!(!database.rows("SELECT * FROM pragma_foreign_key_list('messages')").is_empty(), "others keep theirs");
    let counts = store.stats().expect("counts").dead_letters;
    assert_eq!((counts.pending, counts.retried, counts.abandoned), (2, 1, 1));
    // A letter of ours names a task that is no message of the application.
    let worker = register(&*store);
    let first = claim(&*store, worker, 1).remove(0);
    let (id, failure) = (first.id(), Failure::new(ErrorType::Rejected, "no such number"));
    assert_eq!(settle(&*store, worker, first, Fate::Dead { failure }), Settled::Done);
    let letter = store.dead_letters(&DeadLetterFilter::default()).expect("lists").pop().expect("a letter");
    assert_eq!((letter.id, letter.task_id, letter.message_id), (5, Some(id), Some(id)));
    // Those of the application are sent on the lane that is asked for.
    let retried = store.change_dead_letters(
        &DeadLetterFilter::default(),
        DeadLetterOrder::Retry { unknown: false, expired: false },
        "gateway:default",
    );
    assert_eq!(retried.expect("retries"), 3);
    let letters = store.list(&Filter { task_funcs: Some(vec!["gateway:default".to_owned()]), ..Filter::default() });
    let texts: Vec<Option<String>> = letters.expect("lists").into_iter().map(|task| task.content).collect();
    assert_eq!(texts, [Some("letter 0".to_owned()), Some("letter 3".to_owned())]);
    assert_sound(&*store, true);
}

#[test]
fn its_tasks_can_be_claimed_and_retried() {
    let database = Database::new(WITH_DEAD_LETTERS);
    let store = database.taken_over();
    let worker = register(&*store);
    let mut claims = claim(&*store, worker, 9);
    let got: Vec<(TaskId, &str, Option<&str>)> = claims.iter().map(|c| (c.id(), c.task_func(), c.args())).collect();
    assert_eq!(
        got,
        [
            (1, SEND, Some("[1, \"91234567\"]")),
            (2, BULK, Some("[2, [\"91234567\", \"91234568\"]]")),
            (3, SEND, Some("[3, \"91234569\"]"))
        ]
    );
    let text = "from kwargs".to_owned();
    claims[0].address(Message { recipient: "91234567".to_owned(), text, sender: None });
    for claim in claims {
        let fate = Fate::Completed { provider_message_id: None };
        assert_eq!(settle(&*store, worker, claim, fate), Settled::Done);
    }
    assert_eq!(store.change(&Filter::default(), Order::Retry { unknown: false }).expect("retries"), 2);
    let claims = claim(&*store, worker, 9);
    let got: Vec<(TaskId, u32)> = claims.iter().map(|claim| (claim.id(), claim.budget().retry_count)).collect();
    assert_eq!(got, [(8, 1)], "41 is nobody's, and 9 and 10 have no attempt left");
    assert_sound(&*store, true);
}

/// The application, as a process of its own.
struct Application {
    process: Child,
    calls: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Application {
    /// On the database that this URL of SQLAlchemy names.
    fn start(database: &str) -> Application {
        let python = std::env::var("SMSCTL_TEST_PYTHON").expect("SMSCTL_TEST_PYTHON names a Python of the application");
        let mut process = Command::new(python)
            .args(["-B", "-W", "ignore", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/application.py")])
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let calls = process.stdin.take().expect("its input");
        let answers = BufReader::new(process.stdout.take().expect("its output"));
        Application { process, calls, answers }
    }

    fn call(&mut self, call: &serde_json::Value) -> serde_json::Value {
        writeln!(self.calls, "{call}").expect("the application listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the application answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{call}: `{answer}`: {error}"))
    }

    fn id(&mut self, call: &serde_json::Value) -> TaskId {
        self.call(call).as_i64().expect("an id")
    }

    fn end(self) {
        let Application { mut process, calls, .. } = self;
        drop(calls);
        assert!(process.wait().expect("ends").success());
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_PYTHON"]
fn python_and_smsctl_take_turns_on_one_file() {
    let database = Database::new("");
    let application = Application::start(&format!("sqlite:///{}", database.path.display()));
    take_turns(application, |access| database.open(access));
}

#[test]
#[ignore = "needs SMSCTL_TEST_PYTHON and SMSCTL_TEST_MYSQL"]
fn python_and_smsctl_take_turns_on_mysql() {
    let database = database::Database::create();
    let url = database.url();
    let application = Application::start(&url.replacen("mysql://", "mysql+pymysql://", 1));
    let location = Location::parse(&url, Path::new("/")).expect("a URL");
    take_turns(application, |access| store::open(&location, &Options::new(access)).map(|opened| opened.store));
}

/// The application makes its tables, smsctl takes them over, and from then on both work on them.
fn take_turns(mut application: Application, open: impl Fn(Access) -> Result<Box<dyn Store>, StoreError>) {
    use serde_json::json;
    application.call(&json!(["create_all"]));
    let enqueue = json!(["enqueue", "sms", SEND, [1, "91234567"], {"text": "hello"}]);
    let early = application.id(&enqueue);
    assert!(!open(Access::Inspect).expect("opens").migrate().expect("migrates").is_empty());
    let store = open(Access::Existing).expect("is ours from now on");

    // What the application enqueues is a task here, in the midst of its own session; and the other way round.
    let ids: Vec<TaskId> = (0..5).map(|_| application.id(&enqueue)).collect();
    assert_eq!(store.stats().expect("counts").tasks.pending, 6);
    assert_eq!(
        application.call(&json!(["get_stats"])),
        json!({"pending": 6, "processing": 0, "completed": 0, "failed": 0})
    );
    assert_sound(&*store, true);

    // smsctl sends the first two; the application sees how they ended.
    let worker = register(&*store);
    let mut claims = claim(&*store, worker, 3);
    let third = claims.pop().expect("three");
    assert_eq!(settle(&*store, worker, claims.remove(0), Fate::Completed { provider_message_id: None }), Settled::Done);
    let failure = Failure::new(ErrorType::Unavailable, "503");
    settle(&*store, worker, claims.remove(0), Fate::Parked { failure, spent: true });
    assert_eq!(
        application.call(&json!(["get_stats"])),
        json!({"pending": 3, "processing": 1, "completed": 1, "failed": 1})
    );
    assert_eq!(application.call(&json!(["get", early]))["status"], "completed");
    let failed = application.call(&json!(["get", ids[0]]));
    assert_eq!(
        (&failed["status"], &failed["retry_count"], &failed["error_message"]),
        (&json!("failed"), &json!(1), &json!("503"))
    );

    // Its own worker takes one, fails it and retries everything: ours is among them.
    application.call(&json!(["mark_processing", ids[2], 0]));
    assert_eq!(store.stats().expect("counts").tasks.processing, 2);
    application.call(&json!(["mark_failed", ids[2], "HTTP 500"]));
    let stats = store.stats().expect("counts").tasks;
    assert_eq!((stats.processing, stats.failed, stats.retryable), (1, 2, 2));
    assert_eq!(application.call(&json!(["retry_failed_tasks"])), json!(2));
    let stats = store.stats().expect("counts").tasks;
    assert_eq!((stats.pending, stats.failed, stats.retryable), (4, 0, 0));
    assert_sound(&*store, true);
    let again = claim(&*store, worker, 9);
    let got: Vec<TaskId> = again.iter().map(Claim::id).collect();
    assert_eq!(got, [ids[0], ids[2], ids[3], ids[4]]);

    // What the application decided about a task that we hold is not overwritten.
    application.call(&json!(["mark_completed", third.id()]));
    let id = third.id();
    assert_eq!(settle(&*store, worker, third, Fate::Completed { provider_message_id: None }), Settled::Lost);
    assert_eq!(store.get(id).expect("reads").expect("is there").status, State::Completed);

    // A dead task is one that the application does not retry either.
    for claim in again {
        let failure = Failure::new(ErrorType::Rejected, "no such number");
        assert_eq!(settle(&*store, worker, claim, Fate::Dead { failure }), Settled::Done);
    }
    assert_eq!(application.call(&json!(["retry_failed_tasks"])), json!(0));
    application.call(&json!(["add_dead_letter", "91234567", "from the application", "HTTP 500"]));
    let letters = application.call(&json!(["dead_letters"]));
    assert_eq!(letters.as_array().map(Vec::len), Some(5));
    assert_eq!(letters[4], json!([5, "91234567", "pending"]));
    let read = store.dead_letter(5).expect("reads").expect("is there");
    assert_eq!((read.status, read.task_id), (DeadLetterState::Pending, None));

    // It deletes what is done, and counts as we do.
    assert_eq!(application.call(&json!(["delete_finished"])), json!(2));
    let stats = store.stats().expect("counts").tasks;
    assert_eq!((stats.completed, stats.failed, stats.total()), (0, 4, 4));
    assert_eq!(
        application.call(&json!(["get_stats"])),
        json!({"pending": 0, "processing": 0, "completed": 0, "failed": 4})
    );
    assert_sound(&*store, true);
    application.end();
}
