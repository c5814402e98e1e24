//! What a page can be doing, and what can happen to it: the words of a picture.

/// What a page does for a while, in the order of its life. Where the logs of
/// server and driver overlap, the later state is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// It has not been started.
    Waiting,
    /// It was tried, and will be tried again.
    Pausing,
    /// It was handed out, and the server does not have it yet: mostly on the
    /// wire, but also while a blocked loop sends nothing.
    Wire,
    /// The server has it, and no slot for it.
    Queued,
    /// The server takes the time that this page takes.
    Served,
    /// The answer is on its way.
    Body,
    /// The answer has arrived and is not read: the loop is blocked, or no core
    /// is free.
    Unnoticed,
    /// It was fetched, and waits for a core.
    Shelved,
    /// The driver computes for it.
    Computing,
}

impl State {
    /// How many there are.
    pub(super) const COUNT: usize = 9;

    /// All of them, in the order of a page's life.
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Waiting,
        Self::Pausing,
        Self::Wire,
        Self::Queued,
        Self::Served,
        Self::Body,
        Self::Unnoticed,
        Self::Shelved,
        Self::Computing,
    ];

    /// Its place in [`Self::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// Whether the page is in flight or computed for.
    pub(super) fn is_active(self) -> bool {
        !matches!(self, Self::Waiting | Self::Pausing | Self::Shelved)
    }

    /// Its name in a legend.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Waiting => "waiting for its turn",
            Self::Pausing => "pause before a retry",
            Self::Wire => "on its way to the server",
            Self::Queued => "queued at the server",
            Self::Served => "server at work",
            Self::Body => "answer arriving",
            Self::Unnoticed => "answered, not yet read",
            Self::Shelved => "fetched, waiting for a core",
            Self::Computing => "computing",
        }
    }
}

/// A state and its time, `from_ns` before `to_ns`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StateSpan {
    /// The state.
    pub(super) state: State,
    /// From here.
    pub(super) from_ns: u64,
    /// To here.
    pub(super) to_ns: u64,
}

/// What happens to a page at an instant. Of several in one cell the last one
/// of this list is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// It was requested again.
    Retried,
    /// The client went away, as the server saw it, and did not say why.
    Abandoned,
    /// It was given up because the scrape was aborted.
    Cancelled,
    /// It was given up because it took too long.
    TimedOut,
    /// It failed, and is not tried again.
    Failed,
}

impl Mark {
    /// All of them, the weakest first.
    pub(super) const ALL: [Self; 5] = [
        Self::Retried,
        Self::Abandoned,
        Self::Cancelled,
        Self::TimedOut,
        Self::Failed,
    ];

    /// Its name in a legend, and after a number.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Retried => "retried",
            Self::Abandoned => "abandoned",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed out",
            Self::Failed => "failed",
        }
    }

    /// Its shape: three ways of giving up look the same, and a legend says
    /// which of them there are.
    pub(super) fn shape(self) -> MarkShape {
        match self {
            Self::Retried => MarkShape::Ring,
            Self::Abandoned | Self::Cancelled | Self::TimedOut => MarkShape::Cross,
            Self::Failed => MarkShape::Diamond,
        }
    }
}

/// The shape of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkShape {
    /// Tried again.
    Ring,
    /// Given up.
    Cross,
    /// Failed.
    Diamond,
}

impl MarkShape {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Ring, Self::Cross, Self::Diamond];
}
