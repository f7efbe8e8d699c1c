//! What is done beside a worker's turns, page by page: how much of it at a time.

use std::time::{Duration, Instant};

/// Pages at a time, at most, however fast they go.
const ROUNDS_MAX: u32 = 50;

/// No page is begun after so long: the messages of the worker wait meanwhile.
const SPAN_MAX: Duration = Duration::from_millis(250);

/// Does a page after the other while `page` says that more is left, within bounds.
pub(super) fn rounds<E>(page: impl FnMut() -> Result<bool, E>) -> Result<(), E> {
    within(SPAN_MAX, page)
}

fn within<E>(span: Duration, mut page: impl FnMut() -> Result<bool, E>) -> Result<(), E> {
    let began = Instant::now();
    for _ in 0..ROUNDS_MAX {
        if !page()? || began.elapsed() >= span {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages of `all` are done within `span`.
    fn done(span: Duration, all: u32) -> u32 {
        let mut done = 0;
        let page = || -> Result<bool, ()> {
            done += 1;
            Ok(done < all)
        };
        assert_eq!(within(span, page), Ok(()));
        done
    }

    #[test]
    fn pages_follow_each_other_within_bounds() {
        assert_eq!(done(Duration::MAX, 1), 1);
        assert_eq!(done(Duration::MAX, 7), 7);
        assert_eq!(done(Duration::MAX, u32::MAX), ROUNDS_MAX);
        assert_eq!(done(Duration::ZERO, u32::MAX), 1, "one is always done, or nothing would ever end");
    }

    #[test]
    fn a_page_that_fails_is_the_last() {
        let mut begun = 0;
        let page = || {
            begun += 1;
            if begun < 3 { Ok(true) } else { Err("away") }
        };
        assert_eq!(within(Duration::MAX, page), Err("away"));
        assert_eq!(begun, 3);
    }
}
