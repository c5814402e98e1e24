//! How long the server waits before it answers a page.

use serde::{Deserialize, Serialize};

/// A latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {}
