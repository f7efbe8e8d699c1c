//! Medians, and tables of them.

use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use smsctl::speed;

/// The value in the middle. There must be one.
pub fn median(values: &[f64]) -> f64 {
    speed::median(values).expect("something was measured")
}

/// The median of the ratios of neighbours: `ours` to `theirs` of the same round.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    speed::ratio(ours, theirs).expect("something was measured")
}

pub fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// A table, the first column words and the others numbers.
pub fn print(title: &str, headings: &[&str], rows: &[Vec<String>]) {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(headings);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("\n{title}\n\n{table}");
}
