//! Who this process is, and whether another process still lives: read from the kernel.

use std::fs;
use std::path::Path;

use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit, test_kill_process};
use sha2::{Digest, Sha256};

use crate::store::{NewWorker, Worker, boot_id, time_namespace};

/// File descriptors that a worker needs beside its senders' connections: database, logs, pipes of commands.
const OTHER_DESCRIPTORS: u64 = 256;

/// Takes as many file descriptors as so many senders need, where the system allows this process more than it has at first: a
/// login gives 1,024, and every sender keeps a connection. Returns for how many senders there are enough, at least a few.
pub fn allow_descriptors(senders: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = 2 * senders as u64 + OTHER_DESCRIPTORS;
    let wanted = limit.maximum.map_or(wanted, |maximum| wanted.min(maximum));
    if limit.current.is_some_and(|current| current < wanted) {
        // Where it is refused the worker goes on with as many senders as fit.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit });
    }
    let allowed = getrlimit(Resource::Nofile).current.and_then(|most| usize::try_from(most).ok());
    allowed.map_or(senders, |most| senders_within(most, senders))
}

/// How many of so many senders find a descriptor where there are `most`. Of these few the engine finds out by itself how many fit,
/// but it does so one by one.
fn senders_within(most: usize, senders: usize) -> usize {
    /// The streams, the database, the flight log, what looks at signals and files.
    const LEAST_OTHERS: usize = 32;
    const FEW: usize = 8;
    most.saturating_sub(LEAST_OTHERS).max(FEW).min(senders)
}

/// The worker row of this process.
pub fn this_process(senders: usize) -> NewWorker {
    let pid = std::process::id();
    NewWorker {
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        boot_id: Boot::here().to_string(),
        pid,
        pid_started: started(pid).unwrap_or_default(),
        senders: u32::try_from(senders).unwrap_or(u32::MAX),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// What the kernel of this host can say about the process behind a worker row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulse {
    /// That very process is there.
    Alive,
    /// It is gone, or its pid is another process by now.
    Gone,
    /// It belongs to another host, or to another container: this kernel cannot tell.
    Unknown,
}

/// Looks for the process of `worker`, from where `me` stands.
pub fn pulse(worker: &Worker, me: &NewWorker) -> Pulse {
    let (Some(theirs), Some(mine)) = (Boot::parse(&worker.boot_id), Boot::parse(&me.boot_id)) else {
        return Pulse::Unknown;
    };
    if worker.host != me.host || theirs.machine != mine.machine {
        return Pulse::Unknown;
    }
    if theirs.boot != mine.boot {
        // Two hosts may carry one name; without the machine's own id a reboot cannot be told from a namesake.
        return if mine.machine.is_empty() { Pulse::Unknown } else { Pulse::Gone };
    }
    if theirs.pid_namespace != mine.pid_namespace {
        return Pulse::Unknown;
    }
    if is_running(worker.pid, &worker.pid_started) { Pulse::Alive } else { Pulse::Gone }
}

/// Whether process `pid` is there and began at `pid_started`.
fn is_running(pid: u32, pid_started: &str) -> bool {
    let Some(target) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return false };
    if test_kill_process(target) == Err(Errno::SRCH) {
        return false;
    }
    // `/proc` may hide the processes of other users (`hidepid`): a process that exists and shows no more is left to its
    // heartbeat.
    started(pid).is_none_or(|started| started == pid_started) && !is_zombie(pid)
}

/// When `pid` began, in clock ticks since boot: field 22 of `/proc/PID/stat`, see proc_pid_stat(5).
fn started(pid: u32) -> Option<String> {
    const FIELD: usize = 22;
    stat_field(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?, FIELD)
}

/// A process that ended and was not collected by its parent still has its pid; field 3 of `/proc/PID/stat` tells.
fn is_zombie(pid: u32) -> bool {
    const FIELD: usize = 3;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat_field(&stat, FIELD).is_some_and(|state| state == "Z" || state == "X")
}

/// A field of `/proc/PID/stat`, counted from 1 as in the manual, from the third on. The second, the program's name, may
/// hold blanks and parentheses: fields are counted from its last one.
fn stat_field(stat: &str, field: usize) -> Option<String> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(field.checked_sub(3)?).map(str::to_owned)
}

/// Signals that this process was started to ignore (`nohup`, a job in the background of a script), as a bit mask: bit
/// `n - 1` is signal `n`. From `SigIgn` in `/proc/self/status`.
pub fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0)
}

/// What tells apart the places where a pid has a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Boot {
    /// Changes with every boot of the kernel.
    boot: String,
    /// Containers on one kernel have pids of their own: another namespace is as good as another host. So is another time namespace:
    /// when a process began is told by the time of who asks.
    pid_namespace: String,
    /// A digest of the machine's id, which systemd asks not to pass on as it is; empty where there is none.
    machine: String,
}

