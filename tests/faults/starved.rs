//! Processes that the system gives too little.

use crate::night::{Night, kinds, slow};
use crate::shim::Shim;

#[test]
fn too_few_open_files_cost_no_message_its_attempts() {
    let night = Night::new(slow(20));
    night.queue(60);
    let worker = "ulimit -n 20; exec smsctl work --workers 32 --drain";
    let ran = night.world.program("sh", ["-c", worker]).run().success().any_stdout();
    assert!(
        ran.stderr_text().contains("lane_closed"),
        "it never ran short: the case proves nothing\n{}",
        ran.stderr_text()
    );
    for line in night.run("list -o jsonl").lines() {
        let task: serde_json::Value = serde_json::from_str(line).expect("a task");
        assert_eq!(task["retry_count"], 0, "{task}");
    }
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 60)]));
}

#[test]
fn connections_that_only_wait_starve_no_other_lane() {
    const LANES: u32 = 60;
    const MESSAGES: u32 = 4 * LANES;
    let night = Night::new(slow(0));
    let settings = (0..LANES).fold(String::new(), |settings, lane| {
        let url = night.sandbox.url();
        let gateway =
            format!("[gateways.g{lane}]\nbase_url = \"{url}\"\napplication_id = \"app\"\nsender = \"85212345678\"\n");
        settings + &gateway
    });
    let night = Night { world: night.world.settings(&settings), ..night };
    let rows = (0..MESSAGES).fold("to,text,lane\n".to_owned(), |rows, n| {
        rows + &format!("+8613{n:09},message {n},gateway:g{}\n", n % LANES)
    });
    night.world.write("messages.csv", rows);
    night.run("enqueue --file messages.csv --quiet");
    let worker = "ulimit -n 48; exec smsctl work --workers 8 --drain";
    let ran = night.world.program("sh", ["-c", worker]).run().success().any_stdout();
    assert!(!ran.stderr_text().contains("lane_closed"), "a lane got no connection\n{}", ran.stderr_text());
    assert_eq!(night.account(), kinds(&[("completed", MESSAGES.into())]));
}

#[test]
fn a_worker_takes_the_open_files_that_it_needs_where_it_may() {
    let night = Night::new(slow(20));
    night.queue(60);
    let worker = "ulimit -Sn 20; exec smsctl work --workers 32 --drain";
    let ran = night.world.program("sh", ["-c", worker]).run().success().any_stdout();
    assert!(!ran.stderr_text().contains("lane_closed"), "it ran short\n{}", ran.stderr_text());
    assert_eq!(night.account(), kinds(&[("completed", 60)]));
}

#[test]
fn a_worker_that_cannot_begin_for_want_of_files_says_what_helps() {
    let night = Night::new(slow(0));
    night.queue(1);
    // For the file itself, for a reader of it, for the signals: whatever it is that is short.
    for files in 5..=8 {
        let worker = format!("ulimit -n {files}; exec smsctl work --drain");
        let ran = night.world.program("sh", ["-c", &worker]).run().code(75).any_stdout();
        assert!(ran.stderr_text().contains("`ulimit -n`"), "{files} files\n{}", ran.stderr_text());
    }
}

#[test]
fn a_process_that_may_open_nothing_more_says_so() {
    let night = Night::new(slow(0));
    night.queue(1);
    // stdin, stdout, stderr, and not one more than the database itself needs.
    night
        .world
        .program("sh", ["-c", "ulimit -n 5; exec smsctl stats"])
        .run()
        .code(75)
        .stdout("")
        .stderr_has("the system gives this process no more")
        .stderr_has("Too many open files");
}

#[test]
fn a_limit_on_the_size_of_files_reads_like_a_full_disk() {
    let night = Night::new(slow(0));
    night.queue(1);
    let mut refused = Vec::new();
    for kib in [0, 1, 8, 50, 200] {
        let new = format!("enqueue --database sqlite:///new-{kib}.db --file messages.csv --atomic");
        for words in [&new, "enqueue --file messages.csv --atomic", "db backup copy.db"] {
            night.write_messages(2, 3_000);
            let limited = format!("ulimit -f {kib}; exec smsctl {words}");
            let ran = night.world.program("bash", ["-c", &limited]).run().any_stdout();
            let said = ran.stderr_text();
            if ran.exit_code() != Some(0) {
                assert_eq!(ran.exit_code(), Some(75), "`{words}` with {kib} KiB\n{said}");
                assert!(said.contains("`ulimit -f`"), "`{words}` with {kib} KiB\n{said}");
                refused.push((kib, words.to_owned()));
            }
        }
    }
    assert!(refused.len() > 10, "hardly a file grew too large: the case proves nothing\n{refused:?}");
    assert!(refused.iter().any(|(kib, _)| *kib == 200), "{refused:?}");
    night.run("db check");
}

#[test]
fn too_few_threads_cost_senders_and_no_message() {
    for words in ["--drain", "--max-tasks 60"] {
        let (night, shim) = Shim::night(Night::new(slow(1)));
        night.queue(60);
        shim.threads_max(6);
        let ran = night.smsctl(&format!("work --workers 32 {words}")).run().success().any_stdout();
        let said = ran.stderr_text();
        assert!(said.contains("fewer_senders"), "it never ran short: the case proves nothing\n{said}");
        assert!(!said.contains("database_away"), "the senders left nothing for the database\n{said}");
        shim.threads_max(0);
        assert_eq!(night.account(), kinds(&[("completed", 60)]));
    }
}

#[test]
fn commands_that_may_start_no_thread_say_so() {
    let (night, shim) = Shim::night(Night::new(slow(0)));
    night.queue(3);
    for words in ["stats", "list", "work --workers 4 --drain"] {
        for threads in 1..8 {
            shim.threads_max(threads);
            let ran = night.smsctl(words).run().any_stdout();
            match ran.exit_code() {
                Some(0) => ran.any_stderr(),
                _ => ran.code(75).stderr_has("thread"),
            };
        }
    }
    shim.threads_max(0);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 3)]));
}

#[test]
fn a_file_goes_into_the_queue_without_a_thread_that_reads_ahead() {
    let (night, shim) = Shim::night(Night::new(slow(0)));
    // The one thread that may be started is the first command's.
    shim.threads_max(1);
    for first in [0, 3] {
        night.queue_from(first, 3);
    }
    shim.threads_max(0);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 6)]));
}

#[test]
fn a_process_that_runs_out_of_memory_is_a_worker_that_died() {
    let night = Night::new(slow(1));
    night.queue(100);
    let mut died = 0;
    // Address space in KiB, from too little to begin at all to enough for some of the senders and their stacks.
    for kib in (20_000..600_000).step_by(60_000) {
        let worker = format!("ulimit -v {kib}; exec smsctl work --workers 200 --max-tasks 10 --for 2s");
        let ran = night.world.program("sh", ["-c", &worker]).run().any_stdout().any_stderr();
        died += u32::from(ran.exit_code() != Some(0));
    }
    assert!(died > 0, "no process ran short: the case proves nothing");
    night.drain();
    let account = night.account();
    let of = |kind: &str| account.get(kind).copied().unwrap_or(0);
    assert_eq!(of("completed") + of("failed unknown"), 100, "{account:?}");
}
