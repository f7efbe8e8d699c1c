//! Files of messages: CSV and JSON Lines, read row by row in bounded memory, become new tasks; what cannot be one is
//! rejected with its line and its reason.
//!
//! `columns` says which column means what, `csv` and `jsonl` read rows, `draft` judges one row, `load` runs through a file, by
//! `part`s; `rejects` keeps what was refused, `slips` finds columns that were meant to mean something, `json` reads JSON
//! strictly, `text` reads one text, `template` fills one in, `times` reads points in time and durations.

pub mod columns;
pub mod csv;
pub mod draft;
pub mod fault;
pub mod json;
pub mod jsonl;
pub mod load;
mod part;
pub mod rejects;
pub mod slips;
pub mod template;
pub mod text;
pub mod times;

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::path::Path;

use ::csv::ByteRecord;

pub use columns::{Columns, Field};
pub use draft::Drafts;
pub use fault::Fault;
pub use load::{BATCH_PARTS_MAX, Halt, LoadError, Loader, Pace, Summary};
pub use rejects::Rejects;
pub use slips::{Meant, Slip, Slips};
pub use template::{Template, Variables};
pub use text::{TextError, read_text};

/// The longest row, in bytes: what is longer is no row of messages.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FileFormat {
    /// A header and rows, separated by `,`, `;` or tab
    Csv,
    /// One JSON object a line
    Jsonl,
}

impl FileFormat {
    /// The format that a file's ending tells: `.csv`, `.tsv`, `.jsonl`, `.ndjson`.
    pub fn guess(path: &Path) -> Option<FileFormat> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" | "tsv" => Some(FileFormat::Csv),
            "jsonl" | "ndjson" => Some(FileFormat::Jsonl),
            _ => None,
        }
    }
}

/// Why a whole file cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum IntakeError {
    #[error("the file cannot be read")]
    Read(#[source] io::Error),
    #[error("the file is empty: not even a header is there")]
    Empty,
    #[error("the file is UTF-16, and smsctl reads UTF-8")]
    Utf16,
    #[error("the file is no {}: it holds binary data", .0)]
    Binary(&'static str),
    #[error("the header is not UTF-8")]
    HeaderNotUtf8,
    #[error("no column of the header is `{}`", .0.as_str())]
    NoColumn(Field),
    #[error("two columns of the header mean `{}`", .0.as_str())]
    TwoColumns(Field),
    #[error("the header has no column `{column}`, which `--map` names")]
    MapMissing { column: String },
    #[error("the text asks for `{variable}`, and no column bears that name")]
    NoVariable { variable: String },
    #[error("the file has texts of its own, and `--text` gives another")]
    TwoTexts,
    #[error("the row at line {line} is longer than {ROW_BYTES_MAX} bytes")]
    RowTooLong { line: u64 },
    #[error("line {line} of the file is longer than {} MiB", jsonl::PASSED_BYTES_MAX / (1024 * 1024))]
    LineWithoutEnd { line: u64 },
    #[error("no row of the file can be read as {what}; line {line}: {fault}")]
    NothingReadable { what: &'static str, line: u64, fault: Fault },
    #[error("the file has more than {} rows or {} MiB of messages, too much for one transaction", load::ATOMIC_ROWS_MAX, load::ATOMIC_BYTES_MAX / (1024 * 1024))]
    TooLargeForAtomic,
    #[error("the rejects cannot be written")]
    Rejects(#[source] io::Error),
}

impl IntakeError {
    /// What may help, if something is known to.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            IntakeError::NoColumn(Field::To) => {
                Some("the first row names the columns, for example `to,text`; `--map to=COLUMN` takes another name")
            }
            IntakeError::NoColumn(_) => {
                Some("`--text TEXT` is sent to every row; `--map text=COLUMN` takes another column")
            }
            IntakeError::TwoColumns(_) => Some("`--map FIELD=COLUMN` says which one is meant"),
            IntakeError::Utf16 | IntakeError::HeaderNotUtf8 => Some("save it as UTF-8"),
            IntakeError::Binary(_)
            | IntakeError::NothingReadable { .. }
            | IntakeError::LineWithoutEnd { line: ..=1 } => {
                Some("`--format csv` or `--format jsonl` says what the file is")
            }
            IntakeError::TwoTexts => Some("leave `--text` out, or `--map` the texts of the file away"),
            IntakeError::LineWithoutEnd { .. } => Some("take that line out: it is no message"),
            IntakeError::RowTooLong { .. } => {
                Some("take that row out, or close its quote: one that is never closed makes rows run together")
            }
            IntakeError::TooLargeForAtomic => {
                Some("leave `--atomic` out and name a `--batch`: such a file may be run again")
            }
            IntakeError::NoVariable { .. } => Some("`{{ name }}` stands for the column `name` of each row"),
            IntakeError::Read(_) | IntakeError::Empty | IntakeError::MapMissing { .. } | IntakeError::Rejects(_) => {
                None
            }
        }
    }
}

