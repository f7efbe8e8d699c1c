//! What a copy of the whole queue needs of a server.

use mysql::{Error, Row as FoundRow};

use super::bind::{self, rows, values};
use super::change::Audit;
use super::column::{sum, text, whole};
use super::session::Session;
use super::transaction::{Transaction, closure_at};
use super::{MysqlStore, numbers, sql};
use crate::store::closure::{ARRIVAL, ENDS, QueueClosure, arrival_words};
use crate::store::copy::{
    Bound, Column, Copying, HOURS, Key, Kind, PAGE_BYTES, PAGE_ROWS, ROW_NUMBERS, Replacement, Row, Span, Table, Value,
    in_order, of_hours, settled, unfit, unfit_row,
};
use crate::store::mysql::fault::{Fault, Tried, cause, is_too_large};
use crate::store::{Result, StoreError};

/// Bytes of the rows of one statement, about: below what a server takes in one packet, which is 1 MiB at the least that is usual.
const STATEMENT_BYTES: usize = 400 * 1024;

impl<'a> From<&'a Value> for bind::Value<'a> {
    fn from(value: &'a Value) -> bind::Value<'a> {
        match value {
            Value::Null => bind::Value::Null,
            Value::Whole(number) => bind::Value::Int(*number),
            Value::Real(number) => bind::Value::Real(*number),
            Value::Text(text) => bind::Value::Text(text),
        }
    }
}

impl MysqlStore {
    /// The rows of a page, as far as its bytes go.
    fn rows_of(&self, table: &Table, columns: &[Column], query: &str, key: &[&Value]) -> Result<Vec<Row>> {
        self.read(|session| {
            let key: Vec<_> = key.iter().map(|value| bind::Value::from(*value)).collect();
            let found = session.run_bounded(query, &key, PAGE_BYTES)?;
            Ok(found.iter().map(|row| read_row(table, columns, row)).collect::<Result<_>>()?)
        })
    }

    fn count_span(&self, table: &Table, span: Span<'_>) -> Result<u64> {
        let (span, key) = table.condition(span, quoted);
        let key: Vec<_> = key.into_iter().map(bind::Value::from).collect();
        // Every worker counts an hour in a row of its own.
        let rows = if *table == HOURS { "DISTINCT name, word" } else { "*" };
        let query = in_place(sql!("copy_count"), table, &span).replace("{rows}", rows);
        self.read(|session| Ok(session.run(&query, &key)?.rows.first().map_or(0, |row| sum(row, 0))))
    }
}

/// Why the queue is closed, while nobody else works on it or closes it.
fn closure_alone(transaction: &mut Transaction<'_>) -> Tried<Option<QueueClosure>> {
    // All that began while the queue was open has to end first, or what it writes would come after the last look; and who
    // closes a queue at the same time waits here.
    transaction.send(sql!("door_shut"))?;
    transaction.send(sql!("door_open"))?;
    let found = transaction.send(concat!(sql!("closure_get"), " FOR UPDATE"))?;
    Ok(found.rows.first().and_then(|row| closure_at(row, 0)))
}

impl Copying for MysqlStore {
    fn closure(&self) -> Result<Option<QueueClosure>> {
        self.read(|session| Ok(session.send(sql!("closure_get"))?.rows.first().and_then(|row| closure_at(row, 0))))
    }

    fn close(&self, expected: Option<&QueueClosure>, next: Option<&QueueClosure>) -> Result<bool> {
        self.transact(|transaction| {
            let have = closure_alone(transaction)?;
            if !QueueClosure::same(have.as_ref(), expected) {
                return Ok((false, false));
            }
            transaction.run_sure(sql!("closure_delete"), &[], usize::from(have.is_some()))?;
            if let Some(QueueClosure { why, other, token }) = next {
                let row = values![why.as_str(), other, token, transaction.now];
                transaction.run(sql!("closure_insert"), row)?;
            }
            Ok((true, true))
        })
    }

