//! A directory of the demonstration's own.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::config;
use crate::store::Location;

/// A directory that nobody else can read, removed when it is dropped, unless it is to be kept.
pub struct Scratch {
    path: PathBuf,
    keep: bool,
}

impl Scratch {
    /// Makes it, under a name that is not taken.
    ///
    /// # Errors
    /// The directory for temporary files cannot be written.
    pub fn make(keep: bool) -> io::Result<Scratch> {
        /// Names that are tried: one is taken only if somebody guessed it.
        const TRIES: u32 = 16;
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..TRIES {
            let path = config::scratch_parent().join(format!("smsctl-demo-{:08x}", fastrand::u32(..)));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Scratch { path, keep }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("sms.db")
    }

    pub fn location(&self) -> Location {
        Location::Sqlite(self.database())
    }

    pub fn settings(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    pub fn messages(&self) -> PathBuf {
        self.path.join("messages.csv")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.keep {
            // What cannot be removed is left to whoever cleans up temporary files.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
