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
/// `$HOME/.local/state`, or in `/var/lib`. The user's home must be there, or the directory of an `$XDG_STATE_HOME` elsewhere, and
/// `/var/lib`.
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

/// Where a process keeps what belongs to this host, in the order in which it is to be tried: the directory that systemd made for
/// the service (`STATE_DIRECTORY`, see systemd.exec(5)), `smsctl` in the user's home of state, which is made if that is to
/// be, and in `/var/lib`. Not every one of them is there, or can be written.
pub fn state_directories(environment: &Environment) -> Vec<PathBuf> {
    let of_service = environment.get("STATE_DIRECTORY").and_then(|list| std::env::split_paths(list).next());
    let of_user = environment.state_home().map(|(_, home)| home.join("smsctl"));
    if let Some(directory) = &of_user {
        // A home that cannot be written is no reason to stop: the next place may do.
        let _ = make_state_directory(directory, environment);
    }
    let mut directories = Vec::new();
    for directory in [of_service, of_user, Some(Path::new(OF_SERVICES).join("smsctl"))].into_iter().flatten() {
        if directory.is_absolute() && !directories.contains(&directory) {
            directories.push(directory);
        }
    }
    directories
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
    fn what_belongs_to_the_host_goes_to_the_service_the_user_or_the_system() {
        let home = tempfile::tempdir().expect("a scratch directory");
        let own = home.path().join(".local/state/smsctl");
        let system = PathBuf::from("/var/lib/smsctl");
        let of = |pairs: &[(&str, &str)]| state_directories(&Environment::of(pairs.iter().copied()));
        let text = home.path().to_str().expect("text");
        let service = "/srv/state/smsctl:/srv/state/more";
        let all = of(&[("HOME", text), ("STATE_DIRECTORY", service)]);
        assert_eq!(all, [PathBuf::from("/srv/state/smsctl"), own.clone(), system.clone()]);
        assert!(own.is_dir(), "it is made");
        assert_eq!(of(&[("STATE_DIRECTORY", "/var/lib/smsctl")]), std::slice::from_ref(&system), "each once");
        assert_eq!(of(&[("HOME", "/nobody/here"), ("STATE_DIRECTORY", "x")])[1..], [system]);
    }

    #[test]
    fn a_home_of_state_is_made_where_its_directory_is_there() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let path = |name: &str| root.path().join(name);
        let make = |state: &Path| {
            let environment = Environment::of([("XDG_STATE_HOME", state), ("HOME", path("home").as_path())]);
            let own = state.join("smsctl");
            assert_eq!(state_directories(&environment).first(), Some(&own));
            own
        };
        std::fs::create_dir(path("home")).expect("makes a home");
        for name in ["state", "home/.local/state"] {
            let own = make(&path(name));
            for made in [own.as_path(), own.parent().expect("a home of state")] {
                let mode = std::os::unix::fs::PermissionsExt::mode(&made.metadata().expect(name).permissions());
                assert_eq!(mode & 0o777, 0o700, "{}", made.display());
            }
        }
        assert!(!make(&path("nowhere/state")).exists());
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
