//! The drivers: every model with every client that it can run on. Traps,
//! fixed programs and cheats are drivers in separate groups.

pub mod cheats;
mod driver;
pub mod fixed;
pub mod models;
mod registry;
pub mod traps;

pub use driver::{
    AsyncModel, BlockingModel, CHEAT, CancelMode, Driver, FIXED, Kind, LessonProgram, ModelInfo,
    Started, TRAP,
};
pub use registry::{DEFAULT, all, fixed, named, select, traps};
