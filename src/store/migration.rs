//! Migrations: numbered, checksummed, forward only, and never edited once landed.

use include_dir::Dir;
use sha2::{Digest, Sha256};

/// A migration that this binary carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Migration {
    pub version: u32,
    /// The file name without number and ending.
    pub name: String,
    pub sql: String,
    /// SHA-256 of the text, in hex.
    pub checksum: String,
}

/// The migrations of a folder, `NNNN_name.sql` each, in their order.
pub(super) fn all(folder: &Dir<'_>) -> Vec<Migration> {
    let mut out: Vec<Migration> = folder
        .files()
        .filter_map(|file| {
            let stem = file.path().file_stem()?.to_str()?;
            let (number, name) = stem.split_once('_')?;
            let sql = file.contents_utf8()?;
            Some(Migration {
                version: number.parse().ok()?,
                name: name.to_owned(),
                sql: sql.to_owned(),
                checksum: hex(&Sha256::digest(sql.as_bytes())),
            })
        })
        .collect();
    out.sort_by_key(|migration| migration.version);
    out
}

/// The sentence about triggers that are gone; `None` if none is.
pub(super) fn triggers_missing(count: usize) -> Option<String> {
    let are = if count == 1 { "1 trigger is" } else { &format!("{count} triggers are") };
    (count > 0).then(|| {
        format!(
            "{are} missing, so what other programs write is not counted: `smsctl db migrate` makes them again, then \
             `smsctl db check --repair` counts anew"
        )
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
