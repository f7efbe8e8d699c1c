//! CSV files: a header that names the columns, then rows.

use std::io::{self, BufRead, Chain, Cursor, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csv::{ByteRecord, Position};

use super::{Columns, Fault, Field, IntakeError, ROW_BYTES_MAX, Row, Slips, Variables};

/// Stands behind the file's last byte. Read as a row of its own, it says that the file ended outside quotes; inside a cell,
/// that the quote before it was never closed, which CSV readers do not tell. It begins with NUL, which no message may hold.
const END: &[u8] = b"\n\0smsctl-end-of-file\0\n";
/// `END` without its line ends.
const END_ROW: &[u8] = END.trim_ascii();

type Input<R> = Bounded<Chain<Chain<Cursor<Vec<u8>>, R>, &'static [u8]>>;

/// A CSV file under way.
pub struct CsvRows<R> {
    reader: csv::Reader<Input<R>>,
    tail: Arc<Mutex<Tail>>,
    header: ByteRecord,
    record: ByteRecord,
    places: [Option<usize>; Field::COUNT],
    line: u64,
    /// The record ran into the end of the file inside quotes.
    unclosed: bool,
    slips: Slips,
}

impl<R: BufRead> CsvRows<R> {
    /// Reads the header. A byte order mark is skipped; of `,`, `;` and tab, the one that the header has most often separates.
    ///
    /// # Errors
    /// There is no header, or it lacks something.
    pub fn open(mut input: R, columns: &Columns) -> Result<CsvRows<R>, IntakeError> {
        let first = first_line(&mut input)?;
        let delimiter = delimiter(&first);
        let tail = Arc::new(Mutex::new(Tail::default()));
        let whole = Cursor::new(first).chain(input).chain(END);
        let bounded = Bounded { inner: whole, tail: Arc::clone(&tail) };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(64 * 1024)
            .from_reader(bounded);
        let (header, record) = (ByteRecord::new(), ByteRecord::new());
        let (places, slips) = ([None; Field::COUNT], Slips::default());
        let mut rows = CsvRows { reader, tail, header, record, places, line: 1, unclosed: false, slips };
        if !rows.read()? {
            return Err(IntakeError::Empty);
        }
        std::mem::swap(&mut rows.header, &mut rows.record);
        if rows.header.iter().any(|name| name.contains(&0)) {
            return Err(IntakeError::Binary("CSV"));
        }
        let names: Vec<&str> = rows
            .header
            .iter()
            .map(std::str::from_utf8)
            .collect::<Result<_, _>>()
            .map_err(|_| IntakeError::HeaderNotUtf8)?;
        rows.places = columns.places(names.iter().copied())?;
        let unknown = names.iter().copied().filter(|name| columns.is_unknown(name));
        rows.slips.look(unknown, &rows.places.map(|place| place.is_some()));
        Ok(rows)
    }

    /// Reads the next record; `false` at the end of the file.
    fn read(&mut self) -> Result<bool, IntakeError> {
        locked(&self.tail).begin_row(self.reader.position());
        let found = self.reader.read_byte_record(&mut self.record).map_err(|error| self.fatal(error))?;
        self.unclosed = self.record.as_slice().ends_with(END);
        self.line = locked(&self.tail).line;
        if self.unclosed {
            self.drop_end();
        }
        Ok(found && self.record.as_slice() != END_ROW)
    }

    /// Takes `END` off a record that swallowed it: rejects show the file's own bytes.
    fn drop_end(&mut self) {
        let length = self.record.as_slice().len() - END.len();
        let mut left = length;
        let mut record = ByteRecord::new();
        for cell in &self.record {
            let cell = &cell[..cell.len().min(left)];
            left -= cell.len();
            record.push_field(cell);
        }
        self.record = record;
    }

    fn fatal(&self, error: csv::Error) -> IntakeError {
        let line = locked(&self.tail).line;
        match error.into_kind() {
            csv::ErrorKind::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<RowTooLong>()) => {
                IntakeError::RowTooLong { line }
            }
            csv::ErrorKind::Io(error) => IntakeError::Read(error),
            other => IntakeError::Read(io::Error::other(format!("{other:?}"))),
        }
    }

    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row<'_>, Fault>>, IntakeError> {
        if !self.read()? {
            return Ok(None);
        }
        Ok(Some(self.row()))
    }

    fn row(&self) -> Result<Row<'_>, Fault> {
        if self.unclosed {
            return Err(Fault::UnclosedQuote);
        }
        let (found, expected) = (self.record.len(), self.header.len());
        if found != expected {
            return Err(Fault::Ragged { found, expected });
        }
        let variables = Variables::Cells { header: &self.header, record: &self.record };
        let mut row = Row { variables, ..Row::default() };
        for field in Field::ALL {
            let Some(place) = self.places[field.index()] else { continue };
            let cell = self.record.get(place).unwrap_or_default();
            row.set(field, std::str::from_utf8(cell).map_err(|_| Fault::NotUtf8)?);
        }
        Ok(row)
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn last_line(&self) -> u64 {
        self.line + self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64
    }

    pub(super) fn slips(&mut self) -> &mut Slips {
        &mut self.slips
    }

    pub(super) fn has_texts(&self) -> bool {
        self.places[Field::Text.index()].is_some()
    }

    pub(super) fn header(&self) -> &ByteRecord {
        &self.header
    }

    pub(super) fn raw(&self) -> &ByteRecord {
        &self.record
    }
}

