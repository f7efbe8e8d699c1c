//! Panics of gateways: caught, counted as one unknown outcome, told by their place only.
//!
//! The message of a panic may quote what the code worked on, and that is people's text. So while a gateway runs, the panic
//! hook notes the place instead of printing the message; all other panics go to the hook that was there before.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic in it is an `Err` with `file:line` of the panic.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    GUARDED.set(true);
    // Nothing that `work` borrows is used again in a state that a panic may have left half-way: a gateway is shared by all
    // senders and has to keep its own locks in order.
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.map_err(|_| PLACE.take().unwrap_or_else(|| "an unknown place".to_owned()))
}

fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if GUARDED.get() {
                PLACE.set(info.location().map(|at| format!("{}:{}", at.file(), at.line())));
            } else {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_by_its_place_and_not_by_its_words() {
        let place = guarded(|| -> () { panic!("Dear Mr Wong") }).expect_err("it panics");
        assert!(place.contains("panics.rs:"), "{place}");
        assert!(!place.contains("Wong"), "{place}");
    }

    #[test]
    fn what_does_not_panic_returns() {
        assert_eq!(guarded(|| 7), Ok(7));
    }
}
