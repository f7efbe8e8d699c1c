//! Medians.

/// The value in the middle, the upper one of two; `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// The median of the ratios of neighbours: `ours` to `theirs` of the same round, so that a busy moment slows both sides.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> Option<f64> {
    median(&ours.iter().zip(theirs).map(|(our, their)| our / their).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(ratio(&[1.0, 8.0, 3.0], &[2.0, 2.0, 2.0]), Some(1.5));
    }
}
