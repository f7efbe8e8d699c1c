//! Numbers of rows, and whether any are left. Other programs may give a row whatever number they like, and what comes after it is
//! numbered from there.

use super::{Finding, StoreError};

/// The numbers of a table to which other programs add rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub table: String,
    /// The highest of the rows that are there.
    pub highest: Option<i128>,
    /// The highest that is counted as given, whether its row is there or not.
    pub given: i128,
    /// The highest that its column takes.
    pub most: i64,
}

impl Numbers {
    fn left(&self) -> i128 {
        i128::from(self.most) - self.given.max(self.highest.unwrap_or(0))
    }

    /// What holds the highest number.
    fn why(&self) -> String {
        match self.highest {
            Some(row) if row >= self.given || row > i128::from(i64::MAX) => format!("the row {row} has the highest"),
            _ => format!("its count stands at {}", self.given),
        }
    }

    /// What another insert of a row meets; `cure` is what sets the count back to the rows that are there. `None`: a number is left.
    pub fn used_up(&self, location: &str, cure: &str) -> Option<StoreError> {
        (self.left() <= 0).then(|| StoreError::NumbersUsedUp {
            location: location.to_owned(),
            table: self.table.clone(),
            why: self.why(),
            cure: self.hint(cure),
        })
    }

    /// What `db check` says, before it comes to that: when a thousandth is left.
    pub fn finding(&self, cure: &str) -> Option<Finding> {
        let left = match self.left() {
            ..=0 => "no number".to_owned(),
            1 => "one number".to_owned(),
            left => format!("{left} numbers"),
        };
        (self.left() < i128::from(self.most / 1000)).then(|| Finding {
            kind: "numbers",
            message: format!("the table `{}` has {left} left for new rows: {}", self.table, self.why()),
            hint: Some(self.hint(cure)),
        })
    }

    /// Why there are numbers that smsctl cannot hold, and what helps, if there are any.
    pub fn beyond(&self, cure: &str) -> Option<(String, String)> {
        let highest = self.given.max(self.highest.unwrap_or(0));
        (highest > i128::from(i64::MAX)).then(|| (self.why(), self.hint(cure)))
    }

    fn hint(&self, cure: &str) -> String {
        let wider = if self.most < i64::MAX { "; or make its column `id` a BIGINT" } else { "" };
        format!(
            "stop all that writes there, give the rows that another program numbered so high lower numbers, and set the count \
             back: `{cure}`{wider}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(highest: Option<i128>, given: i128, most: i64) -> Numbers {
        Numbers { table: "t".to_owned(), highest, given, most }
    }

    #[test]
    fn numbers_that_run_out_are_told_before_and_when_it_happens() {
        let told = |numbers: Numbers| numbers.finding("c").map(|finding| finding.message);
        let fails = |numbers: &Numbers| numbers.used_up("db", "c").map(|error| error.to_string());
        assert_eq!(told(numbers(None, 0, i64::MAX)), None);
        assert_eq!(told(numbers(Some(1 << 40), 1 << 40, i64::MAX)), None);
        let scarce = numbers(Some(i128::from(i64::MAX - 2)), 7, i64::MAX);
        assert_eq!(fails(&scarce), None);
        let message = "the table `t` has 2 numbers left for new rows: the row 9223372036854775805 has the highest";
        assert_eq!(told(scarce).as_deref(), Some(message));
        let full = numbers(Some(i64::MAX.into()), i64::MAX.into(), i64::MAX);
        let message = "the table `t` of the database `db` has no number left for a new row: the row 9223372036854775807 has the highest";
        assert_eq!(fails(&full).as_deref(), Some(message));
        let gone = numbers(Some(3), 2_147_483_647, 2_147_483_647);
        assert!(
            told(gone.clone())
                .is_some_and(|told| told.ends_with("no number left for new rows: its count stands at 2147483647"))
        );
        assert!(gone.hint("c").ends_with("`c`; or make its column `id` a BIGINT"));
        assert_eq!(told(numbers(Some(-5), 0, i64::MAX)), None);
    }
}
