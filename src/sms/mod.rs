//! What a message is made of: the recipient's number, the sender, and the segments in which a text travels.
//!
//! Everything here is pure: words go in, values or typed errors come out.

pub mod gsm7;
pub mod phone;
pub mod segments;
pub mod sender;

pub use phone::{PhoneError, PhoneNumber};
pub use segments::{Encoding, Measure, measure};
