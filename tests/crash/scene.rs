//! A queue, a gateway that keeps a ledger, and workers to kill.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::database::Database;
use smsctl::gateway::sandbox::{Behaviour, Sandbox};

/// How long anything may take before the case has failed.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How often a worker is killed in each case.
pub fn kills() -> u64 {
    let asked = std::env::var("SMSCTL_TEST_KILLS").ok().and_then(|word| word.parse().ok());
    asked.unwrap_or(150)
}

pub struct Scene {
    directory: tempfile::TempDir,
    /// A database on a server, in place of a file.
    server: Option<Database>,
    /// The name of the file.
    file: &'static str,
    pub sandbox: Sandbox,
}

impl Scene {
    pub fn new(behaviour: Behaviour) -> Scene {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let sandbox = Sandbox::start(behaviour, None).expect("the sandbox starts");
        let settings = format!(
            "[gateways.default]\nprofile = \"hkt\"\nbase_url = \"{}\"\napplication_id = \"app\"\nsender = \"85212345678\"\n\
             [retry]\nbase = \"1ms\"\ncap = \"10ms\"\nmax_retries = 10\n",
            sandbox.url()
        );
        fs::write(directory.path().join("config.toml"), settings).expect("writes");
        fs::create_dir(directory.path().join("state")).expect("a directory");
        Scene { directory, server: None, file: "queue.db", sandbox }
    }

    /// The same, with the queue on the server that `SMSCTL_TEST_MYSQL` names.
    pub fn on_server(behaviour: Behaviour) -> Scene {
        Scene { server: Some(Database::create()), ..Scene::new(behaviour) }
    }

    /// Ends all connections to the server.
    pub fn kill_connections(&self) {
        let mut connection = self.server.as_ref().expect("a server").connect();
        for id in connection.ids_of_others() {
            // It may have ended by itself meanwhile.
            connection.try_run(&format!("KILL {id}"));
        }
    }

    pub fn database(&self) -> PathBuf {
        self.directory.path().join(self.file)
    }

