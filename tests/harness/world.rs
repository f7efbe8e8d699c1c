//! The directory and the environment of one test.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Call;

/// A scratch directory named after the test, and an environment with nothing of the machine in it.
///
/// The directory is the working directory of every command, so the default database is `sms.db` in it. `home/` and
/// `tmp/` lie in it as well. It goes away with the value, unless `SMSCTL_KEEP` is set: then its path is printed.
pub struct World {
    directory: TempDir,
    environment: BTreeMap<OsString, OsString>,
}

impl World {
    /// A new world. Every proxy is a closed port: a request that would leave the machine fails at once.
    pub fn new() -> World {
        let name = std::thread::current().name().unwrap_or("test").replace("::", ".");
        let mut directory = tempfile::Builder::new()
            .prefix(&format!("{name}."))
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .expect("a scratch directory can be made");
        if std::env::var_os("SMSCTL_KEEP").is_some() {
            directory.disable_cleanup(true);
            println!("kept: {}", directory.path().display());
        }
        let root = directory.path();
        for folder in ["home", "tmp"] {
            fs::create_dir(root.join(folder)).expect("the scratch directory is new and empty");
        }
        let nowhere = "http://127.0.0.1:9";
        let environment = [
            ("HOME", root.join("home").as_os_str()),
            ("TMPDIR", root.join("tmp").as_os_str()),
            ("PATH", OsStr::new("/usr/local/bin:/usr/bin:/bin")),
            ("COLUMNS", OsStr::new("100")),
            ("TZ", OsStr::new("UTC")),
            ("LANG", OsStr::new("C.UTF-8")),
            ("HTTP_PROXY", OsStr::new(nowhere)),
            ("HTTPS_PROXY", OsStr::new(nowhere)),
            ("ALL_PROXY", OsStr::new(nowhere)),
            ("NO_PROXY", OsStr::new("127.0.0.1,localhost,::1")),
        ]
        .into_iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
        World { directory, environment }
    }

    /// Sets a variable for every command of this world.
    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> World {
        self.environment.insert(key.into(), value.as_ref().to_owned());
        self
    }

    /// Writes the settings file that `smsctl` finds by itself: `home/.config/smsctl/config.toml`.
    pub fn settings(self, toml: &str) -> World {
        self.write("home/.config/smsctl/config.toml", toml);
        self
    }

    /// The working directory of every command.
    pub fn dir(&self) -> &Path {
        self.directory.path()
    }

    /// A path in this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    /// Writes a file, with the folders above it, and returns its path.
    #[track_caller]
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file of the world lies in its directory")).expect("folders");
        fs::write(&path, content).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// Reads a file as text.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
    }

    /// Whether a process with this id lives; one that only waits to be reaped does not.
    pub fn process_lives(&self, pid: &str) -> bool {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    }

    /// `smsctl` with these arguments, not started yet.
    #[must_use = "a call does nothing until `run`, `spawn` or `terminal`"]
    pub fn smsctl<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Call {
        self.program(env!("CARGO_BIN_EXE_smsctl"), arguments)
    }

    /// Another program in the same world, for example `sqlite3` or a shell that pipes `smsctl` into something. `smsctl`
    /// itself is first on its `PATH`.
    #[must_use = "a call does nothing until `run`, `spawn` or `terminal`"]
    pub fn program<A: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = A>) -> Call {
        let mut environment = self.environment.clone();
        let binaries = Path::new(env!("CARGO_BIN_EXE_smsctl")).parent().expect("a binary lies in a folder");
        let mut path = OsString::from(binaries);
        path.push(":");
        path.push(&environment[OsStr::new("PATH")]);
        environment.insert("PATH".into(), path);
        Call::new(program, self.dir(), environment).args(arguments)
    }
}
