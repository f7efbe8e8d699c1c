//! What a copy of the whole queue needs of a file.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row as FoundRow, ToSql, Transaction, params, params_from_iter};

use super::change::Audit;
use super::migrate::migrated_in_memory;
use super::{SqliteStore, numbers, sql};
use crate::store::closure::{ARRIVAL, ENDS, QueueClosure, arrival_words};
use crate::store::copy::{
    Bound, Column, Copying, HOURS, Key, Kind, PAGE_BYTES, PAGE_ROWS, Replacement, Row, Span, Table, Value, in_order,
    of_hours, settled, unfit,
};
use crate::store::error::Cause;
use crate::store::time;
use crate::store::{Result, StoreError};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Whole(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl SqliteStore {
    /// A closed queue takes nothing and gives nothing.
    pub(super) fn require_open(&self, transaction: &Transaction<'_>) -> Result<()> {
        let found = closure(transaction).map_err(|e| self.speak.of(e))?;
        found.map_or(Ok(()), |closure| Err(closure.refusal(&self.path.display().to_string())))
    }

    fn count_span(&self, table: &Table, span: Span<'_>) -> Result<u64> {
        let (span, values) = table.condition(span, quoted);
        let query = in_place(sql!("copy_count"), table, &span);
        self.read(|transaction| {
            let count = transaction.query_row(&query, params_from_iter(&values), |row| row.get::<_, i64>(0));
            Ok(u64::try_from(count.map_err(|e| self.speak.of(e))?).unwrap_or(0))
        })
    }

    /// The rows of a page, as far as its bytes go.
    fn rows_of(&self, table: &Table, columns: &[Column], query: &str, values: &[&Value]) -> Result<Vec<Row>> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(query).map_err(|e| self.speak.of(e))?;
            let mut found = statement.query(params_from_iter(values)).map_err(|e| self.speak.of(e))?;
            let (mut out, mut bytes) = (Vec::new(), 0);
            while bytes < PAGE_BYTES {
                let Some(row) = found.next().map_err(|e| self.speak.of(e))? else { break };
                let row = read_row(table, columns, row)?;
                bytes += row.iter().map(Value::size).sum::<usize>();
                out.push(row);
            }
            Ok(out)
        })
    }
}

impl Copying for SqliteStore {
    fn closure(&self) -> Result<Option<QueueClosure>> {
        self.read(|transaction| closure(transaction).map_err(|e| self.speak.of(e)))
    }

    fn close(&self, expected: Option<&QueueClosure>, next: Option<&QueueClosure>) -> Result<bool> {
        let now = time::to_text(self.now());
        self.transact(|transaction| {
            let set = || -> rusqlite::Result<bool> {
                if !QueueClosure::same(closure(transaction)?.as_ref(), expected) {
                    return Ok(false);
                }
                transaction.execute(sql!("closure_delete"), [])?;
                if let Some(QueueClosure { why, other, token }) = next {
                    transaction.execute(sql!("closure_insert"), params![why.as_str(), other, token, now])?;
                }
                Ok(true)
            };
            let is_set = set().map_err(|e| self.speak.of(e))?;
            Ok((is_set, is_set))
        })
    }

    fn arrive(&self, token: &str, record: &str) -> Result<bool> {
        let now = self.now();
        let words = arrival_words(token) + record;
        self.transact(|transaction| {
            let open = || -> rusqlite::Result<bool> {
                if !closure(transaction)?.is_some_and(|closure| closure.is_arriving(token)) {
                    return Ok(false);
                }
                transaction.execute(sql!("closure_delete"), [])?;
                Audit { action: ARRIVAL, filter: &words, changed: 1 }.write(transaction, now)?;
                Ok(true)
            };
            let is_open = open().map_err(|e| self.speak.of(e))?;
            Ok((is_open, is_open))
        })
    }

    fn arrival(&self, token: &str) -> Result<Option<String>> {
        let words = arrival_words(token);
        self.read(|transaction| {
            let found =
                transaction.query_row(sql!("copy_arrived"), params![ARRIVAL, words], |row| row.get::<_, String>(0));
            let found = found.optional().map_err(|e| self.speak.of(e))?;
            Ok(found.and_then(|found| found.strip_prefix(&words).map(str::to_owned)))
        })
    }

