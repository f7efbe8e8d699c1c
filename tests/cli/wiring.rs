//! Nothing lies about unused: every file of tests is compiled, every golden file is compared.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::golden_dir;

#[test]
fn every_test_file_is_wired_in() {
    let folder = tests().join("cli");
    let main = fs::read_to_string(folder.join("main.rs")).expect("tests/cli/main.rs can be read");
    let forgotten: Vec<PathBuf> = files(&folder)
        .into_iter()
        .filter(|path| path.parent() == Some(&folder) && !path.ends_with("main.rs"))
        .filter(|path| !main.contains(&format!("mod {};", path.file_stem().unwrap_or_default().to_string_lossy())))
        .collect();
    assert!(forgotten.is_empty(), "add `mod …;` to tests/cli/main.rs for {forgotten:?}");
}

#[test]
fn every_test_binary_is_declared() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("Cargo.toml");
    // `tests/NAME.rs` and `tests/NAME/main.rs` are binaries of their own, as cargo would find them.
    let roots = files(&tests()).into_iter().map(|path| path.strip_prefix(tests()).expect("it lies there").to_owned());
    let forgotten: Vec<PathBuf> = roots
        .filter(|path| match path.components().count() {
            1 => path.extension().is_some_and(|ending| ending == "rs"),
            2 => path.ends_with("main.rs"),
            _ => false,
        })
        .filter(|path| !manifest.contains(&format!("\"tests/{}\"", path.display())))
        .collect();
    assert!(forgotten.is_empty(), "`autotests` is off: add a `[[test]]` to Cargo.toml for {forgotten:?}");
}

#[test]
fn every_golden_file_is_compared() {
    let sources: String = files(&tests())
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| fs::read_to_string(path).expect("a test file is UTF-8"))
        .collect();
    let unused: Vec<PathBuf> = files(&golden_dir())
        .into_iter()
        // The help test keeps its own folder clean.
        .filter(|path| !path.starts_with(golden_dir().join("help")))
        .filter(|path| {
            let name = path.strip_prefix(golden_dir()).expect("it lies there").with_extension("");
            // `golden` adds the ending, `assert_golden` is given it.
            let (name, whole) =
                (format!("golden(\"{}\")", name.display()), format!("golden(\"{}.txt\"", name.display()));
            !sources.contains(&name) && !sources.contains(&whole)
        })
        .collect();
    assert!(unused.is_empty(), "no test compares {unused:?}: remove it");
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