/// The first line that is not blank, to look at before the reader is built.
fn first_line(input: &mut impl BufRead) -> Result<Vec<u8>, IntakeError> {
    let mut line = Vec::new();
    let bound = u64::try_from(ROW_BYTES_MAX).unwrap_or(u64::MAX);
    input.take(bound).read_until(b'\n', &mut line).map_err(IntakeError::Read)?;
    match line.as_slice() {
        [] => Err(IntakeError::Empty),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(IntakeError::Utf16),
        bytes if bytes.contains(&0) => Err(IntakeError::Binary("CSV")),
        _ => Ok(line),
    }
}

/// The separator of a header: the one that it has most often outside quotes; `,` if it has none.
fn delimiter(header: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in header {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| delimiter == byte && !quoted) {
            *count += 1;
        }
    }
    // `max_by_key` takes the last of equals: reversed, that is the comma.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

fn locked(tail: &Mutex<Tail>) -> MutexGuard<'_, Tail> {
    tail.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the reader took last, and where the row under way begins and how much it took. Whoever reads rows begins each here.
#[derive(Default)]
struct Tail {
    /// Where `bytes` begin in the file.
    start: u64,
    bytes: Vec<u8>,
    /// Bytes since the row's beginning, give or take one chunk.
    spent: usize,
    /// The line on which the row begins. The reader itself only tells where it stood before blank lines, and counts the second
    /// half of `\r\n` with the row after it.
    line: u64,
    /// Nothing but line ends so far.
    is_blank: bool,
}