    fn arrive(&self, token: &str, record: &str) -> Result<bool> {
        let words = arrival_words(token) + record;
        self.transact(|transaction| {
            if !closure_alone(transaction)?.is_some_and(|closure| closure.is_arriving(token)) {
                return Ok((false, false));
            }
            transaction.run_sure(sql!("closure_delete"), &[], 1)?;
            Audit { action: ARRIVAL, filter: &words, changed: 1 }.write(transaction)?;
            Ok((true, true))
        })
    }

    fn arrival(&self, token: &str) -> Result<Option<String>> {
        let words = arrival_words(token);
        let found = self.read(|session| Ok(session.run(sql!("copy_arrived"), values![ARRIVAL, &words])?.rows))?;
        let found = found.first().and_then(|row| text(row, 0));
        Ok(found.and_then(|found| found.strip_prefix(&words).map(str::to_owned)))
    }

    fn note_ends(&self, token: &str, ends: &[(&'static str, i64)]) -> Result<()> {
        self.transact(|transaction| {
            for (table, last) in ends {
                transaction.run(sql!("copy_ends_note"), values![ENDS, token, *table, *last])?;
            }
            Ok(((), true))
        })
    }

    fn ends(&self, token: &str) -> Result<Vec<(String, i64)>> {
        let found = self.read(|session| Ok(session.run(sql!("copy_ends"), values![ENDS, token])?.rows))?;
        Ok(found.iter().filter_map(|row| Some((text(row, 0)?, whole(row, 1)?))).collect())
    }

    fn columns(&self, table: &Table) -> Result<Vec<Column>> {
        if *table == HOURS {
            return Ok(of_hours());
        }
        let found = self.read(|session| Ok(session.run(sql!("copy_columns"), values![table.stored])?.rows))?;
        Ok(in_order(table, found.iter().map(column).collect()))
    }

    fn page(&self, table: &'static Table, columns: &[Column], after: Option<&Key>) -> Result<Vec<Row>> {
        let (span, key) = table.condition(Span { after, upto: None }, quoted);
        let group = if *table == HOURS { "GROUP BY name, word" } else { "" };
        let query = in_place(sql!("copy_page"), table, &span)
            .replace("{columns}", &names_read(table, columns))
            .replace("{group}", group)
            .replace("{key}", &table.order(quoted, ""))
            .replace("{limit}", &PAGE_ROWS.to_string());
        self.rows_of(table, columns, &query, &key)
    }

    fn last_key(&self, table: &'static Table, columns: &[Column]) -> Result<Option<Key>> {
        let (span, key) = table.condition(Span { after: None, upto: None }, quoted);
        let query = in_place(sql!("copy_last"), table, &span)
            .replace("{key}", &table.order(quoted, ""))
            .replace("{backwards}", &table.order(quoted, " DESC"));
        Ok(self.rows_of(table, &columns[..table.key.len()], &query, &key)?.pop())
    }

    fn count_rows(&self, table: &Table) -> Result<u64> {
        self.count_span(table, Span { after: None, upto: None })
    }

    fn count_behind(&self, table: &Table, number: i64) -> Result<u64> {
        self.count_span(table, Span { after: Some(&vec![Value::Whole(number)]), upto: None })
    }

    fn replace(&self, token: &str, replacement: &Replacement<'_>) -> Result<bool> {
        let Replacement { table, columns, span, rows: written } = *replacement;
        // A row that begins with another revision than 1 is another program's, and the triggers would count it.
        let (fixed, value) = match table.name {
            "queued_tasks" | "dead_letter_messages" => (Some("`revision`"), bind::Value::Int(1)),
            "hours" => (Some("`kind`"), bind::Value::Text("hour")),
            _ => (None, bind::Value::Null),
        };
        let names: Vec<_> = fixed.map(str::to_owned).into_iter().chain([names(columns)]).collect();
        let insert = sql!("copy_insert").replace("{table}", table.stored).replace("{columns}", &names.join(", "));
        let line = |row: &Row| {
            rows([fixed.map(|_| value).into_iter().chain(row.iter().map(bind::Value::from)).collect::<Vec<_>>()])
        };
        self.transact(|transaction| {
            let found = transaction.send(sql!("closure_get"))?;
            let closure = found.rows.first().and_then(|row| closure_at(row, 0));
            if !closure.is_some_and(|closure| closure.is_arriving(token)) {
                return Ok((false, false));
            }
            if let Some(span) = span {
                let (span, key) = table.condition(span, quoted);
                let key: Vec<_> = key.into_iter().map(bind::Value::from).collect();
                transaction.run_open(&in_place(sql!("copy_delete"), table, &span), &key)?;
            }
            // Room for the statement around them, and to spare.
            let bytes_max = STATEMENT_BYTES.min(transaction.packet_max() / 2);
            for (first, lines) in in_statements(written, bytes_max, line) {
                // A text may hold anything: nothing is put in place behind it.
                let done = transaction.send(&insert.replace("{rows}", &lines));
                done.map_err(|fault| named(fault, table, columns, &written[first..], lines.len()))?;
            }
            Ok((true, true))
        })
    }

    fn given(&self, table: &Table) -> Result<Option<i64>> {
        self.read(|session| {
            be_up_to_date(session)?;
            let found = session.run(sql!("copy_given_get"), values![table.stored])?.rows;
            Ok(found.first().and_then(numbers::given))
        })
    }

    fn set_given(&self, table: &Table, given: i64) -> Result<()> {
        let next = given.saturating_add(1).to_string();
        let query = sql!("copy_given_set").replace("{table}", table.stored).replace("{next}", &next);
        self.read(|session| {
            session.send(&query)?;
            Ok(())
        })
    }

    fn count_back(&self, table: &Table) -> String {
        numbers::cure(table.stored)
    }
}

/// Rows in the texts of statements of so many bytes at most, each with the place of its first row. A single row may be larger.
fn in_statements(written: &[Row], bytes_max: usize, line: impl Fn(&Row) -> String) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for (at, row) in written.iter().enumerate() {
        let line = line(row);
        match out.last_mut() {
            Some((_, lines)) if lines.len() + line.len() < bytes_max => {
                lines.push(',');
                lines.push_str(&line);
            }
            _ => out.push((at, line)),
        }
    }
    out
}

/// The error of a statement that begins with these rows and has so many bytes of them, with the row that the server does not take.
fn named(fault: Fault, table: &Table, columns: &[Column], rows: &[Row], bytes: usize) -> Fault {
    let error = match fault {
        Fault::Driver(error) => error,
        fault @ (Fault::Store(_) | Fault::Behind) => return fault,
    };
    let unfit = match (&error, rows.first()) {
        // What is too large for the server is one row.
        (error, Some(row)) if is_too_large(error) => {
            unfit_row(table, row, format!("its {bytes} bytes are more than the server takes (`max_allowed_packet`)"))
        }
        (Error::MySqlError(server), _) if let Some((row, column)) = place(&server.message, columns, rows) => {
            unfit(table, row, column, &format!("is not what the server takes: {}", cause(&error)))
        }
        _ => return Fault::Driver(error),
    };
    StoreError::from(unfit).into()
}

/// The row and the column that a server complains of: `Incorrect datetime value: '…' for column 'seen' at row 3`. MariaDB names
/// database and table, too.
fn place<'a>(words: &str, columns: &'a [Column], rows: &'a [Row]) -> Option<(&'a Row, &'a str)> {
    let (before, number) = words.rsplit_once(" at row ")?;
    let row = rows.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    let column = before.rsplit_once(" column ")?.1.rsplit('.').next()?.trim_matches(['`', '\'']);
    let column = columns.iter().find(|known| known.name == column)?;
    Some((row, &column.name))
}

