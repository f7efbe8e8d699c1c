//! A server of one test's own, which may be killed, stopped and started again.

#![allow(dead_code, reason = "every test needs a part of it")]

use std::ffi::OsStr;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use crate::harness::until;

/// A server that ends with the value.
pub struct OwnServer {
    place: PathBuf,
    url: String,
    /// What the place lies in, if that is the server's own too.
    _scratch: Option<TempDir>,
}

impl OwnServer {
    /// Starts one, with these options beside those that every server of the tests gets.
    pub fn start(options: &[&str]) -> OwnServer {
        let scratch = scratch();
        let place = scratch.path().join("server");
        let url = script(&["start", &text(&place)], options);
        OwnServer { place, url, _scratch: Some(scratch) }
    }

    /// As `start`, in a folder of the case's choice that is not there yet.
    pub fn start_in(place: &Path, options: &[&str]) -> OwnServer {
        let url = script(&["start", &text(place)], options);
        OwnServer { place: place.to_owned(), url, _scratch: None }
    }

    /// `mysql://root@host:port/`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        self.url.rsplit('@').next().expect("a place").trim_end_matches('/')
    }

    /// SIGKILL: as in a crash.
    pub fn kill_9(&self) {
        let pid = self.pid();
        kill_process(pid, Signal::KILL).expect("the server is there");
        until("the server is gone", || test_kill_process(pid).is_err());
    }

    /// Ends it in order; the data stay.
    pub fn end(&self) {
        script(&["end", &text(&self.place)], &[]);
    }

    /// Starts it once more on its data.
    pub fn again(&self) {
        script(&["again", &text(&self.place)], &[]);
    }

    /// As `again`, with these variables in the server's environment.
    pub fn again_with(&self, environment: &[(&str, &OsStr)]) {
        script_with(&["again", &text(&self.place)], &[], environment);
    }

    /// Where its data lie.
    pub fn data(&self) -> PathBuf {
        self.place.join("data")
    }

    /// Starts it once more if it has died, or is about to.
    pub fn revive(&self) {
        if TcpStream::connect(self.address()).is_err() {
            let pid = self.pid();
            until("the server is gone", || kill_process(pid, Signal::KILL).is_err());
            self.again();
        }
    }

    fn pid(&self) -> Pid {
        let text = fs::read_to_string(self.place.join("pid")).expect("a server that runs says its number");
        text.trim().parse().ok().and_then(Pid::from_raw).expect("a number")
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Why it failed may be in the server's own words.
            let log = fs::read_to_string(self.place.join("err.log")).unwrap_or_default();
            println!("--- the server's log\n{}", log.lines().rev().take(60).collect::<Vec<_>>().join("\n"));
        }
        script(&["stop", &text(&self.place)], &[]);
    }
}

/// Whether `SMSCTL_TEST_SERVER` names a MySQL, in place of a MariaDB.
pub fn is_mysql() -> bool {
    std::env::var_os("SMSCTL_TEST_SERVER").is_some_and(|root| !Path::new(&root).join("usr/sbin/mariadbd").exists())
}

/// A folder that the server's own user may enter, on a disk in memory where there is one.
pub fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let scratch = tempfile::Builder::new().prefix("smsctl-servers-").tempdir_in(parent).expect("a scratch directory");
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    scratch
}

fn script(words: &[&str], options: &[&str]) -> String {
    script_with(words, options, &[])
}

fn script_with(words: &[&str], options: &[&str], environment: &[(&str, &OsStr)]) -> String {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/mariadb");
    let mut command = Command::new(program);
    let output = command.args(words).args(options).envs(environment.iter().copied()).output();
    let output = output.expect("the script is there");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{words:?}: {}{}", said(&output.stdout), said(&output.stderr));
    said(&output.stdout).trim().to_owned()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
