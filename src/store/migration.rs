//! Migrations: numbered, checksummed, forward only.
