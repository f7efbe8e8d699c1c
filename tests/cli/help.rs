//! `--help` and `-h` of every subcommand, word for word.

use std::collections::BTreeSet;
use std::fs;

use clap::CommandFactory;

use crate::harness::{World, assert_golden, bless, golden_dir};

#[test]
fn every_help_is_as_agreed() {
    let world = World::new();
    let mut names = BTreeSet::new();
    for path in commands(&smsctl::cli::Cli::command(), &[]) {
        let name = ["smsctl"].into_iter().chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
        for (flag, name) in [("--help", format!("help/{name}.txt")), ("-h", format!("help/{name}.short.txt"))] {
            let ran = world.smsctl(&path).arg(flag).run().success().stderr("");
            let is_leaf = !ran.stdout_text().contains("\nCommands:\n");
            if flag == "--help" && is_leaf {
                assert!(ran.stdout_text().contains("\nExamples:\n  "), "{name} has no examples");
            }
            assert_golden(&name, &ran.stdout_text());
            names.insert(golden_dir().join(name));
        }
    }
    for entry in fs::read_dir(golden_dir().join("help")).expect("tests/golden/help is there") {
        let path = entry.expect("tests/golden/help can be read").path();
        if !names.contains(&path) {
            assert!(bless(), "{} belongs to no subcommand: run `SMSCTL_BLESS=1 cargo test`", path.display());
            fs::remove_file(path).expect("a stale golden file can be removed");
        }
    }
}

/// The words that lead to each subcommand, the program itself (no word) first.
fn commands(command: &clap::Command, path: &[String]) -> Vec<Vec<String>> {
    let mut all = vec![path.to_vec()];
    for child in command.get_subcommands().filter(|child| !child.is_hide_set() && child.get_name() != "help") {
        all.extend(commands(child, &[path, &[child.get_name().to_owned()]].concat()));
    }
    all
}
