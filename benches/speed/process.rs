//! Processes of the built program, and what the kernel says about them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::place::Queue;

/// A `smsctl` that sees nothing of this machine's settings: this queue, and a gateway at `url`.
pub fn smsctl(queue: &Queue, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smsctl"));
    command.env_clear().current_dir(&queue.directory).env("DATABASE_URL", &queue.url);
    // Where flight logs of a queue on a server are.
    command.env("XDG_STATE_HOME", &queue.directory);
    command.env("SMS_BASE_URL", url).env("SMS_APPLICATION_ID", "app").env("SMS_SENDER_NUMBER", "85212345678");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A gateway in a process of its own, which takes every message and keeps none; gone when it is dropped.
pub struct GatewayProcess {
    child: Child,
    pub url: String,
}

impl GatewayProcess {
    /// Our sandbox, which answers after `latency`.
    pub fn sandbox(directory: &Path, latency: Duration) -> GatewayProcess {
        let mut command = smsctl(&Queue::new("none", directory, None), "");
        command.args(["gateway", "sandbox", "--port", "0", "--output", "plain"]).stdout(Stdio::piped());
        command.args(["--latency", &format!("{}ms", latency.as_millis())]);
        let mut child = command.spawn().expect("the sandbox starts");
        let mut url = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut url).expect("it says where it listens");
        GatewayProcess { child, url: url.trim().to_owned() }
    }

    /// The nginx that is on the `PATH`, as a gateway that answers at once.
    pub fn nginx(directory: &Path) -> GatewayProcess {
        let port = free_port();
        let settings = directory.join("nginx.conf");
        let text = include_str!("nginx.conf").replace("PORT", &port.to_string());
        fs::write(&settings, text).expect("the scratch directory takes a file");
        let mut command = Command::new("nginx");
        command.arg("-p").arg(directory).arg("-c").arg(&settings).stdin(Stdio::null());
        let child = command.spawn().expect("nginx is on the PATH, and starts");
        let gateway = GatewayProcess { child, url: format!("http://127.0.0.1:{port}/") };
        gateway.await_connection(port);
        gateway
    }

    fn await_connection(&self, port: u16) {
        const PATIENCE: Duration = Duration::from_secs(10);
        const EVERY: Duration = Duration::from_millis(10);
        let begin = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begin.elapsed() < PATIENCE, "{} answers nobody", self.url);
            thread::sleep(EVERY);
        }
    }
}

/// A port that nobody listens on just now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

impl Drop for GatewayProcess {
    fn drop(&mut self) {
        // nginx has a process of its own for the work, which goes when it is asked to.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}

/// A worker under way; killed when it is dropped.
pub struct Worker {
    child: Child,
}

impl Worker {
    /// Starts it.
    pub fn start(command: &mut Command) -> Worker {
        Worker { child: command.spawn().expect("it starts") }
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it lives");
        assert!(self.child.wait().expect("waits").success(), "a worker that is asked to stop ends well");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time that a process has used so far, user and system; `self` is this one.
pub fn cpu(pid: &str) -> Duration {
    /// What the kernel counts CPU time in on every Linux (`getconf CLK_TCK`).
    const TICKS_PER_S: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces.
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect::<Vec<_>>();
    let ticks = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>();
    Duration::from_secs_f64(ticks / TICKS_PER_S)
}

/// CPU time that the threads of a process have used so far, as the scheduler counts it: to the nanosecond, where `cpu` counts
/// hundredths of a second. A thread that has ended is in it no more.
pub fn cpu_of_threads(pid: &str) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let spent = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(spent.sum())
}

/// The most memory that a process has held so far, in MiB; `None` when it is over.
fn peak_mib(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(kib.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// Runs `command` to its end, which must be a good one; the most memory that it held, in MiB.
pub fn run_and_watch(command: &mut Command) -> f64 {
    let mut child = command.spawn().expect("it starts");
    let mut peak = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait().expect("waits") {
            break status;
        }
        peak = peak.max(peak_mib(child.id()).unwrap_or(0.0));
        thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{command:?}: {status}");
    peak
}
