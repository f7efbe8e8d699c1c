//! A storm: so many failed tasks are due at once that, older than everything else, they would keep fresh messages waiting until
//! the last of them is sent.
//!
//! A claim takes the lowest ids of a priority first, and a task that is tried again has a lower one than whatever came after it.
//! So in a storm a turn serves the lanes first, and lets back of each lane no more than half as many as it claimed: of every two
//! messages that leave, one at least is fresh. Where a lane has nothing else to send, its own come back as fast as ever.

/// So many failed tasks that are due make a storm; below it all of them come back at once, and the oldest goes first.
pub(super) const STORM_MIN: usize = 250;

/// How many failed tasks of a lane may come back in a turn that claimed so many for it; `hungry` means that it could have taken
/// more. The half task of an odd number comes back by chance (`coin`).
pub(super) fn share(claimed: usize, hungry: bool, coin: bool) -> usize {
    let half = claimed / 2 + usize::from(claimed % 2 == 1 && coin);
    if hungry { STORM_MIN } else { half }
}

/// The words of a lane, beginning with any of them: in a long storm of one the others have their turn.
pub(super) fn in_turns(task_funcs: &[String]) -> impl Iterator<Item = &String> {
    let first = if task_funcs.is_empty() { 0 } else { fastrand::usize(..task_funcs.len()) };
    task_funcs[first..].iter().chain(&task_funcs[..first])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_was_claimed_comes_back_unless_the_lane_has_nothing_else() {
        assert_eq!(share(64, false, false), 32);
        assert_eq!((share(1, false, false), share(1, false, true)), (0, 1));
        assert_eq!(share(3, true, false), STORM_MIN);
    }
}
