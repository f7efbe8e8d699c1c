//! The rows that were refused: counted, the first ones kept to be told, all of them written where the user asked.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use csv::ByteRecord;

use super::{Fault, IntakeError};

/// So many refused rows are kept to be told.
pub const TOLD_MAX: usize = 5;

/// The rows that were refused.
#[derive(Default)]
pub struct Rejects {
    writer: Option<csv::Writer<File>>,
    /// Line and reason of the first `TOLD_MAX`.
    pub told: Vec<(u64, Fault)>,
    /// Rows so far.
    pub count: u64,
}

impl Rejects {
    /// Rejects that are counted and told only.
    pub fn counted() -> Rejects {
        Rejects::default()
    }

    /// Rejects that are also written to a CSV file that only its owner may read: `line`, `reason`, and what stood in the row,
    /// so that it can be mended and enqueued again. `header` names the row's columns.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn written(path: &Path, header: &ByteRecord) -> Result<Rejects, IntakeError> {
        let file = create(path).map_err(IntakeError::Rejects)?;
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
        write(&mut writer, "line", "reason", header)?;
        Ok(Rejects { writer: Some(writer), ..Rejects::default() })
    }

    /// Refuses one row.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, line: u64, fault: Fault, raw: &ByteRecord) -> Result<(), IntakeError> {
        if let Some(writer) = &mut self.writer {
            write(writer, &line.to_string(), &fault.to_string(), raw)?;
        }
        self.count += 1;
        if self.told.len() < TOLD_MAX {
            self.told.push((line, fault));
        }
        Ok(())
    }

    /// Whether anybody wants to see the rows themselves.
    pub fn is_written(&self) -> bool {
        self.writer.is_some()
    }

    /// Writes what is still buffered.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(&mut self) -> Result<(), IntakeError> {
        match &mut self.writer {
            Some(writer) => writer.flush().map_err(IntakeError::Rejects),
            None => Ok(()),
        }
    }
}

fn write(writer: &mut csv::Writer<File>, line: &str, reason: &str, raw: &ByteRecord) -> Result<(), IntakeError> {
    let cells = [line.as_bytes(), reason.as_bytes()].into_iter().chain(raw);
    writer.write_record(cells).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => IntakeError::Rejects(error),
        other => IntakeError::Rejects(io::Error::other(format!("{other:?}"))),
    })
}

/// Makes the file, or empties the one that is there; either way only its owner may read it afterwards.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(path)?;
        if file.metadata()?.is_file() {
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
            file.set_len(0)?;
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    options.truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_rows_are_counted_told_and_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("rejects.csv");
        std::fs::write(&path, "old").expect("a file");
        let mut rejects = Rejects::written(&path, &ByteRecord::from(vec!["to", "text"])).expect("rejects");
        for line in 2..10 {
            rejects.add(line, Fault::BlankText, &ByteRecord::from(vec!["1", "\"\n"])).expect("written");
        }
        rejects.finish().expect("flushed");
        assert_eq!((rejects.count, rejects.told.len()), (8, TOLD_MAX));
        let written = std::fs::read_to_string(&path).expect("readable");
        assert!(written.starts_with("line,reason,to,text\n2,the text is blank,1,\"\"\"\n\"\n3,"), "{written}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("metadata").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_at_once() {
        let answer = Rejects::written(Path::new("/nowhere/at/all.csv"), &ByteRecord::new());
        assert!(matches!(answer, Err(IntakeError::Rejects(_))));
    }
}
