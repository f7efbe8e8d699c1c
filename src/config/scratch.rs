//! Where temporary files go.

use std::path::PathBuf;

/// `TMPDIR`, or `/tmp`.
#[expect(clippy::disallowed_methods, reason = "this floor alone reads the environment")]
pub fn scratch_parent() -> PathBuf {
    std::env::temp_dir()
}