impl Tail {
    /// A row begins where the reader stands, or behind the line ends that stand there.
    fn begin_row(&mut self, at: &Position) {
        (self.spent, self.line) = (0, at.line());
        let offset = usize::try_from(at.byte().saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.pass_line_ends(offset);
    }

    /// Counts the line ends from a place in the last chunk to the first byte of the row, if it is there.
    fn pass_line_ends(&mut self, offset: usize) {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        let blank = rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
        self.is_blank = blank.is_none();
        let passed = &rest[..blank.unwrap_or(rest.len())];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
    }

    fn take(&mut self, chunk: &[u8]) {
        self.start += self.bytes.len() as u64;
        self.spent += chunk.len();
        self.bytes.clear();
        self.bytes.extend_from_slice(chunk);
        if self.is_blank {
            self.pass_line_ends(0);
        }
    }
}

/// Ends the reading when one row takes more than `ROW_BYTES_MAX`.
struct Bounded<R> {
    inner: R,
    tail: Arc<Mutex<Tail>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the row is too long")]
struct RowTooLong;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut tail = locked(&self.tail);
        if tail.spent > ROW_BYTES_MAX {
            return Err(io::Error::other(RowTooLong));
        }
        let count = self.inner.read(buffer)?;
        if count > 0 {
            tail.take(&buffer[..count]);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of a file as `line|to|text`, or `line!reason`.
    fn rows(file: &[u8]) -> Vec<String> {
        let mut rows = open(file).expect("a header");
        let mut out = Vec::new();
        loop {
            let shown = match rows.next_row().expect("readable") {
                None => return out,
                Some(Ok(row)) => {
                    format!("|{}|{}", row.get(Field::To).unwrap_or("-"), row.get(Field::Text).unwrap_or("-"))
                }
                Some(Err(fault)) => format!("!{fault}"),
            };
            out.push(format!("{}{shown}", rows.line()));
        }
    }

    fn open(file: &[u8]) -> Result<CsvRows<&[u8]>, IntakeError> {
        CsvRows::open(file, &Columns::default())
    }

    #[test]
    fn rows_with_their_lines() {
        assert_eq!(rows(b"to,text\n1,a\n2,b\n"), ["2|1|a", "3|2|b"]);
        assert_eq!(rows(b"to,text\r\n1,a\r\n2,b"), ["2|1|a", "3|2|b"]);
        assert_eq!(rows(b"\xef\xbb\xbfto;text\n1;a,b\n"), ["2|1|a,b"]);
        assert_eq!(rows(b"name\tmobile\tmessage\nx\t1\ta\n"), ["2|1|a"]);
        assert_eq!(rows(b"to,text\r\n1,a\n2,b\r\n\r\n3,c"), ["2|1|a", "3|2|b", "5|3|c"]);
        assert_eq!(rows(b"to,text\n"), Vec::<String>::new());
    }

    #[test]
    fn quoted_cells_keep_every_byte() {
        let file = "to,text\n1,\"a \"\"b\"\",\r\nc\"\n2, {{x}} '; DROP TABLE 😀 \n";
        assert_eq!(rows(file.as_bytes()), ["2|1|a \"b\",\r\nc", "4|2| {{x}} '; DROP TABLE 😀 "]);
    }

    #[test]
    fn blank_lines_are_skipped_and_counted() {
        assert_eq!(rows(b"\n\nto,text\n\n1,a\n\r\n\n2,b\n\n"), ["5|1|a", "8|2|b"]);
    }

    #[test]
    fn ragged_and_undecodable_rows_are_faults_of_their_own() {
        assert_eq!(
            rows(b"to,text\n1\n2,b,c\n3,\xff\n4,d\n"),
            [
                "2!the row has 1 cell where the header has 2",
                "3!the row has 3 cells where the header has 2",
                "4!the row is not UTF-8",
                "5|4|d"
            ]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_no_rows_unseen() {
        assert_eq!(rows(b"to,text\n1,a\n2,\"b\n3,c\n"), ["2|1|a", "3!a quote is opened and never closed"]);
        assert_eq!(rows(b"to,text\n1,\""), ["2!a quote is opened and never closed"]);
    }

    #[test]
    fn a_row_without_end_ends_the_reading() {
        for (before, line) in [
            ("to,text\n1,a\n", 3),
            ("to,text\r\n1,a\r\n", 3),
            ("\u{feff}to,text\n\n\n1,a\n\r\n\n", 7),
            ("to,text\n1,\"a\nb\"\n", 4),
            (&*("to,text\n1,a\n".to_owned() + &"\n".repeat(100_000)), 100_003),
        ] {
            for within in ["x", "x\n", "2,x\r\n"] {
                let file = before.to_owned() + "2,\"" + &within.repeat(3 * ROW_BYTES_MAX / within.len());
                let mut rows = open(file.as_bytes()).expect("a header");
                assert!(matches!(rows.next_row(), Ok(Some(Ok(_)))));
                let end = rows.next_row().err();
                assert!(
                    matches!(end, Some(IntakeError::RowTooLong { line: told }) if told == line),
                    "{end:?} where the row of {within:?} begins at {line}"
                );
            }
        }
    }

    #[test]
    fn a_header_without_end_begins_at_the_first_line() {
        let file = "to,\"text\n".to_owned() + &"1,a\n".repeat(ROW_BYTES_MAX);
        let end = open(file.as_bytes()).err();
        assert!(matches!(end, Some(IntakeError::RowTooLong { line: 1 })), "{end:?}");
    }

    #[test]
    fn files_that_are_no_csv() {
        assert!(matches!(open(b""), Err(IntakeError::Empty)));
        assert!(matches!(open(b"\n\n"), Err(IntakeError::Empty)));
        assert!(matches!(open(b"\xff\xfet\0o\0"), Err(IntakeError::Utf16)));
        assert!(matches!(open(b"\x89PNG\r\n\x1a\n\0\0\0"), Err(IntakeError::HeaderNotUtf8)));
        assert!(matches!(open(b"GIF89a\0\0"), Err(IntakeError::Binary("CSV"))));
        assert!(matches!(open(b"+85291234567,hello\n"), Err(IntakeError::NoColumn(Field::To))));
    }
}
