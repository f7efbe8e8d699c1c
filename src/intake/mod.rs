//! Messages from files.

pub mod times;
