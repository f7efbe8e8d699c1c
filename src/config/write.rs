//! Writing the settings file of `config init`: with mode 0600, and never over one that is there unless told.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::problem::ConfigError;
use super::{Overrides, template};

/// Only the owner: gateways' secrets will stand in it.
const FILE_MODE: u32 = 0o600;
/// As the XDG standard has it.
const DIRECTORY_MODE: u32 = 0o700;

/// Where one's own settings file belongs: where `--config` or `$SMSCTL_CONFIG` say, or the first place that is searched.
///
/// # Errors
/// Nobody says, and there is no home.
pub fn own_file(overrides: &Overrides, environment: &Environment) -> Result<PathBuf, ConfigError> {
    let named = overrides.file.clone().or_else(|| environment.get("SMSCTL_CONFIG").map(PathBuf::from));
    let in_home = || environment.config_home().map(|home| home.join("smsctl/config.toml"));
    named.or_else(in_home).ok_or(ConfigError::NoPlace)
}

/// Writes the commented settings file to `path`; over one that is there only if `force`. The directory of smsctl's own
/// settings is made; any other must be there.
///
/// # Errors
/// The file is there already, its directory is not, or it cannot be written. A file that was there is then as it was.
pub fn write(path: &Path, force: bool, environment: &Environment) -> Result<(), ConfigError> {
    let unwritable = |cause| ConfigError::Unwritable { path: path.to_owned(), cause };
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !directory.is_dir() {
        make_own_directory(directory, environment).map_err(unwritable)?;
    }
    if !directory.is_dir() {
        return Err(ConfigError::NoDirectory { path: directory.to_owned() });
    }
    let written = if force { replace(path) } else { create(path) };
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(ConfigError::Exists { path: path.to_owned() })
        }
        other => other.map_err(unwritable),
    }
}

/// Makes `directory` if it is `smsctl` in the home of settings, and that home too; nothing else.
fn make_own_directory(directory: &Path, environment: &Environment) -> io::Result<()> {
    let Some(home) = environment.config_home().filter(|home| home.join("smsctl") == directory) else { return Ok(()) };
    let is_new_under_a_home = !home.is_dir() && home.parent().is_some_and(Path::is_dir);
    let mut builder = DirBuilder::new();
    builder.mode(DIRECTORY_MODE);
    if is_new_under_a_home {
        builder.create(&home)?;
    }
    if home.is_dir() { builder.create(directory) } else { Ok(()) }
}

fn create(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
    let written = file.write_all(template().as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file would be read as whole settings.
        let _ = fs::remove_file(path);
    }
    written
}

/// By a new file in its place, so that a reader sees the old one or the new one.
fn replace(path: &Path) -> io::Result<()> {
    // A directory has no content to replace, and a device or a pipe must not become a file.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    create(&new)?;
    fs::rename(&new, path).inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_own_file_is_where_it_will_be_read() {
        let environment = Environment::of([("HOME", "/h"), ("SMSCTL_CONFIG", "/v")]);
        let flag = Overrides { file: Some("/f".into()), values: Vec::new() };
        assert_eq!(own_file(&flag, &environment).unwrap(), Path::new("/f"));
        assert_eq!(own_file(&Overrides::default(), &environment).unwrap(), Path::new("/v"));
        let home = Environment::of([("HOME", "/h")]);
        assert_eq!(own_file(&Overrides::default(), &home).unwrap(), Path::new("/h/.config/smsctl/config.toml"));
        assert!(matches!(own_file(&Overrides::default(), &Environment::default()), Err(ConfigError::NoPlace)));
    }

    #[test]
    fn a_fresh_home_gets_its_directory_and_a_private_file() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::of([("HOME", home.path())]);
        let path = own_file(&Overrides::default(), &environment).unwrap();
        write(&path, false, &environment).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), template());
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn other_directories_are_named_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("missing");
        let environment = Environment::of([("HOME", dir.path())]);
        let error = write(&missing.join("c.toml"), false, &environment).unwrap_err();
        assert!(matches!(error, ConfigError::NoDirectory { path } if path == missing));
        assert!(!missing.exists());
    }

    #[test]
    fn a_file_that_is_there_stays_unless_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        fs::write(&path, "mine").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let none = Environment::default();
        assert!(matches!(write(&path, false, &none), Err(ConfigError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        write(&path, true, &none).unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap(), mode(&path)), (template(), 0o600));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[test]
    fn only_a_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let none = Environment::default();
        let socket = dir.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(matches!(write(&socket, true, &none), Err(ConfigError::Unwritable { .. })));
        assert!(!fs::symlink_metadata(&socket).unwrap().is_file(), "it is what it was");
        assert!(matches!(write(dir.path(), true, &none), Err(ConfigError::Unwritable { .. })));
        assert!(write(dir.path(), false, &none).is_err());
    }
}
