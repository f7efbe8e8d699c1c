//! A shape as named values, and which of them a table shows.

use serde_json::{Map, Value};

/// The fields of one shape, in their order.
pub type Record = Map<String, Value>;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The field of the shape.
    pub field: &'static str,
    /// The heading.
    pub heading: &'static str,
}
