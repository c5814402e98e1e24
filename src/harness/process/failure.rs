//! Why a process gave no answer.

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The user pressed Ctrl-C.
    Interrupted,
    /// It crashed, hung or gave an invalid answer; the reason in words.
    Failed(String),
    /// The server did not run, so that nothing is known of the worker; the reason
    /// in words.
    Server(String),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}
