//! The picture of a log: a row a page, what it waited for, and below it what
//! was in flight. A pure function: the same log, the same bytes.
