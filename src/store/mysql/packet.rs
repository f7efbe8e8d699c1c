//! What goes out in one packet: every packet is a round trip, and a turn has few.

use jiff::Timestamp;
use mysql::Error;

use super::bind::{Value, bind};
use super::fault::{Fault, Tried, not_done};
use super::prepared::Form;
use super::session::{Answer, Session};
use super::sql;

/// Bytes that wait for the next statement, at most: far below what any server takes in one packet.
const PENDING_MAX: usize = 256 * 1024;

/// For the next statement alone.
const UNCOMMITTED: &str = "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED";

/// Statements that were asked when a transaction began, and their answers.
pub(super) type Opened = Vec<(String, Answer)>;

/// A transaction under way.
pub(super) struct Transaction<'a> {
    session: &'a mut Session,
    /// By the server's clock, when it began.
    pub now: Timestamp,
    /// What was asked when it began, and the answers.
    opened: Opened,
    /// Statements that go out with the next one, each with a semicolon.
    pending: String,
    /// Another node of the cluster may have committed what this one has not applied.
    may_be_behind: bool,
}

impl<'a> Transaction<'a> {
    /// One that has begun.
    pub fn new(session: &'a mut Session, now: Timestamp, opened: Opened) -> Transaction<'a> {
        Transaction { session, now, opened, pending: String::new(), may_be_behind: false }
    }

    /// It may be that another node of the cluster has committed what this one has not applied.
    pub fn maybe_behind(self, may_be_behind: bool) -> Transaction<'a> {
        Transaction { may_be_behind, ..self }
    }

    /// Before something is taken for gone that may only not be here yet: the transaction is made again when this node has all.
    pub fn require_all(&self) -> Tried<()> {
        if self.may_be_behind { Err(Fault::Behind) } else { Ok(()) }
    }

    /// What is left to go out with the COMMIT.
    pub fn into_pending(self) -> String {
        self.pending
    }

    /// Runs one statement.
    pub fn run(&mut self, query: &str, values: &[Value<'_>]) -> Tried<Answer> {
        self.send(&bind(query, values))
    }

    /// What a statement answered when the transaction began, if it was asked then and nobody has taken the answer.
    pub fn opened(&mut self, text: &str) -> Option<Answer> {
        let at = self.opened.iter().position(|(asked, _)| asked == text)?;
        Some(self.opened.swap_remove(at).1)
    }

    /// What was asked when the transaction began is asked anew: its answers are no longer true.
    pub fn forget_opened(&mut self) {
        self.opened.clear();
    }

    /// The most bytes that the server takes at once.
    pub fn packet_max(&self) -> usize {
        self.session.packet_max()
    }

    /// Runs a text that is complete, or finds the answer among those that came when the transaction began.
    pub fn send(&mut self, text: &str) -> Tried<Answer> {
        if let Some(answer) = self.opened(text) {
            return Ok(answer);
        }
        if self.pending.is_empty() {
            return Ok(self.session.send(text)?);
        }
        let text = std::mem::take(&mut self.pending) + text;
        Ok(self.session.send(&text)?)
    }

    /// Runs the statement that `query` makes of what the rows have in common, if the session keeps it.
    pub fn run_kept(
        &mut self,
        query: &mut dyn FnMut(&mut Form) -> String,
        rows: &[Vec<Value<'_>>],
    ) -> Tried<Option<Answer>> {
        // What waits goes out with a text.
        if !self.pending.is_empty() {
            return Ok(None);
        }
        Ok(self.session.run_kept(query, rows)?)
    }

    /// A statement whose answer nobody reads: it goes out with the next one, or with the COMMIT, which saves its round trip.
    /// What it fails with, that one fails with.
    pub fn put(&mut self, query: &str, values: &[Value<'_>]) -> Tried<()> {
        self.put_text(&bind(query, values))
    }

    /// As `put`, with a text that is complete.
    pub fn put_text(&mut self, text: &str) -> Tried<()> {
        if !packs(self.session) {
            self.session.send(text)?;
            return Ok(());
        }
        if self.pending.len() + text.len() > PENDING_MAX {
            self.flush()?;
        }
        self.pending.push_str(text);
        self.pending.push(';');
        Ok(())
    }

    /// What was put goes out now.
    pub fn flush(&mut self) -> Tried<()> {
        if !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            self.session.send(&pending)?;
        }
        Ok(())
    }

    /// As `put`, of an UPDATE that is to change so many rows: what stands behind it is done only if it has.
    pub fn put_sure(&mut self, query: &str, values: &[Value<'_>], rows: usize) -> Tried<()> {
        self.put_text_sure(&bind(query, values), rows)
    }

    /// As `put_sure`, with a text that is complete.
    pub fn put_text_sure(&mut self, text: &str, rows: usize) -> Tried<()> {
        if !packs(self.session) {
            return sure(&self.session.send(text)?, rows);
        }
        self.put_text(text)?;
        self.put(sql!("sure"), &[Value::Int(i64::try_from(rows).unwrap_or(i64::MAX))])
    }

    /// Runs an UPDATE or a DELETE that is to change so many rows.
    pub fn run_sure(&mut self, query: &str, values: &[Value<'_>], rows: usize) -> Tried<()> {
        sure(&self.run(query, values)?, rows)
    }

    /// Runs an UPDATE or a DELETE of which nobody knows how many rows it finds; returns how many. One that finds none is run once more: it
    /// may not have been done.
    pub fn run_open(&mut self, query: &str, values: &[Value<'_>]) -> Tried<u64> {
        let found = self.run(query, values)?.affected;
        if found > 0 { Ok(found) } else { Ok(self.run(query, values)?.affected) }
    }

    /// Whether the server answers an INSERT with the ids that it gave.
    pub fn has_returning(&self) -> bool {
        self.session.facts.is_mariadb
    }
}

/// An UPDATE or a DELETE that changed fewer rows than were locked for it was not done, whatever the server says.
fn sure(answer: &Answer, rows: usize) -> Tried<()> {
    if answer.affected == rows as u64 { Ok(()) } else { Err(Fault::Driver(not_done())) }
}

/// What is asked in the same round trip that begins a transaction.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// Before it begins: what is there by now, committed or not. No more than a hint.
    pub before: Vec<String>,
    /// As its first statements.
    pub inside: Vec<String>,
}

impl Opening {
    /// Begins the transaction: what `begin` answers, and what was asked besides. Where packets hold one statement nothing else is asked.
    pub fn send(&self, session: &mut Session) -> std::result::Result<(Answer, Opened), Error> {
        if !packs(session) {
            return Ok((session.send(sql!("begin"))?, Opened::new()));
        }
        let hints = self.before.iter().flat_map(|hint| [UNCOMMITTED, hint]);
        let inside = self.inside.iter().map(String::as_str);
        let text = hints.chain([sql!("begin")]).chain(inside).collect::<Vec<_>>().join(";");
        let mut answers = session.send_all(&text)?.into_iter();
        let mut opened = Opened::new();
        // Each hint, and the beginning, is the second of two statements.
        for hint in &self.before {
            opened.extend(answers.nth(1).map(|answer| (hint.clone(), answer)));
        }
        let begun = answers.nth(1).unwrap_or_default();
        opened.extend(self.inside.iter().cloned().zip(answers));
        Ok((begun, opened))
    }
}

/// Whether several statements may go out in one packet. A node of a cluster may abort a transaction between two of them, for the
/// sake of another node's, and would run the second without the first.
fn packs(session: &Session) -> bool {
    !session.facts.is_galera
}
