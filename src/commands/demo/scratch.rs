//! A directory of the demonstration's own.

use std::io;
use std::path::{Path, PathBuf};

use crate::config;
use crate::store::{Folder, Location};

/// A directory that nobody else can read, removed when it is dropped, unless it is to be kept.
pub struct Scratch {
    folder: Folder,
}

impl Scratch {
    /// Makes it, under a name that is not taken.
    ///
    /// # Errors
    /// The directory for temporary files cannot be written.
    pub fn make(keep: bool) -> io::Result<Scratch> {
        let mut folder = Folder::make(&config::scratch_parent(), "smsctl-demo-")?;
        if keep {
            folder.keep();
        }
        Ok(Scratch { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        self.path().join("sms.db")
    }

    pub fn location(&self) -> Location {
        Location::Sqlite(self.database())
    }

    pub fn settings(&self) -> PathBuf {
        self.path().join("config.toml")
    }

    pub fn messages(&self) -> PathBuf {
        self.path().join("messages.csv")
    }
}
