//! Stands for its helper's work.
