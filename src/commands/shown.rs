//! How much of a long list a table shows where nobody says how much, and how to see the rest.

use super::{Context, words};
use crate::output::Format;

/// How much of a text or an error a cell of a table shows, in characters.
pub const CELL_CHARS: usize = 48;
/// How many rows a table shows unless `--limit` says otherwise.
const TABLE_ROWS: u64 = 50;

/// The rows that were shown so far.
pub struct Shown {
    /// `None`: all of them.
    rows_max: Option<u64>,
    rows: u64,
    /// The id in the last of them.
    last: i64,
    /// A row had no room.
    cut: bool,
    /// Rows with a status of another program's, and the first of them.
    foreign: u64,
    first_foreign: Option<(i64, String)>,
}

impl Shown {
    /// Nothing is shown yet. A table is cut where `--limit` does not say how long it is; the other formats carry everything.
    pub fn new(context: &Context, limit: Option<u64>) -> Shown {
        let cuts = context.out.style().format == Format::Table && limit.is_none();
        Shown { rows_max: cuts.then_some(TABLE_ROWS), rows: 0, last: 0, cut: false, foreign: 0, first_foreign: None }
    }

    /// How many rows are worth reading; `None`: all. It is one more than has room: only its row tells that there is more.
    pub fn worth_reading(&self) -> Option<u64> {
        self.rows_max.map(|rows| rows + 1)
    }

    /// Whether the row with this id has room; it counts as shown then.
    pub fn takes(&mut self, id: i64) -> bool {
        if self.rows_max == Some(self.rows) {
            self.cut = true;
            return false;
        }
        (self.rows, self.last) = (self.rows + 1, id);
        true
    }

    /// Notes that the row has the status `word` if that is none of this queue's.
    pub fn notice(&mut self, id: i64, word: Option<&str>) {
        if let Some(word) = word {
            self.foreign += 1;
            self.first_foreign.get_or_insert_with(|| (id, word.to_owned()));
        }
    }

    /// Tells how to see more `noun`s, where there are more; and once, that some have a status which smsctl does not know.
    pub fn hint(&self, context: &Context, noun: &str) {
        if let Some((id, word)) = &self.first_foreign {
            let n = words::count(self.foreign, noun);
            context.out.warn(&format!(
                "{n} with a status that smsctl does not know, and leaves alone: the first is {id}, with `{word}`"
            ));
        }
        if self.cut {
            let (shown, last) = (words::count(self.rows, noun), self.last);
            context.out.hint(&format!("only {shown} shown: `--after {last}` goes on, `--limit N` shows more at once"));
        }
    }
}