    fn smsctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smsctl"));
        command.env_clear().current_dir(self.directory.path());
        command.env("SMSCTL_CONFIG", self.directory.path().join("config.toml"));
        command.env("DATABASE_URL", self.url());
        // Where a worker on a server keeps its flight log.
        command.env("STATE_DIRECTORY", self.state());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end; it must succeed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.smsctl(arguments).output().expect("smsctl starts");
        let [stdout, stderr] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(output.status.success(), "smsctl {arguments:?}: {}\nstdout: {stdout}\nstderr: {stderr}", output.status);
        stdout
    }

    pub fn enqueue(&self, messages: u64) {
        let file = self.file(messages);
        self.run(&["enqueue", "--file", &file, "--quiet"]);
    }

    pub fn enqueue_batch(&self, messages: u64) {
        let file = self.file(messages);
        self.run(&["enqueue", "--file", &file, "--batch", "b", "--quiet"]);
    }

    fn file(&self, messages: u64) -> String {
        let path = self.directory.path().join("messages.csv");
        let mut file = std::io::BufWriter::new(fs::File::create(&path).expect("a file"));
        writeln!(file, "to,text").expect("writes");
        for n in 0..messages {
            writeln!(file, "+8613{n:09},message {n}").expect("writes");
        }
        file.flush().expect("writes");
        path.display().to_string()
    }

    /// Its log is added to `workers.log`.
    pub fn start_worker(&self, more: &[&str]) -> Child {
        let arguments = [&["work", "--no-progress"], more].concat();
        let log = fs::OpenOptions::new().append(true).create(true).open(self.workers_log()).expect("a log");
        self.smsctl(&arguments).stderr(log).stdout(Stdio::null()).spawn().expect("smsctl starts")
    }

    fn workers_log(&self) -> PathBuf {
        self.directory.path().join("workers.log")
    }

    /// What belongs to this host.
    pub fn state(&self) -> PathBuf {
        self.directory.path().join("state")
    }

    /// The names of the flight logs that lie beside the database, and in the directory of this host.
    pub fn flight_logs(&self) -> Vec<String> {
        let listed = [self.directory.path().to_owned(), self.state()].into_iter().flat_map(|directory| {
            fs::read_dir(directory).expect("lists").map(|entry| entry.expect("an entry").file_name())
        });
        let names = listed.map(|name| name.to_str().expect("text").to_owned());
        names.filter(|name| name.contains("flight-")).collect()
    }

    /// The gateway is somewhere else from now on.
    pub fn point_at(&self, url: &str) {
        let path = self.directory.path().join("config.toml");
        let settings = fs::read_to_string(&path).expect("reads").replace(&self.sandbox.url(), url);
        fs::write(&path, settings).expect("writes");
    }

    /// Has a worker decide about the dead, without sending anything.
    pub fn recover(&self) {
        self.run(&["lane", "pause", "default"]);
        // What is left pending makes the drain end with 75.
        let output = self.smsctl(&["work", "--drain", "--quiet"]).output().expect("smsctl starts");
        assert!(matches!(output.status.code(), Some(0 | 75)), "{}", String::from_utf8_lossy(&output.stderr));
        self.run(&["lane", "resume", "default"]);
    }

    /// Runs a command to its end; what it says on stderr.
    pub fn tells(&self, arguments: &[&str]) -> String {
        let output = self.smsctl(arguments).output().expect("smsctl starts");
        assert!(output.status.success(), "smsctl {arguments:?}: {}", output.status);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Starts a worker, waits until the gateway has had some more requests, and kills it. The number differs from round to
    /// round, so that the kill comes at another moment each time.
    pub fn kill_a_worker_in_its_work(&self, round: u64) {
        self.kill_a_worker_of(8, 1 + (round * 7) % 40);
    }

    /// Starts a worker with so many senders, and kills it when the gateway has had so many requests more.
    pub fn kill_a_worker_of(&self, senders: u64, more: u64) {
        let before = self.sandbox.counts().requests;
        let mut worker = self.start_worker(&["--workers", &senders.to_string()]);
        let came = self.sandbox.wait_for(before + more, Some(PATIENCE));
        worker.kill().expect("kills");
        worker.wait().expect("waits");
        assert!(
            came,
            "the gateway had {} requests, {before} before, and never {more} more",
            self.sandbox.counts().requests
        );
    }

    /// Starts a copy of the queue to `to`, and kills it when more than `rows` tasks have arrived there; true if it was still at work.
    pub fn kill_a_copy(&self, to: &str, rows: u64, arrived: &mut dyn FnMut() -> u64) -> bool {
        let from = self.url();
        let arguments = ["db", "copy", "--yes", "--quiet", &from, to];
        let mut child = self.smsctl(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let mut has_ended = false;
        while arrived() <= rows && !has_ended {
            has_ended = child.try_wait().expect("waits").is_some();
        }
        child.kill().expect("kills");
        !child.wait().expect("waits").success()
    }

    /// Where the queue is.
    fn url(&self) -> String {
        let file = || format!("sqlite:///{}", self.database().display());
        self.server.as_ref().map_or_else(file, Database::url)
    }

    /// The queue is somewhere else from now on.
    pub fn move_to(&mut self, server: Option<Database>) {
        self.server = server;
        self.file = "next.db";
    }

    /// Moves the queue, again if that was interrupted.
    pub fn copy(&self, to: &str) -> serde_json::Value {
        serde_json::from_str(&self.run(&["db", "copy", "--yes", "--json", &self.url(), to])).expect("JSON")
    }

    /// A command that must fail.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.smsctl(arguments).output().expect("smsctl starts");
        assert!(!output.status.success(), "smsctl {arguments:?} must fail");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Starts an enqueue of a file, and kills it when the database file has grown by a little.
    pub fn kill_an_enqueue(&self, rows: u64, round: u64) {
        let file = self.file(rows);
        let wal = self.directory.path().join("queue.db-wal");
        let size = || fs::metadata(&wal).map_or(0, |data| data.len());
        let before = size();
        let arguments = ["enqueue", "--file", &file, "--batch", "b", "--quiet"];
        let mut child = self.smsctl(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let more = 1 + (round % 5) * 200_000;
        while size() < before + more && child.try_wait().expect("waits").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("kills");
        child.wait().expect("waits");
    }

    pub fn stop_in_order(&self, mut worker: Child) {
        let pid = rustix::process::Pid::from_child(&worker);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signals");
        let status = worker.wait().expect("waits");
        let log = || fs::read_to_string(self.workers_log()).unwrap_or_default();
        assert!(status.success(), "a worker that is asked to stop ends well: {status}\n{}", log());
    }

    /// Works until nothing is pending, in flight or waiting for a retry.
    pub fn drain(&self) {
        loop {
            self.run(&["work", "--drain", "--workers", "16", "--quiet"]);
            let stats: serde_json::Value = serde_json::from_str(&self.run(&["stats", "--json"])).expect("JSON");
            let count = |word: &str| stats[word].as_u64().unwrap_or_else(|| panic!("`{word}` in {stats}"));
            let retry_by_itself = count("retryable") > count("unknown");
            if count("pending") + count("processing") == 0 && !retry_by_itself {
                return;
            }
        }
    }

    pub fn retry_unknown(&self) {
        self.run(&["retry-failed", "--unknown", "--yes", "--quiet"]);
    }
}
