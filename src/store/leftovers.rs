//! What tasks left behind that went without the triggers' knowledge (`TRUNCATE` on a server): their attempts, and dead letters that
//! still name them. Where ids are given again, another message would inherit them.

use super::Finding;

/// Rows that one look goes through, at most.
const PAGE_ROWS: u64 = 10_000;

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

/// A page of what hangs on tasks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Its end; `None`: it is the last.
    pub upto: Option<i64>,
    /// How many of it are left over.
    pub n: u64,
    /// A task that one of those names.
    pub first: Option<i64>,
}

/// Goes through what hangs on tasks, page by page: `page` reads the one after a key, and `visit` is given it with that key.
fn walk<E>(
    mut page: impl FnMut(i64) -> Result<Page, E>,
    mut visit: impl FnMut(i64, Page) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = Some(i64::MIN);
    while let Some(from) = after {
        let page = page(from)?;
        after = page.upto;
        visit(from, page)?;
    }
    Ok(())
}

/// What is left over, page by page; `page` reads the one after a key.
pub(super) fn findings<E>(mut page: impl FnMut(Hanging, i64) -> Result<Page, E>) -> Result<Vec<Finding>, E> {
    let mut out = Vec::new();
    for hanging in Hanging::ALL {
        let (mut n, mut first) = (0, None);
        walk(
            |from| page(hanging, from),
            |_, page| {
                n += page.n;
                first = first.into_iter().chain(page.first).min();
                Ok(())
            },
        )?;
        out.extend(first.filter(|_| n > 0).map(|first| finding(hanging, n, first)));
    }
    Ok(out)
}

/// Puts right what is left over. `put_right` works on the page from a key up to another, if `page` finds any there, and says how many it
/// put right.
pub(super) fn put_right<E>(
    mut page: impl FnMut(Hanging, i64) -> Result<Page, E>,
    mut put_right: impl FnMut(Hanging, [i64; 2]) -> Result<u64, E>,
) -> Result<Leftovers, E> {
    let mut out = Leftovers::default();
    for (hanging, n) in [(Hanging::Attempts, &mut out.attempts), (Hanging::Letters, &mut out.dead_letters)] {
        walk(
            |from| page(hanging, from),
            |from, page| {
                if page.n > 0 {
                    *n += put_right(hanging, [from, page.upto.unwrap_or(i64::MAX)])?;
                }
                Ok(())
            },
        )?;
    }
    Ok(out)
}

/// `n` were found, and the first of them names the task `first`.
fn finding(hanging: Hanging, n: u64, first: i64) -> Finding {
    let (what, repair) = match hanging {
        Hanging::Attempts => ("attempts", "removes them"),
        Hanging::Letters => ("dead letters", "unties them: they stay, and belong to no task"),
    };
    let message =
        format!("{what} of tasks that are gone: {n}, the first names task {first}; a new task gets them with the id");
    let hint = format!("tasks went without the triggers' knowledge (`TRUNCATE`?): `smsctl db check --repair` {repair}");
    Finding { kind: "leftovers", message, hint: Some(hint) }
}
