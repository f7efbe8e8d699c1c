//! The figures for people: a table, and bars on a terminal.

use serde::Serialize;

use super::figures::Figures;
use crate::error::Error;
use crate::output::{Bar, Column, Output};

const COLUMNS: [Column; 2] = [Column { field: "measure", heading: "measure" }, Column { field: "now", heading: "now" }];
const COLUMNS_COMPARED: [Column; 4] = [
    COLUMNS[0],
    COLUMNS[1],
    Column { field: "before", heading: "before" },
    Column { field: "change", heading: "change" },
];

/// A figure: what it is, its unit, and how to find it.
struct Measure {
    name: &'static str,
    unit: Unit,
    of: fn(&Figures) -> Option<f64>,
}

#[derive(Clone, Copy)]
enum Unit {
    /// A second.
    Rate(&'static str),
    /// Seconds, told in what is readable.
    Span,
    /// A number.
    Plain,
}

const MEASURES: [Measure; 14] = [
    Measure { name: "fsync of 4 KiB", unit: Unit::Span, of: |run| run.fsync_s },
    Measure {
        name: "enqueue, many in a transaction",
        unit: Unit::Rate("rows"),
        of: |run| Some(run.enqueue.rows_per_s),
    },
    Measure { name: "enqueue, one alone", unit: Unit::Span, of: |run| run.enqueue.one_s },
    Measure { name: "claim and settle", unit: Unit::Span, of: |run| Some(run.claim.claim_s) },
    Measure { name: "  CPU", unit: Unit::Span, of: |run| Some(run.claim.cpu_s) },
    Measure { name: "bare loop, no database", unit: Unit::Rate("messages"), of: |run| Some(run.bare.messages_per_s) },
    Measure { name: "  CPU a message", unit: Unit::Span, of: |run| Some(run.bare.cpu_s) },
    Measure {
        name: "drain, all of it on disk",
        unit: Unit::Rate("messages"),
        of: |run| Some(run.drain.messages_per_s),
    },
    Measure { name: "  CPU a message", unit: Unit::Span, of: |run| Some(run.drain.cpu_s) },
    Measure { name: "  of the bare loop", unit: Unit::Plain, of: |run| Some(run.drain.ratio) },
    Measure { name: "  messages a turn", unit: Unit::Plain, of: |run| Some(run.drain.messages_per_turn) },
    Measure { name: "  fsyncs a message", unit: Unit::Plain, of: |run| Some(run.drain.fsyncs_per_message) },
    Measure { name: "  longest turn", unit: Unit::Span, of: |run| Some(run.drain.longest_turn_s) },
    Measure { name: "idle: enqueue to request", unit: Unit::Span, of: |run| run.idle.request_s },
];

#[derive(Serialize)]
struct Row {
    measure: &'static str,
    now: String,
    before: Option<String>,
    change: Option<String>,
}

/// Tells a run, beside a saved one if there is one.
///
/// # Errors
/// stdout.
pub fn tell(now: &Figures, before: Option<&Figures>, out: &Output) -> Result<(), Error> {
    let columns = if before.is_some() { &COLUMNS_COMPARED[..] } else { &COLUMNS[..] };
    let mut list = out.list(columns);
    for measure in &MEASURES {
        if let Some(value) = (measure.of)(now) {
            list.row(&measure.row(value, before))?;
        }
    }
    list.finish("")?;
    if out.style().terminal.stdout {
        out.text("\n")?;
        out.chart(&bars(now))?;
    }
    Ok(())
}

impl Measure {
    fn row(&self, now: f64, before: Option<&Figures>) -> Row {
        let before = before.and_then(|run| (self.of)(run));
        let change =
            before.filter(|before| *before > 0.0).map(|before| format!("{:+.0} %", (now / before - 1.0) * 100.0));
        Row { measure: self.name, now: self.unit.write(now), before: before.map(|it| self.unit.write(it)), change }
    }
}

impl Unit {
    fn write(self, value: f64) -> String {
        match self {
            Unit::Rate(what) => format!("{value:.0} {what}/s"),
            Unit::Plain if value < 0.1 => format!("{value:.4}"),
            Unit::Plain => format!("{value:.2}"),
            Unit::Span if value < 1e-3 => format!("{:.1} us", value * 1e6),
            Unit::Span if value < 1.0 => format!("{:.2} ms", value * 1e3),
            Unit::Span => format!("{value:.2} s"),
        }
    }
}

/// What goes through in a second, side by side.
fn bars(run: &Figures) -> [Bar; 4] {
    let per_s = |span: f64| if span > 0.0 { 1.0 / span } else { 0.0 };
    // Rates are positive and far below 2^53.
    let bar = |label: &str, rate: f64| Bar { label: format!("{label}/s"), value: rate.round() as u64 };
    [
        bar("bare loop", run.bare.messages_per_s),
        bar("drain", run.drain.messages_per_s),
        bar("claim and settle", per_s(run.claim.claim_s)),
        bar("enqueue", run.enqueue.rows_per_s),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_what_is_readable() {
        let told = [0.000_012_34, 0.001_234, 1.5].map(|span| Unit::Span.write(span));
        assert_eq!(told, ["12.3 us", "1.23 ms", "1.50 s"]);
        assert_eq!(Unit::Rate("rows").write(123_456.7), "123457 rows/s");
        assert_eq!([0.016, 61.25].map(|number| Unit::Plain.write(number)), ["0.0160", "61.25"]);
    }
}
