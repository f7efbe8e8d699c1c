//! What this process lacks: a server that it cannot ask for want of files or memory is not out of reach.

use std::io;

use mysql::{DriverError, Error};
use rustix::io::Errno;

use super::fault::{cause, of_stream};
use crate::store::error::Cause;

/// Whether the system gives this process no more: of files, of memory, of room for sockets.
pub(super) fn is_short(number: Option<i32>) -> bool {
    const SHORT_OF: [Errno; 4] = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::NOBUFS];
    number.is_some_and(|number| SHORT_OF.contains(&Errno::from_raw_os_error(number)))
}

/// What this process lacks, where that is why it reaches nobody.
pub(super) fn shortage(error: &Error) -> Option<Cause> {
    let number = match error {
        // Of an error of a socket that is not there yet the driver keeps the words alone.
        Error::DriverError(DriverError::CouldNotConnect(Some((_, words, _)))) => number_of(words),
        error => of_stream(error).and_then(io::Error::raw_os_error),
    };
    if is_short(number) {
        return Some(cause(error));
    }
    // A name that is looked up needs files, too, and who looks it up says no more than that it failed.
    let reaches_nobody = matches!(error, Error::DriverError(DriverError::CouldNotConnect(_)));
    let lack = reaches_nobody.then(|| std::fs::File::open("/dev/null").err()).flatten()?;
    is_short(lack.raw_os_error()).then(|| Cause(lack.to_string()))
}

/// The number in the system's words: `Too many open files (os error 24)`.
fn number_of(words: &str) -> Option<i32> {
    words.rsplit_once("(os error ")?.1.strip_suffix(')')?.parse().ok()
}