/// One row, in words that nobody has judged yet.
#[derive(Default)]
pub struct Row<'a> {
    cells: [Option<Cow<'a, str>>; Field::COUNT],
    /// All columns by their own names, for the template.
    pub variables: Variables<'a>,
}

impl<'a> Row<'a> {
    /// What stands in a field. An empty cell is as good as none.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.cells[field.index()].as_deref().filter(|cell| !cell.is_empty())
    }

    /// Puts a cell into a field.
    pub fn set(&mut self, field: Field, cell: impl Into<Cow<'a, str>>) {
        self.cells[field.index()] = Some(cell.into());
    }
}

/// A file under way.
pub enum Rows<R> {
    /// Of a CSV file.
    Csv(Box<csv::CsvRows<R>>),
    /// Of a file of JSON Lines.
    Jsonl(jsonl::JsonlRows<R>),
}

impl<R: BufRead> Rows<R> {
    /// Begins to read a file; of a CSV file, its header.
    ///
    /// # Errors
    /// The file is not what `format` says, or its header lacks something.
    pub fn open(format: FileFormat, input: R, columns: Columns) -> Result<Rows<R>, IntakeError> {
        match format {
            FileFormat::Csv => Ok(Rows::Csv(Box::new(csv::CsvRows::open(input, &columns)?))),
            FileFormat::Jsonl => Ok(Rows::Jsonl(jsonl::JsonlRows::new(input, columns))),
        }
    }

    /// The next row, or why it is none; `None` at the end of the file.
    ///
    /// # Errors
    /// Nothing more of the file can be read.
    pub fn next_row(&mut self) -> Result<Option<Result<Row<'_>, Fault>>, IntakeError> {
        match self {
            Rows::Csv(rows) => rows.next_row(),
            Rows::Jsonl(rows) => rows.next_row(),
        }
    }

    /// Columns and keys that mean nothing so far, and look as if they should.
    pub fn slips(&mut self) -> &mut Slips {
        match self {
            Rows::Csv(rows) => rows.slips(),
            Rows::Jsonl(rows) => rows.slips(),
        }
    }

    /// Where the last row began.
    pub fn line(&self) -> u64 {
        match self {
            Rows::Csv(rows) => rows.line(),
            Rows::Jsonl(rows) => rows.line(),
        }
    }

    /// Where the last row ended: cells may hold line ends.
    pub fn last_line(&self) -> u64 {
        match self {
            Rows::Csv(rows) => rows.last_line(),
            Rows::Jsonl(rows) => rows.line(),
        }
    }

    /// Checks that each row will have a text: its own, or `given`, with a column for every variable. Rows of JSON Lines can
    /// each be different; they are judged one by one.
    ///
    /// # Errors
    /// A CSV file's header has a text where one is given as well, or has none where none is; or lacks a variable.
    pub fn check_texts(&self, given: Option<&Template>) -> Result<(), IntakeError> {
        let Rows::Csv(rows) = self else { return Ok(()) };
        match (rows.has_texts(), given) {
            (false, None) => Err(IntakeError::NoColumn(Field::Text)),
            (true, Some(_)) => Err(IntakeError::TwoTexts),
            (true, None) => Ok(()),
            (false, Some(template)) => match template.missing(rows.header()) {
                Some(variable) => Err(IntakeError::NoVariable { variable }),
                None => Ok(()),
            },
        }
    }

    /// What a row of this file is called.
    pub fn what(&self) -> &'static str {
        match self {
            Rows::Csv(_) => "CSV",
            Rows::Jsonl(_) => "JSON Lines",
        }
    }

    /// The names of the columns of `raw`, for the rejects.
    pub fn header(&self) -> ByteRecord {
        match self {
            Rows::Csv(rows) => rows.header().clone(),
            Rows::Jsonl(_) => ByteRecord::from(vec!["row"]),
        }
    }

    /// The last row, byte for byte, for the rejects.
    pub fn raw(&self) -> ByteRecord {
        match self {
            Rows::Csv(rows) => rows.raw().clone(),
            Rows::Jsonl(rows) => ByteRecord::from(vec![rows.raw()]),
        }
    }
}
