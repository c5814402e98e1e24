//! The mock server.
