//! Commands that are of no use half done: a signal ends them early, and what they made is gone before they say so.

use super::signals;
use crate::engine::Stop;
use crate::error::Error;

/// Runs `work`, which ends early when its stop flag is raised. A signal that came is its end, whatever it answers.
///
/// # Errors
/// Those of `work`, a signal, or none could be listened to.
pub fn run<T>(work: impl FnOnce(&Stop) -> Result<T, Error>) -> Result<T, Error> {
    let stop = Stop::new();
    let (ended, signal) = signals::obeyed(&stop, |_| work(&stop)).map_err(|error| Error::deaf(&error))?;
    signal.map_or(ended, |signal| Err(Error::interrupted(signal)))
}