impl Boot {
    fn here() -> Boot {
        let read = |path: &str| fs::read_to_string(Path::new(path)).unwrap_or_default().trim().to_owned();
        let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        let mut pid_namespace: String = namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
        // In few letters: the column of a server has 64.
        pid_namespace.extend(time_namespace().map(|number| format!("t{:x}", number & 0xFFF_FFFF)));
        Boot { boot: boot_id().to_owned(), pid_namespace, machine: digest(&read("/etc/machine-id")) }
    }

    /// `None` if the kernel told nothing: such a row is judged by its heartbeat alone.
    fn parse(word: &str) -> Option<Boot> {
        let mut parts = word.split('/').map(str::to_owned);
        let boot = parts.next().filter(|boot| !boot.is_empty())?;
        Some(Boot { boot, pid_namespace: parts.next()?, machine: parts.next()? })
    }
}

impl std::fmt::Display for Boot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.boot, self.pid_namespace, self.machine)
    }
}

fn digest(machine_id: &str) -> String {
    if machine_id.is_empty() {
        return String::new();
    }
    Sha256::digest(format!("smsctl {machine_id}")).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;

    fn row(of: &NewWorker) -> Worker {
        Worker {
            id: 1,
            host: of.host.clone(),
            boot_id: of.boot_id.clone(),
            pid: of.pid,
            pid_started: of.pid_started.clone(),
            senders: of.senders,
            version: of.version.clone(),
            started_at: Timestamp::UNIX_EPOCH,
            heartbeat_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
            heartbeat_age: Duration::ZERO,
            claims: 0,
            counters: None,
        }
    }

    fn booted(boot: &str, pid_namespace: &str, machine: &str) -> NewWorker {
        NewWorker { boot_id: format!("{boot}/{pid_namespace}/{machine}"), ..this_process(1) }
    }

    #[test]
    fn senders_are_as_many_as_there_are_descriptors_for() {
        let cases = [(4_096, 1_024, 1_024), (200, 1_024, 168), (200, 16, 16), (20, 32, 8), (5, 4, 4)];
        for (most, wanted, fit) in cases {
            assert_eq!(senders_within(most, wanted), fit, "{wanted} with {most} descriptors");
        }
    }

    #[test]
    fn fields_are_counted_from_the_last_parenthesis() {
        let fields = (3..=30).map(|n| format!("f{n}")).collect::<Vec<_>>().join(" ");
        let stat = format!("42 (a ) name (with 7 8) {fields}");
        assert_eq!(stat_field(&stat, 3).as_deref(), Some("f3"));
        assert_eq!(stat_field(&stat, 22).as_deref(), Some("f22"));
        assert_eq!(stat_field("42 no name", 22), None);
    }

    #[test]
    fn this_process_is_alive() {
        let me = this_process(1);
        assert!(!me.host.is_empty() && !me.pid_started.is_empty(), "{me:?}");
        assert_eq!(pulse(&row(&me), &me), Pulse::Alive);
    }

    #[test]
    fn a_pid_that_began_at_another_time_is_somebody_else() {
        let me = this_process(1);
        let other = Worker { pid_started: "1".to_owned(), ..row(&me) };
        assert_eq!(pulse(&other, &me), Pulse::Gone);
    }

    #[test]
    fn a_process_that_ended_is_gone_collected_or_not() {
        let me = this_process(1);
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().expect("cat starts");
        let worker = Worker { pid: child.id(), pid_started: started(child.id()).unwrap_or_default(), ..row(&me) };
        assert_eq!(pulse(&worker, &me), Pulse::Alive);
        child.kill().expect("a child can be killed");
        while !is_zombie(child.id()) {
            std::thread::yield_now();
        }
        assert_eq!(pulse(&worker, &me), Pulse::Gone, "not collected yet");
        child.wait().expect("a child can be waited for");
        assert_eq!(pulse(&worker, &me), Pulse::Gone, "collected");
    }

    #[test]
    fn other_hosts_and_containers_are_left_to_their_heartbeat() {
        let me = booted("b1", "100", "m");
        let other_host = Worker { host: "elsewhere".to_owned(), ..row(&me) };
        assert_eq!(pulse(&other_host, &me), Pulse::Unknown);
        assert_eq!(pulse(&row(&booted("b1", "200", "m")), &me), Pulse::Unknown, "another container");
        assert_eq!(pulse(&row(&booted("b2", "100", "n")), &me), Pulse::Unknown, "a namesake");
        let silent = Worker { boot_id: String::new(), ..row(&me) };
        assert_eq!(pulse(&silent, &me), Pulse::Unknown, "a kernel that tells nothing");
    }

    #[test]
    fn a_reboot_ends_every_process_of_the_machine() {
        assert_eq!(pulse(&row(&booted("b1", "100", "m")), &booted("b2", "100", "m")), Pulse::Gone);
        assert_eq!(pulse(&row(&booted("b1", "100", "")), &booted("b2", "100", "")), Pulse::Unknown, "no machine id");
    }
}
