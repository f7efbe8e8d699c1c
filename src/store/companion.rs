//! Files that stand beside a database file and are named after it: SQLite's own, and the flight logs of workers.

/// Where the ending of such a name begins, and the database's own name ends. SQLite takes a file of this name for its own, whatever
/// it holds (<https://www.sqlite.org/tempfiles.html>), and a worker removes the flight logs that nobody needs any more.
pub fn companion_of(name: &[u8]) -> Option<&[u8]> {
    let dashes = name.iter().enumerate().rev().filter(|(_, byte)| **byte == b'-').map(|(at, _)| at);
    let at = dashes.into_iter().find(|at| *at > 0 && is_companion(&name[*at..]))?;
    Some(&name[..at])
}

/// What the names of a database's own files end in.
pub fn is_companion(ending: &[u8]) -> bool {
    match ending.strip_prefix(b"-flight-") {
        Some(worker) => !worker.is_empty() && worker.iter().all(u8::is_ascii_digit),
        None => matches!(ending, b"-wal" | b"-shm" | b"-journal"),
    }
}
