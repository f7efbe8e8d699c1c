//! SQLite. The only folder that names rusqlite.

use std::path::Path;

use super::{Opened, Options, Result, StoreError};

pub(super) fn open(path: &Path, _options: &Options) -> Result<Opened> {
    Err(StoreError::NotThere { path: path.to_owned() })
}
