//! The machine, what else it is doing, and its disk.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Limit, SpeedError};

/// What the kernel tells of this machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// The model of its processor; empty if the kernel has no name for it.
    pub cpu: String,
    /// Processors that this process may use.
    pub cores: usize,
    /// Threads that ran or wanted to, on average over the last minute.
    pub load: f64,
}

impl Machine {
    /// Looks now.
    pub fn here() -> Machine {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let cpu = read("/proc/cpuinfo");
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let load = read("/proc/loadavg");
        Machine {
            cpu: model.map(|(_, model)| model.to_owned()).unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: load.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0),
        }
    }
}

/// The file system of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// `f_type` of statfs(2).
    magic: u64,
}

/// Names of file systems by their numbers (linux/magic.h).
const FILE_SYSTEMS: &[(u64, &str)] = &[
    (0xef53, "ext4"),
    (0x5846_5342, "xfs"),
    (0x9123_683e, "btrfs"),
    (0x2fc1_2fc1, "zfs"),
    (0xf2f5_2010, "f2fs"),
    (0x794c_7630, "overlay"),
    (0x6573_5546, "fuse"),
    (0x6969, "nfs"),
    (0xfe53_4d42, "smb"),
    (0x0102_1997, "9p"),
    (TMPFS, "tmpfs"),
    (RAMFS, "ramfs"),
];
const TMPFS: u64 = 0x0102_1994;
const RAMFS: u64 = 0x8584_58f6;

impl Disk {
    /// Looks at the file system that holds `directory`; `None` if the system will not say.
    pub fn of(directory: &Path) -> Option<Disk> {
        let magic = rustix::fs::statfs(directory).ok()?.f_type;
        // The number has 32 bits; where the field is signed, it may have been stretched.
        Some(Disk { magic: u64::try_from(i128::from(magic) & 0xffff_ffff).unwrap_or_default() })
    }

    /// What the file system is called; its number in hexadecimal digits if it has no name here.
    pub fn name(self) -> String {
        let name = FILE_SYSTEMS.iter().find(|(magic, _)| *magic == self.magic).map(|(_, name)| (*name).to_owned());
        name.unwrap_or_else(|| format!("{:#x}", self.magic))
    }

    /// What is written there is gone when the machine is: nothing is ever brought to a disk.
    pub fn is_memory(self) -> bool {
        matches!(self.magic, TMPFS | RAMFS)
    }
}

/// How long each of at most `count` times took to write 4 KiB at the end of a file in `directory` and to have it on the disk.
///
/// # Errors
/// The file cannot be written.
pub fn fsyncs(directory: &Path, count: usize, limit: &Limit<'_>) -> Result<Vec<Duration>, SpeedError> {
    let path = directory.join("fsync");
    let times = write_pages(&path, count, limit).map_err(SpeedError::Disk);
    // The directory goes soon, and the file with it.
    let _ = fs::remove_file(path);
    times
}

fn write_pages(path: &Path, count: usize, limit: &Limit<'_>) -> std::io::Result<Vec<Duration>> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let page = [0_u8; 4096];
    let mut times = Vec::with_capacity(count);
    while times.len() < count && (times.is_empty() || !limit.is_over()) {
        let begin = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(begin.elapsed());
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Stop;

    #[test]
    fn memory_is_told_from_disks() {
        assert!(Disk { magic: TMPFS }.is_memory() && !Disk { magic: 0xef53 }.is_memory());
        assert_eq!(Disk { magic: 0xef53 }.name(), "ext4");
        assert_eq!(Disk { magic: 0x1234 }.name(), "0x1234");
        let proc = Disk::of(Path::new("/proc")).map(Disk::name);
        assert_eq!(proc.as_deref(), Some("0x9fa0"), "proc(5) is neither, and has the number 0x9fa0");
    }

    #[test]
    fn at_least_one_page_is_written_and_no_file_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let stop = Stop::new();
        stop.ask();
        let limit = Limit { until: Instant::now(), stop: &stop };
        assert_eq!(fsyncs(directory.path(), 100, &limit).unwrap().len(), 1);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
