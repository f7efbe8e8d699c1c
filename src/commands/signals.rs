//! Signals that ask a command to stop: the first asks in order, the second ends the process at once.
//!
//! One wish to stop may come as several signals: `timeout` sends its own to the command and then to the whole group, a terminal
//! that is closed sends SIGHUP and perhaps SIGTERM. What follows the first within a quarter of a second is no second one.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

use crate::engine::{Stop, host};

/// What asks to stop: Ctrl-C, a supervisor, a terminal that was closed.
const SIGNALS: [i32; 3] = [SIGTERM, SIGINT, SIGHUP];

/// Signals that come so soon after the first are of the same wish.
const ONE_WISH: Duration = Duration::from_millis(250);

static HANDLERS: OnceLock<Handlers> = OnceLock::new();

/// How signals are taken, for the whole process and once: an action that was taken back leaves a signal without any effect.
struct Handlers {
    /// Nobody listens: a signal does what it does to any process.
    idle: Arc<AtomicBool>,
    /// The first signal came a while ago: the next one exits with 128 and its number.
    armed: Arc<AtomicBool>,
}

/// The signal that asked to stop; 0 if none has come.
#[derive(Debug, Default)]
pub struct Asked(AtomicI32);

impl Asked {
    /// Which one it was, if one has come.
    fn signal(&self) -> Option<u8> {
        u8::try_from(self.0.load(Ordering::SeqCst)).ok().filter(|signal| *signal != 0)
    }

    /// Does what a second signal would: the process exits at once. What it held is recovered by the next worker. Without a
    /// first signal it does nothing: nobody is in a hurry.
    pub fn force(&self) {
        let signal = self.0.load(Ordering::SeqCst);
        if let Some(handlers) = HANDLERS.get().filter(|_| signal != 0) {
            handlers.armed.store(true, Ordering::SeqCst);
            // It fails for numbers that are no signals, and this one has come as a signal.
            let _ = low_level::raise(signal);
        }
    }
}

/// Lets a file that would grow over the limit of the process (`ulimit -f`) fail to be written, as on a full disk: by itself
/// the system ends the process without a word. Commands that are started get the signal as usual.
///
/// # Errors
/// The system does not let the signal be taken.
pub fn outlive_large_files() -> io::Result<()> {
    static TAKEN: OnceLock<()> = OnceLock::new();
    if TAKEN.get().is_none() && !ignores(SIGXFSZ) {
        flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    }
    TAKEN.get_or_init(|| ());
    Ok(())
}

/// All is done, and is about to be told and put away: a signal that comes now has nothing to stop any more, and must not make a
/// failure of it.
pub fn let_finish() {
    if let Some(handlers) = HANDLERS.get() {
        handlers.armed.store(false, Ordering::SeqCst);
        handlers.idle.store(false, Ordering::SeqCst);
    }
}

/// Runs `work` while signals ask `stop` to stop; which one has come by its end, if any. Where this runs within itself, both hear of a
/// signal.
///
/// # Errors
/// The system does not let signals be taken, or starts no thread that waits for them; `work` has not begun then.
pub fn obeyed<T>(stop: &Stop, work: impl FnOnce(&Asked) -> T) -> io::Result<(T, Option<u8>)> {
    let handlers = handlers()?;
    let mut signals = Signals::new(heeded())?;
    let handle = signals.handle();
    let asked = Asked::default();
    handlers.armed.store(false, Ordering::SeqCst);
    let was_idle = handlers.idle.swap(false, Ordering::SeqCst);
    let answer = thread::scope(|scope| {
        let listen = || {
            for signal in signals.forever() {
                asked.0.store(signal, Ordering::SeqCst);
                stop.ask();
                thread::park_timeout(ONE_WISH);
                handlers.armed.store(true, Ordering::SeqCst);
            }
        };
        let started = thread::Builder::new().name("signals".to_owned()).spawn_scoped(scope, listen);
        // The listener must end even if `work` panics: the scope waits for it.
        let _close =
            Close { handlers, was_idle, handle, listener: started.as_ref().ok().map(|it| it.thread().clone()) };
        started.map(|_| work(&asked))
    })?;
    // One that the listener did not come to any more has come all the same.
    signals.pending().for_each(|signal| asked.0.store(signal, Ordering::SeqCst));
    Ok((answer, asked.signal()))
}

/// Ends what listens. A signal that comes from then on does what it did before: at no time is there nobody for it.
struct Close {
    handlers: &'static Handlers,
    was_idle: bool,
    handle: signal_hook::iterator::Handle,
    listener: Option<Thread>,
}

impl Drop for Close {
    fn drop(&mut self) {
        self.handlers.idle.store(self.was_idle, Ordering::SeqCst);
        self.handle.close();
        self.listener.iter().for_each(Thread::unpark);
    }
}

/// What asks to stop, but for what is ignored: `nohup` means what it says.
fn heeded() -> impl Iterator<Item = i32> {
    SIGNALS.into_iter().filter(|signal| !ignores(*signal))
}

/// Whether this process was started to ignore a signal.
pub fn ignores(signal: i32) -> bool {
    static IGNORED: OnceLock<u64> = OnceLock::new();
    IGNORED.get_or_init(host::ignored_signals) & (1 << (signal - 1)) != 0
}

fn handlers() -> io::Result<&'static Handlers> {
    if let Some(handlers) = HANDLERS.get() {
        return Ok(handlers);
    }
    let handlers = Handlers { idle: Arc::new(AtomicBool::new(true)), armed: Arc::new(AtomicBool::new(false)) };
    for signal in heeded() {
        flag::register_conditional_default(signal, Arc::clone(&handlers.idle))?;
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&handlers.armed))?;
    }
    Ok(HANDLERS.get_or_init(|| handlers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_comes_last_of_all_is_told_to_whoever_listens() {
        let raise = |_: &Asked| low_level::raise(SIGTERM).expect("it is a signal");
        for _ in 0..200 {
            let (outer, inner) = (Stop::new(), Stop::new());
            let (((), within), without) =
                obeyed(&outer, |_| obeyed(&inner, raise).expect("it listens")).expect("it listens");
            assert_eq!((within, without), (Some(15), Some(15)));
        }
    }
}
