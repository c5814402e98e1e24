//! What a page can be doing, and what can befall it: the words of a picture.

/// What a page does for a while, in the order of its life. Where the notes of
/// server and driver overlap, the later state holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Nobody has begun with it.
    Waiting,
    /// It was tried, and will be tried again.
    Pausing,
    /// It was handed out, and the server does not have it yet: mostly on the
    /// wire, but also when a blocked loop comes to nothing.
    Wire,
    /// The server has it, and no slot for it.
    Queued,
    /// The server takes the time that this page takes.
    Served,
    /// The answer is on its way.
    Body,
    /// The answer has arrived, and nobody looks: the loop is blocked, or no
    /// core is free.
    Unnoticed,
    /// It was fetched, and waits until somebody computes for it.
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

    /// Whether somebody is at it: the page is in flight or computed for.
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
            Self::Unnoticed => "answered, but nobody looks",
            Self::Shelved => "fetched, waiting for a core",
            Self::Computing => "computing",
        }
    }
}

/// What befalls a page at an instant. Where several would stand in one place,
/// the later one of this list does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// It was asked for again.
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
            Self::Retried => "asked for again",
            Self::Abandoned => "abandoned",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed out",
            Self::Failed => "lost",
        }
    }

    /// Its shape: three ways of giving up look the same, and a legend says
    /// which of them there are.
    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Retried => Shape::Ring,
            Self::Abandoned | Self::Cancelled | Self::TimedOut => Shape::Cross,
            Self::Failed => Shape::Diamond,
        }
    }
}

/// The shape of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Tried again.
    Ring,
    /// Given up.
    Cross,
    /// Lost.
    Diamond,
}

impl Shape {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Ring, Self::Cross, Self::Diamond];
}
