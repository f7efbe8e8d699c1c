//! A storm: so many failed tasks are due at once that, older than everything else, they would keep fresh messages waiting until
//! the last of them is sent.
//!
//! A claim takes the lowest ids of a priority first, and a task that is tried again has a lower one than whatever came after it.
//! So in a storm a turn serves the lanes first, and lets back no more than half as many as were claimed: of every two messages
//! that leave, one at least is fresh. Where a lane has nothing else to send, all come back as fast as ever.

/// So many failed tasks that are due make a storm; below it all of them come back at once, and the oldest goes first.
pub(super) const STORM_MIN: usize = 250;

/// How many of the `held` come back in a turn that claimed so many; `hungry` means that a lane could have taken more. The half
/// task of an odd number comes back by chance (`coin`).
pub(super) fn share(held: usize, claimed: usize, hungry: bool, coin: bool) -> usize {
    let half = claimed / 2 + usize::from(claimed % 2 == 1 && coin);
    if hungry { held } else { half.min(held) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_was_claimed_comes_back_unless_a_lane_has_nothing_else() {
        assert_eq!(share(250, 64, false, false), 32);
        assert_eq!((share(250, 1, false, false), share(250, 1, false, true)), (0, 1));
        assert_eq!(share(250, 1_000, false, false), 250);
        assert_eq!(share(250, 3, true, false), 250);
    }
}