    fn note_ends(&self, token: &str, ends: &[(&'static str, i64)]) -> Result<()> {
        self.transact(|transaction| {
            for (table, last) in ends {
                let noted = transaction.execute(sql!("copy_ends_note"), params![ENDS, token, table, last]);
                noted.map_err(|e| self.speak.of(e))?;
            }
            Ok(((), true))
        })
    }

    fn ends(&self, token: &str) -> Result<Vec<(String, i64)>> {
        self.read(|transaction| {
            let read = || -> rusqlite::Result<Vec<_>> {
                let mut statement = transaction.prepare(sql!("copy_ends"))?;
                statement.query_map(params![ENDS, token], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            };
            read().map_err(|e| self.speak.of(e))
        })
    }

    fn columns(&self, table: &Table) -> Result<Vec<Column>> {
        if *table == HOURS {
            return Ok(of_hours());
        }
        self.read(|transaction| {
            let found = columns_of(transaction, table).map_err(|e| self.speak.of(e))?;
            Ok(in_order(table, found))
        })
    }

    fn page(&self, table: &'static Table, columns: &[Column], after: Option<&Key>) -> Result<Vec<Row>> {
        let (span, values) = table.condition(Span { after, upto: None }, quoted);
        let query = in_place(sql!("copy_page"), table, &span)
            .replace("{columns}", &names(columns))
            .replace("{key}", &table.order(quoted, ""))
            .replace("{limit}", &PAGE_ROWS.to_string());
        self.rows_of(table, columns, &query, &values)
    }

    fn last_key(&self, table: &'static Table, columns: &[Column]) -> Result<Option<Key>> {
        let (span, values) = table.condition(Span { after: None, upto: None }, quoted);
        let query = in_place(sql!("copy_last"), table, &span)
            .replace("{key}", &table.order(quoted, ""))
            .replace("{backwards}", &table.order(quoted, " DESC"));
        Ok(self.rows_of(table, &columns[..table.key.len()], &query, &values)?.pop())
    }

    fn count_rows(&self, table: &Table) -> Result<u64> {
        self.count_span(table, Span { after: None, upto: None })
    }

    fn count_behind(&self, table: &Table, number: i64) -> Result<u64> {
        self.count_span(table, Span { after: Some(&vec![Value::Whole(number)]), upto: None })
    }

    fn replace(&self, token: &str, replacement: &Replacement<'_>) -> Result<bool> {
        let Replacement { table, columns, span, rows } = *replacement;
        // A row that begins with another revision than 1 is another program's, and the triggers would count it.
        let fixed = match table.name {
            "queued_tasks" => ("\"revision\", ", "1, "),
            "hours" => ("\"kind\", ", "'hour', "),
            _ => ("", ""),
        };
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = sql!("copy_insert")
            .replace("{table}", table.stored)
            .replace("{columns}", &format!("{}{}", fixed.0, names(columns)))
            .replace("{marks}", &format!("{}{marks}", fixed.1));
        self.transact(|transaction| {
            let write = || -> rusqlite::Result<bool> {
                if !closure(transaction)?.is_some_and(|closure| closure.is_arriving(token)) {
                    return Ok(false);
                }
                if let Some(span) = span {
                    let (span, values) = table.condition(span, quoted);
                    transaction.execute(&in_place(sql!("copy_delete"), table, &span), params_from_iter(values))?;
                }
                let mut insert = transaction.prepare_cached(&insert)?;
                for row in rows {
                    insert.execute(params_from_iter(row))?;
                }
                Ok(true)
            };
            let is_written = write().map_err(|e| self.speak.of(e))?;
            Ok((is_written, is_written))
        })
    }

    fn given(&self, table: &Table) -> Result<Option<i64>> {
        self.read(|transaction| {
            let given =
                transaction.query_row(sql!("copy_given_get"), [table.stored], |row| row.get::<_, Option<i64>>(0));
            Ok(given.optional().map_err(|e| self.speak.of(e))?.flatten())
        })
    }

    fn set_given(&self, table: &Table, given: i64) -> Result<()> {
        self.transact(|transaction| {
            let set = transaction.execute(sql!("copy_given_set"), params![table.stored, given]);
            if set.map_err(|e| self.speak.of(e))? == 0 {
                let begun = transaction.execute(sql!("copy_given_insert"), params![table.stored, given]);
                begun.map_err(|e| self.speak.of(e))?;
            }
            Ok(((), true))
        })
    }

    fn count_back(&self, table: &Table) -> String {
        numbers::cure(table.stored)
    }
}

fn columns_of(connection: &Connection, table: &Table) -> rusqlite::Result<Vec<Column>> {
    let mut statement = connection.prepare(sql!("copy_columns"))?;
    let column = |row: &FoundRow<'_>| {
        let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(Column { name, kind: Kind::of_type(&declared), bound: Bound::None })
    };
    statement.query_map([table.stored], column)?.collect()
}

/// The columns that a table has in a database that smsctl makes, on every backend; what a server bounds is not known of them.
pub fn planned_columns(table: &Table) -> Result<Vec<Column>> {
    if *table == HOURS {
        return Ok(of_hours());
    }
    let found = migrated_in_memory().and_then(|made| columns_of(&made, table));
    Ok(in_order(table, found.map_err(|error| StoreError::Statement(Cause(error.to_string())))?))
}

fn closure(transaction: &Transaction<'_>) -> rusqlite::Result<Option<QueueClosure>> {
    let mut statement = transaction.prepare_cached(sql!("closure_get"))?;
    let row = statement.query_row([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))).optional()?;
    Ok(row.map(|(why, other, token)| QueueClosure::of_row(&why, other, token)))
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

fn in_place(query: &str, table: &Table, span: &str) -> String {
    query.replace("{table}", table.stored).replace("{span}", span)
}

fn read_row(table: &Table, columns: &[Column], row: &FoundRow<'_>) -> Result<Row> {
    let mut out = Row::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let found = row.get_ref(at).map_err(|error| StoreError::Statement(Cause(error.to_string())))?;
        let value = read(found, column.kind).map_err(|reason| unfit(table, &out, &column.name, &reason))?;
        out.push(settled(table, &column.name, value));
    }
    Ok(out)
}

/// SQLite keeps any value in any column: what it means there.
fn read(found: ValueRef<'_>, kind: Kind) -> std::result::Result<Value, String> {
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => Value::of_text(text.to_owned(), kind),
        Err(_) => Err("is not valid UTF-8".to_owned()),
    };
    match (found, kind) {
        (ValueRef::Null, _) => Ok(Value::Null),
        (ValueRef::Integer(number), Kind::Whole) => Ok(Value::Whole(number)),
        #[expect(clippy::cast_precision_loss, reason = "SQLite itself stores a whole number so in a column of reals")]
        (ValueRef::Integer(number), Kind::Real) => Ok(Value::Real(number as f64)),
        (ValueRef::Real(number), Kind::Real) => Ok(Value::Real(number)),
        // A number such as 20261124 is not read as a day by what looks for tasks.
        (ValueRef::Integer(_) | ValueRef::Real(_), Kind::Time) => Err("holds what is no time".to_owned()),
        (ValueRef::Integer(number), _) => Value::of_text(number.to_string(), kind),
        (ValueRef::Real(number), _) => Value::of_text(number.to_string(), kind),
        (ValueRef::Text(bytes) | ValueRef::Blob(bytes), _) => text(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::copy::{LEFT_OUT, TABLES};
    use crate::store::sqlite::migrate::expected_objects;

    #[test]
    fn no_table_is_forgotten() {
        let objects = expected_objects().expect("the migrations run");
        let tables: BTreeSet<_> =
            objects.iter().filter(|object| object.0 == "table").map(|object| &*object.1).collect();
        let left_out = LEFT_OUT.iter().map(|(name, _)| *name);
        let known: BTreeSet<_> = TABLES.iter().map(|table| table.stored).chain(left_out).collect();
        let forgotten: Vec<_> = tables.difference(&known).collect();
        assert!(forgotten.is_empty(), "name it in `TABLES`, or in `LEFT_OUT` with the reason: {forgotten:?}");
    }

    #[test]
    fn every_value_that_a_file_may_hold_is_read_or_told() {
        let text = |text: &str| Ok(Value::Text(text.to_owned()));
        for (found, kind, want) in [
            (ValueRef::Null, Kind::Whole, Ok(Value::Null)),
            (ValueRef::Integer(i64::MAX), Kind::Whole, Ok(Value::Whole(i64::MAX))),
            (ValueRef::Text(b" 7 "), Kind::Whole, Ok(Value::Whole(7))),
            (ValueRef::Integer(5), Kind::Text, text("5")),
            (ValueRef::Blob("é".as_bytes()), Kind::Text, text("é")),
            (ValueRef::Integer(1), Kind::Real, Ok(Value::Real(1.0))),
            (ValueRef::Text(b"2026-11-24 16:00:00"), Kind::Time, text("2026-11-24 16:00:00.000000")),
        ] {
            assert_eq!(read(found, kind), want, "{found:?}");
        }
        for (found, kind) in [
            (ValueRef::Text(b"\xff"), Kind::Text),
            (ValueRef::Text(b"seven"), Kind::Whole),
            (ValueRef::Real(0.5), Kind::Whole),
            (ValueRef::Integer(1_795_536_000), Kind::Time),
            (ValueRef::Integer(20_261_124), Kind::Time),
            (ValueRef::Real(2_461_369.5), Kind::Time),
        ] {
            assert!(read(found, kind).is_err(), "{found:?}");
        }
    }
}
