//! Files that hold what is expected.

use std::fs;
use std::path::{Path, PathBuf};

/// `tests/golden`.
pub fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Whether expected files are written anew instead of compared.
pub fn bless() -> bool {
    std::env::var_os("SMSCTL_BLESS").is_some()
}

/// `have` is what `tests/golden/NAME` holds; with `SMSCTL_BLESS` set, the file is written.
#[track_caller]
pub fn assert_golden(name: &str, have: &str) {
    let path = golden_dir().join(name);
    if bless() {
        let folder = path.parent().expect("a golden file lies in a folder");
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, have)).expect("tests/golden can be written");
        return;
    }
    let want = fs::read_to_string(&path).unwrap_or_default();
    if have != want {
        let cure = "if it is right, run `SMSCTL_BLESS=1 cargo test` and look at the difference";
        panic!("{} differs: {cure}\n{}", path.display(), difference(&want, have));
    }
}

/// The lines from the first that differs to the last, as a small patch.
fn difference(want: &str, have: &str) -> String {
    let (want, have): (Vec<&str>, Vec<&str>) = (want.lines().collect(), have.lines().collect());
    let start = want.iter().zip(&have).take_while(|(a, b)| a == b).count();
    let rest = want.len().min(have.len()) - start;
    let end = want.iter().rev().zip(have.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let minus = want[start..want.len() - end].iter().map(|line| format!("- {line}\n"));
    let plus = have[start..have.len() - end].iter().map(|line| format!("+ {line}\n"));
    format!("from line {}:\n{}", start + 1, minus.chain(plus).collect::<String>())
}