/// MySQL keeps what it tells of its tables for a day, unless it is asked for better.
fn be_up_to_date(session: &mut Session) -> Tried<()> {
    if !session.facts.is_mariadb {
        session.send("SET SESSION information_schema_stats_expiry = 0")?;
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

/// The columns as they are read: an hour is the sum of what every worker counted.
fn names_read(table: &Table, columns: &[Column]) -> String {
    if *table == HOURS { "name, word, sum(n)".to_owned() } else { names(columns) }
}

fn in_place(query: &str, table: &Table, span: &str) -> String {
    query.replace("{table}", table.stored).replace("{span}", span)
}

fn column(row: &FoundRow) -> Column {
    let word = |at| text(row, at).unwrap_or_default().to_ascii_lowercase();
    let (declared, full) = (word(1), word(2));
    let most = || whole(row, 3).and_then(|most| u64::try_from(most).ok());
    let range = |bits: u32| {
        let unsigned = full.contains("unsigned");
        let most = if unsigned { (1_i64 << bits) - 1 } else { (1_i64 << (bits - 1)) - 1 };
        Bound::Range(if unsigned { 0 } else { -most - 1 }, most)
    };
    // The type of a number of rows, where the server gives them.
    let numbers = |bound| match bound {
        Bound::Range(least, most) => Bound::Numbers(least, most),
        _ => ROW_NUMBERS,
    };
    let bound = match declared.as_str() {
        "tinyint" => range(8),
        "smallint" => range(16),
        "mediumint" => range(24),
        "int" | "integer" => range(32),
        "char" | "varchar" => most().map_or(Bound::None, Bound::Chars),
        "binary" | "varbinary" | "tinytext" | "text" | "mediumtext" | "tinyblob" | "blob" | "mediumblob" => {
            most().map_or(Bound::None, Bound::Bytes)
        }
        // A server would round what is finer.
        "datetime" | "timestamp" => Bound::Fraction(digits(&full)),
        _ => Bound::None,
    };
    let bound = if word(4).contains("auto_increment") { numbers(bound) } else { bound };
    Column { name: text(row, 0).unwrap_or_default(), kind: Kind::of_type(&declared), bound }
}

/// The digits of a second's fraction in a column's type: `datetime(6)`, `timestamp`.
fn digits(full: &str) -> usize {
    let within = full.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    within.and_then(|(digits, _)| digits.parse().ok()).unwrap_or(0)
}

fn read_row(table: &Table, columns: &[Column], row: &FoundRow) -> Result<Row> {
    let mut out = Row::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let value =
            read(row, at, column.kind).map_err(|reason| StoreError::from(unfit(table, &out, &column.name, &reason)))?;
        out.push(settled(table, &column.name, value));
    }
    Ok(out)
}

/// Every value comes as a text.
fn read(row: &FoundRow, at: usize, kind: Kind) -> std::result::Result<Value, String> {
    match row.as_ref(at) {
        None | Some(mysql::Value::NULL) => Ok(Value::Null),
        Some(mysql::Value::Bytes(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::of_text(text.to_owned(), kind),
            Err(_) => Err("is not valid UTF-8".to_owned()),
        },
        Some(_) => text(row, at).map_or(Ok(Value::Null), |text| Value::of_text(text, kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::copy::{LEFT_OUT, TABLES};

    #[test]
    fn the_row_that_a_server_complains_of_is_found() {
        let columns = [Column { name: "seen".to_owned(), kind: Kind::Time, bound: Bound::None }];
        let rows = [vec![Value::Whole(1)], vec![Value::Whole(2)]];
        for words in [
            "Incorrect datetime value: '1969 at row 1' for column 'seen' at row 2",
            "Incorrect datetime value: 'for column x' for column `case_1`.`queued_tasks`.`seen` at row 2",
        ] {
            assert_eq!(place(words, &columns, &rows), Some((&rows[1], "seen")), "{words}");
        }
        for words in ["Out of range value for column 'seen' at row 3", "Data too long for column 'cost' at row 1", ""] {
            assert_eq!(place(words, &columns, &rows), None, "{words}");
        }
    }

    #[test]
    fn no_table_is_forgotten() {
        for name in super::super::check::TABLES {
            let is_known =
                TABLES.iter().any(|table| table.stored == *name) || LEFT_OUT.iter().any(|(left, _)| left == name);
            assert!(is_known, "name it in `TABLES`, or in `LEFT_OUT` with the reason: {name}");
        }
    }
}
