//! What tasks left behind that went without the triggers' knowledge (`TRUNCATE` on a server): their attempts, and dead letters that
//! still name them. Where ids are given again, another message would inherit them.

use super::Finding;

/// Rows that one look goes through, at most.
pub(super) const PAGE_ROWS: u64 = 10_000;

/// What was put right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Attempts that are gone.
    pub attempts: u64,
    /// Dead letters that name no task any more.
    pub dead_letters: u64,
}

/// What hangs on a task by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hanging {
    Attempts,
    Letters,
}

impl Hanging {
    pub const ALL: [Hanging; 2] = [Hanging::Attempts, Hanging::Letters];

    /// The query for the end of a page.
    pub fn page_end(self, query: &str) -> String {
        let (table, key) = match self {
            Hanging::Attempts => ("attempts", "task_id"),
            Hanging::Letters => ("dead_letter_messages", "id"),
        };
        let rows = (PAGE_ROWS - 1).to_string();
        query.replace("{table}", table).replace("{key}", key).replace("{rows}", &rows)
    }

    /// The query that counts them.
    pub fn count(self, query: &str) -> String {
        query.replace(
            "{begin}",
            match self {
                Hanging::Attempts => "SELECT count(*), min(task_id) FROM attempts",
                Hanging::Letters => "SELECT count(*), min(task_id) FROM dead_letter_messages",
            },
        )
    }

    /// The statement that removes attempts, and unties letters, as the deletion of their tasks would have done.
    pub fn put_right(self, query: &str) -> String {
        query.replace(
            "{begin}",
            match self {
                Hanging::Attempts => "DELETE FROM attempts",
                Hanging::Letters => "UPDATE dead_letter_messages SET task_id = NULL",
            },
        )
    }
}

/// How many were found, and a task that the first of them names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    n: u64,
    first: Option<i64>,
}

impl Found {
    pub fn add(&mut self, n: u64, first: Option<i64>) {
        self.n += n;
        self.first = self.first.into_iter().chain(first).min();
    }

    pub fn finding(self, hanging: Hanging) -> Option<Finding> {
        let first = self.first.filter(|_| self.n > 0)?;
        let (what, repair) = match hanging {
            Hanging::Attempts => ("attempts", "removes them"),
            Hanging::Letters => ("dead letters", "unties them: they stay, and belong to no task"),
        };
        Some(Finding {
            kind: "leftovers",
            message: format!(
                "{what} of tasks that are gone: {}, the first names task {first}; a new task gets them with the id",
                self.n
            ),
            hint: Some(format!(
                "tasks went without the triggers' knowledge (`TRUNCATE`?): `smsctl db check --repair` {repair}"
            )),
        })
    }
}
