//! Whether a table of the application can be taken over. A server commits every change of a table by itself: what would stop a
//! migration half-way is looked for before its first statement.

use super::bind::values;
use super::column::text;
use super::fault::Tried;
use super::kept::{self, Column, Kept};
use super::migrate::known;
use super::obstacle::Obstacle;
use super::session::Session;
use super::sql;

/// Bytes of a row, texts not counted, at most.
const ROW_MAX: u64 = 65_535;

/// Bytes of a row that the columns take which smsctl adds to tasks.
const ADDED: u64 = 4_200;

/// Bytes of a column that is no text, or of a text's place in its row.
const COLUMN: u64 = 12;

/// What is in the way of the statement that gives `table` the columns of smsctl's.
pub(super) fn obstacle(session: &mut Session, table: &str) -> Tried<Option<Obstacle>> {
    let found = match form(session, table)? {
        None => misfit(session, table)?,
        found => found,
    };
    Ok(found.map(|(reason, cure)| Obstacle { table: table.to_owned(), reason, cure }))
}

/// What is wrong, and what helps.
type Misfit = Option<(String, String)>;

/// Whether the table is kept in a form that takes our indexes.
fn form(session: &mut Session, table: &str) -> Tried<Misfit> {
    let rows = session.run(sql!("taken_table"), values![table])?.rows;
    let Some(row) = rows.first() else { return Ok(None) };
    let [kind, format, options] = [0, 1, 2].map(|at| text(row, at).unwrap_or_default());
    let alter = |words: &str| format!("`ALTER TABLE {table} {words}`");
    Ok(if kind == "SYSTEM VERSIONED" {
        Some((
            "its history is kept (WITH SYSTEM VERSIONING), and it takes no new columns".to_owned(),
            format!(
                "{} makes it one that does, and drops the history: save that first",
                alter("DROP SYSTEM VERSIONING")
            ),
        ))
    } else if options.contains("partitioned") {
        let reason = "it is partitioned, and a unique index over all its rows cannot be made".to_owned();
        Some((reason, format!("{} makes it whole", alter("REMOVE PARTITIONING"))))
    } else if format == "compact" || format == "redundant" {
        let reason = format!(
            "its ROW_FORMAT is {}, in which an index takes no texts as long as smsctl's",
            format.to_uppercase()
        );
        Some((reason, format!("{} changes that", alter("ROW_FORMAT = DYNAMIC"))))
    } else {
        None
    })
}

/// The columns of the application's and the types that the migrations name for them.
fn named(table: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for migration in known() {
        let statements = migration.sql.split("\n\n").filter(|statement| kept::changed_table(statement) == Some(table));
        for (column, named) in statements.flat_map(str::lines).filter_map(kept::modified) {
            out.push((column.to_owned(), named.to_owned()));
        }
    }
    out
}

/// Whether what stands in the columns stays what it is.
fn misfit(session: &mut Session, table: &str) -> Tried<Misfit> {
    let columns = kept::columns(session, table)?;
    let named = named(table);
    let mut bytes = if table == "queued_tasks" { ADDED } else { 2 * COLUMN };
    for column in &columns {
        let Some((_, named)) = named.iter().find(|(name, _)| *name == column.name) else {
            bytes += column.octets.filter(|_| !column.is_text()).map_or(COLUMN, |octets| octets + 2);
            continue;
        };
        let becomes = match column.kept(named) {
            Kept::TooWide { chars, most } => return too_wide(session, table, column, (chars, most)).map(Some),
            Kept::Wider(wider) => wider,
            Kept::Named => named.clone(),
        };
        if let Some(misfit) = bytes_that_are_no_text(session, table, column)? {
            return Ok(Some(misfit));
        }
        let chars = becomes.strip_prefix("VARCHAR(").and_then(|rest| rest.strip_suffix(')')?.parse::<u64>().ok());
        bytes += chars.map_or(COLUMN, |chars| 4 * chars + 2);
    }
    Ok((bytes > ROW_MAX).then(|| {
        let reason = format!("its columns and smsctl's beside them need {bytes} bytes of a row, which has {ROW_MAX}");
        (reason, "make the widest of its VARCHARs a TEXT".to_owned())
    }))
}

fn too_wide(session: &mut Session, table: &str, column: &Column, (chars, most): (u64, u64)) -> Tried<(String, String)> {
    let name = column.name.as_str();
    let query = sql!("taken_long").replace("{table}", table).replace("{column}", name);
    let rows = session.run(&query, values![i64::try_from(most).unwrap_or(i64::MAX)])?.rows;
    let row = rows.first().and_then(|row| Some((text(row, 0)?, text(row, 1)?)));
    let example = row.map_or_else(String::new, |(id, chars)| format!("; the row {id} has {chars}"));
    let reason = format!("its column `{name}` takes {chars} characters, and smsctl's {most}{example}");
    let cure = if example.is_empty() {
        format!("no row has more: make it narrower (`ALTER TABLE {table} MODIFY {name} VARCHAR({most}) …`)")
    } else {
        format!(
            "give such rows shorter words, then make it narrower (`ALTER TABLE {table} MODIFY {name} VARCHAR({most}) …`)"
        )
    };
    Ok((reason, cure))
}

/// A column of bytes becomes one of text.
fn bytes_that_are_no_text(session: &mut Session, table: &str, column: &Column) -> Tried<Misfit> {
    if !column.is_bytes() {
        return Ok(None);
    }
    let name = column.name.as_str();
    let query = sql!("taken_bytes").replace("{table}", table).replace("{column}", name);
    let rows = session.send(&query)?.rows;
    let Some(id) = rows.first().and_then(|row| text(row, 0)) else { return Ok(None) };
    let reason = format!("its column `{name}` holds bytes that are no UTF-8 in the row {id}");
    Ok(Some((reason, "mend or remove such rows".to_owned())))
}
