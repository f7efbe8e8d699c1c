//! A MySQL or MariaDB to measure on: one that is given, or a MariaDB of the run's own on the same disk as everything else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, Opts};
use tempfile::TempDir;

use super::{place, process};

/// In place of a URL: a MariaDB is started, and ended when everything is measured.
const OWN: &str = "mariadb";

/// What a small server of one's own would be given, and nothing that makes durability cheaper.
const OPTIONS: [&str; 3] = ["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M", "--performance-schema=OFF"];

/// A server that is there.
pub struct Server {
    url: String,
    /// Where one of our own lives.
    own: Option<TempDir>,
}

/// A database that is dropped at the end.
pub struct Database {
    pub url: String,
    name: String,
    server: String,
}

impl Server {
    /// The one at this URL (`mysql://user:password@host:port/`), or one of our own.
    pub fn of(word: &str) -> Server {
        if word != OWN {
            return Server { url: word.trim_end_matches('/').to_owned(), own: None };
        }
        let scratch = place::scratch();
        // The server runs as a user of its own.
        fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let url = script("start", scratch.path(), &OPTIONS).trim_end_matches('/').to_owned();
        Server { url, own: Some(scratch) }
    }

    /// A new and empty one.
    pub fn database(&self, name: &str) -> Database {
        let name = format!("bench_{}_{}", std::process::id(), name.replace('-', "_"));
        let mut connection = connect(&self.url);
        connection.query_drop(format!("DROP DATABASE IF EXISTS {name}")).expect("it may drop databases");
        connection.query_drop(format!("CREATE DATABASE {name}")).expect("it may make databases");
        Database { url: format!("{}/{name}", self.url), name, server: self.url.clone() }
    }

    /// What it is and what a commit is worth there, in one line.
    pub fn describe(&self) -> String {
        let query = "SELECT CONCAT(VERSION(), ', innodb_flush_log_at_trx_commit ', @@innodb_flush_log_at_trx_commit,
                            ', log_bin ', @@log_bin, ', buffer pool ', @@innodb_buffer_pool_size DIV 1048576, ' MiB')";
        connect(&self.url).query_first(query).expect("it answers").expect("a row")
    }

    /// CPU time that it has used so far; nothing is known of one on another machine.
    pub fn cpu(&self) -> Duration {
        let file: Option<String> = connect(&self.url).query_first("SELECT @@pid_file").expect("it answers");
        let pid = file.and_then(|file| fs::read_to_string(file).ok());
        pid.map_or(Duration::ZERO, |pid| process::cpu_of_threads(pid.trim()))
    }

    /// A counter of the whole server, by its name in `SHOW GLOBAL STATUS`; 0 where it has none of that name.
    pub fn counter(&self, name: &str) -> u64 {
        let query = format!("SHOW GLOBAL STATUS LIKE '{name}'");
        let row: Option<(String, String)> = connect(&self.url).query_first(query).expect("it answers");
        row.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(scratch) = &self.own {
            script("stop", scratch.path(), &[]);
        }
    }
}

impl Database {
    pub fn connect(&self) -> Conn {
        connect(&self.url)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = connect(&self.server).query_drop(format!("DROP DATABASE IF EXISTS {}", self.name));
    }
}

fn connect(url: &str) -> Conn {
    Conn::new(Opts::from_url(url).expect("a good URL")).expect("the server is there")
}

fn script(verb: &str, scratch: &Path, options: &[&str]) -> String {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/mariadb");
    let output = Command::new(program).arg(verb).arg(scratch.join("server")).args(options).output();
    let output = output.expect("the script is there");
    assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
