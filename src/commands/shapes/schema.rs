//! The schema of the database, and what `db check` finds.

use serde::Serialize;

use crate::output::record::timestamp;
use crate::store::{Applied, Finding, MigrationPlan, MigrationState, SchemaReport};

/// A migration; `sql` only where it was asked for, `applied_at` only where it was applied.
#[derive(Debug, Serialize)]
pub struct MigrationShape {
    version: u32,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<String>,
}

impl From<Applied> for MigrationShape {
    fn from(applied: Applied) -> MigrationShape {
        MigrationShape { version: applied.version, name: applied.name, applied_at: None, sql: None }
    }
}

impl MigrationShape {
    /// With the SQL that would be run.
    pub fn planned(plan: MigrationPlan) -> MigrationShape {
        MigrationShape { version: plan.version, name: plan.name, applied_at: None, sql: Some(plan.sql) }
    }
}

/// What `db status` answers.
#[derive(Debug, Serialize)]
pub struct SchemaShape {
    database: String,
    engine: String,
    state: &'static str,
    version: u32,
    latest: u32,
    size_bytes: Option<u64>,
    applied: Vec<MigrationShape>,
    waiting: Vec<MigrationShape>,
}

impl From<SchemaReport> for SchemaShape {
    fn from(report: SchemaReport) -> SchemaShape {
        let applied = report
            .applied
            .into_iter()
            .map(|(applied, at)| MigrationShape { applied_at: Some(timestamp(at)), ..MigrationShape::from(applied) });
        let waiting =
            report.waiting.into_iter().map(|plan| MigrationShape { sql: None, ..MigrationShape::planned(plan) });
        SchemaShape {
            database: report.location,
            engine: report.engine,
            state: state_word(&report.state),
            version: report.version,
            latest: report.latest,
            size_bytes: report.size_bytes,
            applied: applied.collect(),
            waiting: waiting.collect(),
        }
    }
}

/// The state of a schema in one word.
pub const fn state_word(state: &MigrationState) -> &'static str {
    match state {
        MigrationState::Empty => "empty",
        MigrationState::WebApplication => "web_application",
        MigrationState::Other => "other_program",
        MigrationState::Older => "older",
        MigrationState::Current => "current",
        MigrationState::Newer => "newer",
    }
}

/// What `db migrate` answers.
#[derive(Debug, Serialize)]
pub struct MigrateShape {
    /// The version of the database now.
    pub version: u32,
    pub applied: Vec<MigrationShape>,
    /// In a dry run: what would be applied, with its SQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_apply: Option<Vec<MigrationShape>>,
    /// Statements that come before the migrations, where what is there is not as it must be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_mend: Vec<String>,
}

/// Something that `db check` found.
#[derive(Debug, Serialize)]
pub struct FindingShape {
    kind: &'static str,
    message: String,
    hint: Option<String>,
    /// `error`, or `note` for what is only worth knowing.
    severity: &'static str,
}

impl From<Finding> for FindingShape {
    fn from(finding: Finding) -> FindingShape {
        let severity = if finding.is_note() { "note" } else { "error" };
        FindingShape { kind: finding.kind, message: finding.message, hint: finding.hint, severity }
    }
}
