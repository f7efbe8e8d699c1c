//! The state directory: the one place whose directory `smsctl` makes for a new database. Any other must be there.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::environment::Environment;

/// Only the owner: a queue holds people's numbers and texts.
const DIRECTORY_MODE: u32 = 0o700;

/// Where services keep their state.
const OF_SERVICES: &str = "/var/lib";

/// Makes `directory`, if it is smsctl's own state directory and is not there yet: `smsctl` in `$XDG_STATE_HOME`, in
/// `$HOME/.local/state`, or in `/var/lib`. The home itself, and `/var/lib`, must be there.
///
/// # Errors
/// It cannot be made.
pub fn make_state_directory(directory: &Path, environment: &Environment) -> io::Result<()> {
    let of_services = Some((PathBuf::from(OF_SERVICES), PathBuf::from(OF_SERVICES)));
    for (anchor, home) in [environment.state_home(), of_services].into_iter().flatten() {
        if directory == home.join("smsctl") && anchor.is_dir() {
            return DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(directory);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_state_directory_is_made() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let environment = Environment::of([("HOME", root.path())]);
        let own = root.path().join(".local/state/smsctl");
        for other in [root.path().join("queue"), own.join("deeper"), root.path().join(".local/smsctl")] {
            make_state_directory(&other, &environment).expect("nothing is done");
            assert!(!other.exists(), "{}", other.display());
        }
        make_state_directory(&own, &environment).expect("it is made");
        let mode = std::os::unix::fs::PermissionsExt::mode(&own.metadata().expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o700);
        make_state_directory(&own, &environment).expect("what is there stays");
    }

    #[test]
    fn a_home_that_is_not_there_is_not_made() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let home = root.path().join("nobody");
        let environment = Environment::of([("HOME", &home)]);
        make_state_directory(&home.join(".local/state/smsctl"), &environment).expect("nothing is done");
        assert!(!home.exists());
    }
}
