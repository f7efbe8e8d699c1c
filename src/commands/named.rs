//! Ids that were named: each of them is changed, or refused with the reason, whatever others do meanwhile.

use std::collections::HashSet;

use super::filter_flags::IDS_MAX;
use super::shapes::Refusal;
use crate::error::Error;

/// How often a row is tried that had no state for the order, and has one when it is looked at.
const TRIES_MAX: u32 = 5;

/// What an order does with rows that were named.
pub trait Named {
    /// Changes those of `ids` whose state allows it; which.
    fn change(&mut self, ids: &[i64]) -> Result<Vec<i64>, Error>;

    /// What stands in the way of each of `ids`, as it is now.
    fn look(&mut self, ids: &[i64]) -> Result<Vec<Obstacle>, Error>;
}

/// Why a row was not changed.
#[derive(Clone, Debug)]
pub struct Obstacle {
    pub refusal: Refusal,
    /// There is none any more: the order would take it as it is now.
    pub is_gone: bool,
}

impl Obstacle {
    /// Its state does not allow it.
    pub fn stands(refusal: Refusal) -> Obstacle {
        Obstacle { refusal, is_gone: false }
    }

    /// `row` (`task 5`) is `status` now, which allows it, and was not when it was to be changed.
    pub fn gone(id: i64, row: &str, status: &str) -> Obstacle {
        let reason = format!("{row} is {status}, and was not changed: somebody else changes it at the same time");
        Obstacle { refusal: Refusal { id, status: Some(status.to_owned()), reason }, is_gone: true }
    }
}

/// Carries out `order` on each of `ids`, and says why it left the others, in the order of their ids.
///
/// Rows are read after the change: what was read before it may be what a worker has taken since.
///
/// # Errors
/// The database.
pub fn each(order: &mut impl Named, ids: &[i64]) -> Result<Vec<Refusal>, Error> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut refused = Vec::new();
    for ids in ids.chunks(IDS_MAX) {
        refused.extend(page(order, ids.to_vec())?);
    }
    refused.sort_unstable_by_key(|refusal| refusal.id);
    Ok(refused)
}

fn page(order: &mut impl Named, mut ids: Vec<i64>) -> Result<Vec<Refusal>, Error> {
    let mut refused = Vec::new();
    for tries in 1.. {
        let changed: HashSet<i64> = order.change(&ids)?.into_iter().collect();
        ids.retain(|id| !changed.contains(id));
        if ids.is_empty() {
            break;
        }
        let obstacles = order.look(&ids)?;
        ids.clear();
        for obstacle in obstacles {
            if obstacle.is_gone && tries < TRIES_MAX {
                ids.push(obstacle.refusal.id);
            } else {
                refused.push(obstacle.refusal);
            }
        }
        if ids.is_empty() {
            break;
        }
    }
    Ok(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of which somebody else has some at each try.
    struct Shared {
        /// The ids that are taken, try by try; none is after the last.
        taken: Vec<Vec<i64>>,
        /// Those that are free again when they are looked at.
        freed: Vec<i64>,
        changed: Vec<i64>,
    }

    impl Named for Shared {
        fn change(&mut self, ids: &[i64]) -> Result<Vec<i64>, Error> {
            let taken = if self.taken.is_empty() { Vec::new() } else { self.taken.remove(0) };
            let changed: Vec<i64> = ids.iter().copied().filter(|id| !taken.contains(id)).collect();
            self.changed.extend(&changed);
            Ok(changed)
        }

        fn look(&mut self, ids: &[i64]) -> Result<Vec<Obstacle>, Error> {
            let look = |id: &i64| {
                if self.freed.contains(id) {
                    return Obstacle::gone(*id, &format!("task {id}"), "pending");
                }
                let reason = format!("task {id} is processing");
                Obstacle::stands(Refusal { id: *id, status: Some("processing".to_owned()), reason })
            };
            Ok(ids.iter().map(look).collect())
        }
    }

    fn refused(rows: &mut Shared, ids: &[i64]) -> Vec<i64> {
        each(rows, ids).unwrap().into_iter().map(|refusal| refusal.id).collect()
    }

    #[test]
    fn each_is_changed_or_refused_and_never_both() {
        let mut rows = Shared { taken: vec![vec![2, 4]], freed: vec![], changed: vec![] };
        assert_eq!(refused(&mut rows, &[5, 4, 3, 2, 1, 5, 2]), [2, 4]);
        assert_eq!(rows.changed, [1, 3, 5]);
    }

    #[test]
    fn what_is_free_again_is_tried_again() {
        let mut rows = Shared { taken: vec![vec![1, 2, 3], vec![3]], freed: vec![2, 3], changed: vec![] };
        assert_eq!(refused(&mut rows, &[1, 2, 3]), [1]);
        assert_eq!(rows.changed, [2, 3]);
    }

    #[test]
    fn what_others_have_at_each_try_is_refused_in_the_end() {
        let mut rows = Shared { taken: vec![vec![1]; 100], freed: vec![1], changed: vec![] };
        let refused = each(&mut rows, &[1, 2]).unwrap();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(
            refused[0].reason,
            "task 1 is pending, and was not changed: somebody else changes it at the same time"
        );
        assert_eq!((rows.changed, rows.taken.len()), (vec![2], 100 - TRIES_MAX as usize));
    }

    #[test]
    fn many_are_gone_through_page_by_page() {
        let ids: Vec<i64> = (1..=2_001).collect();
        let mut rows = Shared {
            taken: vec![vec![1], vec![501], vec![1_001], vec![], vec![2_001]],
            freed: vec![],
            changed: vec![],
        };
        assert_eq!(refused(&mut rows, &ids), [1, 501, 1_001, 2_001]);
        assert_eq!(rows.changed.len(), 1_997);
    }
}
