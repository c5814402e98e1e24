//! Saved files that were edited are refused, and those that were not are shown.

mod lessons;
mod reports;
mod strings;
mod support;
