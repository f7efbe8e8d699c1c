//! Panics, caught where one piece of work ends: a command, or one send of a gateway.
//!
//! What a panic says may hold what the program worked on (a slice out of range quotes its text), and must not reach a log or
//! a terminal. So a caught panic prints nothing by itself, and tells its place, and its words only if they are a literal.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

/// A panic that was caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// File, line and column.
    pub place: String,
    /// What it said, if that was fixed when the program was built.
    pub words: Option<&'static str>,
}

thread_local! {
    /// This thread is inside `catch`.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic of this thread was.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does `work`; a panic in it ends here, in silence. Other threads and panics outside are as they were before.
///
/// # Errors
/// `work` panicked.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    // The hook belongs to the whole process, hence once; it leaves every panic outside of `catch` to the hook before.
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| if CATCHING.get() { remember(info) } else { before(info) }));
    });
    let outer = CATCHING.replace(true);
    // What `work` leaves half done is not looked at again: the caller reports and ends, or settles the task as unknown.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    result.map_err(|payload| Panicked {
        place: PLACE.take().unwrap_or_else(|| "an unknown place".to_owned()),
        words: payload.downcast_ref::<&'static str>().copied(),
    })
}

fn remember(info: &PanicHookInfo<'_>) {
    PLACE.set(info.location().map(ToString::to_string));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_well_gives_its_value() {
        assert_eq!(catch(|| 7), Ok(7));
    }

    #[test]
    fn a_literal_is_told_with_its_place() {
        let panicked: Result<(), _> = catch(|| panic!("the fence moved"));
        let panicked = panicked.unwrap_err();
        assert!(panicked.place.contains(file!()), "{panicked:?}");
        assert_eq!(panicked.words, Some("the fence moved"));
    }

    #[test]
    fn what_the_program_worked_on_is_not_told() {
        let text = "Ihr Code ist 123456 ü";
        let panicked = catch(|| text[..text.len() - 1].len()).unwrap_err();
        assert!(panicked.place.contains(file!()), "{panicked:?}");
        assert_eq!(panicked.words, None);
    }

    #[test]
    fn catching_within_catching_works() {
        let outer = catch(|| {
            let inner: Result<(), _> = catch(|| panic!("inner"));
            assert_eq!(inner.unwrap_err().words, Some("inner"));
            panic!("outer")
        });
        let outer: Result<(), _> = outer;
        assert_eq!(outer.unwrap_err().words, Some("outer"));
    }
}
