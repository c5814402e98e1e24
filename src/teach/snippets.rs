//! The programs in the pages of the lessons (`docs/lessons/`) as doc tests: a
//! program that a student pastes must compile and run. This module is empty
//! except for `cargo test --doc`.

/// A page as the documentation of a module, so that rustdoc tests its programs.
macro_rules! pages {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../docs/lessons/", $file))]
            mod $name {}
        )*
    };
}

pages! {
    lesson_1: "01-one-page-at-a-time.md",
    lesson_2: "02-ten-hands.md",
    lesson_3: "03-a-thread-for-everyone.md",
    lesson_4: "04-async-is-not-concurrency.md",
    lesson_5: "05-one-thread-many-waits.md",
    lesson_6: "06-do-not-block-the-loop.md",
    lesson_7: "07-cpu-on-the-loop.md",
    lesson_8: "08-more-is-not-faster.md",
    lesson_9: "09-deadlines-and-cancellation.md",
    lesson_10: "10-retries.md",
    lesson_11: "11-rate-is-not-concurrency.md",
    lesson_12: "12-stopping-well.md",
    lesson_13: "13-which-runtime.md",
}
