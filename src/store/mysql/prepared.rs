//! The one statement that a session keeps prepared: many rows that are alike but for some columns, again and again. Everything
//! else goes out as a text (`bind.rs`).

use mysql::prelude::Queryable;
use mysql::{Conn, Error, Params, Row, Statement};

use super::bind::{Value, list};
use super::fault::code;
use super::session::Answer;
use crate::store::time;

/// A server, or what stands before it, keeps no more statements, or none at all; or it has lost this one, or cannot keep up with
/// changes of its table. The same can be said by a text.
const NO_STATEMENT: &[u16] = &[1243, 1295, 1390, 1461, 1615];

/// What a value takes in a packet beside its bytes, at most.
const VALUE_BYTES: usize = 16;

/// What rows had in common so far: one value in a column, which then stands in the statement. All others have marks.
#[derive(Default)]
pub(super) struct Form {
    common: Vec<Option<String>>,
}

impl Form {
    /// The list of `VALUES` that these rows fit, and most of those before them.
    pub fn fit(&mut self, rows: &[Vec<Value<'_>>]) -> String {
        let Some(first) = rows.first() else { return String::new() };
        if self.common.len() != first.len() {
            self.common = first.iter().map(|value| Some(list([*value]))).collect();
        }
        for (at, common) in self.common.iter_mut().enumerate() {
            let stays = is_plain(first[at])
                && common.as_ref().is_some_and(|common| *common == list([first[at]]))
                && rows.iter().all(|row| row[at] == first[at]);
            if !stays {
                *common = None;
            }
        }
        let columns: Vec<_> = self.common.iter().map(|common| common.as_deref().unwrap_or("?")).collect();
        vec![format!("({})", columns.join(",")); rows.len()].join(",")
    }

    /// What the marks stand for.
    fn marked(&self, rows: &[Vec<Value<'_>>]) -> Vec<mysql::Value> {
        let of_row = |row: &Vec<Value<'_>>| {
            let marks = row.iter().zip(&self.common).filter(|(_, common)| common.is_none());
            marks.map(|(value, _)| bound(*value)).collect::<Vec<_>>()
        };
        rows.iter().flat_map(of_row).collect()
    }
}

/// Nothing that the driver, which looks for marks of its own, could take for anything else than a literal.
fn is_plain(value: Value<'_>) -> bool {
    let Value::Text(text) = value else { return true };
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.' | ' '))
}

fn bound(value: Value<'_>) -> mysql::Value {
    match value {
        Value::Null => mysql::Value::NULL,
        Value::Int(number) => mysql::Value::Int(number),
        Value::Real(number) if number.is_finite() => mysql::Value::Double(number),
        Value::Real(_) => mysql::Value::NULL,
        Value::Text(text) => mysql::Value::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => mysql::Value::Bytes(bytes.to_vec()),
        Value::Time(at) => mysql::Value::Bytes(time::to_text(at).into_bytes()),
    }
}

/// What a session keeps.
#[derive(Default)]
pub(super) struct Kept {
    form: Form,
    /// What was asked last.
    query: String,
    /// That, prepared.
    statement: Option<Statement>,
    /// The server keeps none.
    refused: bool,
}

impl Kept {
    /// Runs the statement that `query` makes of what the rows have in common. `None`: nothing was run, and a text is the better way:
    /// it is asked for the first time, or cannot be kept here.
    pub fn run(
        &mut self,
        conn: &mut Conn,
        query: &mut dyn FnMut(&mut Form) -> String,
        rows: &[Vec<Value<'_>>],
        packet_max: usize,
    ) -> Result<Option<Answer>, Error> {
        if self.refused {
            return Ok(None);
        }
        let query = query(&mut self.form);
        if query != self.query {
            self.query = query;
            return match self.statement.take() {
                Some(statement) => conn.close(statement).map(|()| None),
                None => Ok(None),
            };
        }
        let values = self.form.marked(rows);
        if values.iter().map(size).sum::<usize>() >= packet_max {
            return Ok(None);
        }
        match self.execute(conn, values) {
            Err(error) if code(&error).is_some_and(|code| NO_STATEMENT.contains(&code)) => {
                (self.refused, self.statement) = (true, None);
                Ok(None)
            }
            done => done.map(Some),
        }
    }

    fn execute(&mut self, conn: &mut Conn, values: Vec<mysql::Value>) -> Result<Answer, Error> {
        let statement = match &self.statement {
            Some(statement) => statement,
            None => self.statement.insert(conn.prep(&self.query)?),
        };
        let mut result = conn.exec_iter(statement, Params::Positional(values))?;
        let (affected, last_insert_id) = (result.affected_rows(), result.last_insert_id().unwrap_or(0));
        let rows = result.by_ref().collect::<Result<Vec<Row>, Error>>()?;
        Ok(Answer { rows, affected, last_insert_id })
    }
}

fn size(value: &mysql::Value) -> usize {
    match value {
        mysql::Value::Bytes(bytes) => VALUE_BYTES + bytes.len(),
        _ => VALUE_BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_which_rows_differ_get_marks_and_keep_them() {
        let mut form = Form::default();
        let row = |name, n| vec![Value::Text(name), Value::Int(n), Value::Null];
        let alike = [row("a:1", 7), row("a:1", 7)];
        assert_eq!(form.fit(&alike), "('a:1',7,NULL),('a:1',7,NULL)");
        assert_eq!(form.marked(&alike), []);
        let differ = [row("a:1", 7), row("a:1", 8)];
        assert_eq!(form.fit(&differ), "('a:1',?,NULL),('a:1',?,NULL)");
        assert_eq!(form.marked(&differ), [mysql::Value::Int(7), mysql::Value::Int(8)]);
        // What differs from statement to statement has a mark, too.
        assert_eq!(form.fit(&[row("b", 8), row("b", 8)]), "(?,?,NULL),(?,?,NULL)");
        assert_eq!(form.fit(&alike), "(?,?,NULL),(?,?,NULL)");
    }

    #[test]
    fn a_text_that_could_be_taken_for_a_mark_has_one() {
        for text in ["a'b", "what?", r"\", "\n", "é"] {
            let mut form = Form::default();
            let rows = [vec![Value::Text(text)]];
            assert_eq!(form.fit(&rows), "(?)", "{text:?}");
            assert_eq!(form.marked(&rows), [mysql::Value::Bytes(text.as_bytes().to_vec())]);
        }
    }
}
