//! A table of another program that smsctl cannot work with as it is.

use crate::store::{Finding, StoreError};

/// What is wrong with a table, and what helps.
#[derive(Debug)]
pub(super) struct Obstacle {
    pub table: String,
    pub reason: String,
    pub cure: String,
}

impl Obstacle {
    pub fn error(self, location: &str) -> StoreError {
        StoreError::Unfit { location: location.to_owned(), table: self.table, reason: self.reason, cure: self.cure }
    }

    /// Found before the first statement of a migration.
    pub fn before_migration(self) -> Obstacle {
        Obstacle { cure: format!("nothing was changed; {}", self.cure), ..self }
    }

    pub fn finding(self) -> Finding {
        let message = format!("the table `{}` is not one that smsctl can work with: {}", self.table, self.reason);
        Finding { kind: "schema", message, hint: Some(self.cure) }
    }
}
