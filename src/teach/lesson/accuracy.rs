//! A chart of the errors of all guesses for a terminal, lesson by lesson.
//!
//! ```text
//!  one-page-at-a-time    8.3x  |------------------------------o
//!  ten-hands             3.1x  |----------------o
//!  one-thread            1.3x  |---*
//!                              +----------+------------+--------+
//!                              1x         2x           5x      10x
//! ```
//!
//! The axis is logarithmic, because the error is a ratio: a factor of two is
//! the same length everywhere. The number is beside each line. Right and wrong
//! differ by shape, so the chart needs no colour.

use std::cmp::Ordering;

use super::guess::print_error;
use super::progress::LessonAttempt;

/// The labels below the axis; the axis ends at one of them.
const TICKS: [u32; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/// An axis that ends at 2 would make 1.3 look far off.
const SHORTEST: usize = 3;
/// The longest name that is not cut.
const NAME: usize = 30;
/// Columns left of the axis, without the name: the number and spaces.
const MARGIN: usize = 12;

/// The characters of the chart.
struct Pens {
    right: char,
    wrong: char,
    /// Beyond the end of the axis.
    beyond: char,
    along: char,
    /// The start of each line.
    begin: char,
    corner: char,
    tick: char,
    axis: char,
    last: char,
    cut: char,
}

const UNICODE: Pens = Pens {
    right: '●',
    wrong: '○',
    beyond: '►',
    along: '─',
    begin: '├',
    corner: '└',
    tick: '┴',
    axis: '─',
    last: '┘',
    cut: '…',
};

const ASCII: Pens = Pens {
    right: '*',
    wrong: 'o',
    beyond: '>',
    along: '-',
    begin: '|',
    corner: '+',
    tick: '+',
    axis: '-',
    last: '+',
    cut: '~',
};

/// Draws a row for the latest attempt at each lesson, in the order of the
/// attempts, and a sentence about the first and the latest guess. `width` is
/// the width of the terminal; the chart uses 60 to 80 columns. Ends in a line
/// break; empty without records.
pub fn draw(records: &[LessonAttempt], width: usize, ascii: bool) -> String {
    let rows = latest(records);
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return String::new();
    };
    let pens = if ascii { &ASCII } else { &UNICODE };
    let chart = Chart::of(&rows, width.clamp(60, 80));
    let mut lines = vec![" By what factor each guess was off (1× is exact)".to_owned()];
    lines.push(String::new());
    lines.extend(rows.iter().map(|record| chart.row(record, pens)));
    lines.extend([chart.axis(pens), chart.numbers(), String::new()]);
    lines.push(format!(" {} right   {} wrong", pens.right, pens.wrong));
    lines.push(sentence(first, last, rows.len()));
    let lines = lines.iter().map(|line| line.trim_end().to_owned() + "\n");
    let text: String = lines.collect();
    if ascii {
        super::quantity::in_ascii(&text)
    } else {
        text
    }
}

/// The latest attempt at each lesson, in the order of the file.
fn latest(records: &[LessonAttempt]) -> Vec<&LessonAttempt> {
    let is_latest = |place: usize, record: &LessonAttempt| {
        let later = &records[place + 1..];
        later.iter().all(|other| other.lesson != record.lesson)
    };
    let latest = records.iter().enumerate();
    let latest = latest.filter(|(place, record)| is_latest(*place, record));
    latest.map(|(_, record)| record).collect()
}

fn sentence(first: &LessonAttempt, last: &LessonAttempt, lessons: usize) -> String {
    let (from, to) = (off(first.error), off(last.error));
    if lessons == 1 {
        return format!(" First guess: {from}.");
    }
    let change = match last.error.total_cmp(&first.error) {
        // Values that print alike are not a trend.
        _ if from == to => "",
        Ordering::Less => " (better)",
        Ordering::Equal => "",
        Ordering::Greater => " (worse)",
    };
    format!(" First guess: {from}. Latest guess: {to}{change}.")
}

fn off(error: f64) -> String {
    match print_error(error, false).as_str() {
        "exact" => "exact".to_owned(),
        error => format!("{error} off"),
    }
}

/// The positions of everything.
struct Chart {
    /// Columns of the names.
    name: usize,
    /// Columns of the axis without its first.
    length: usize,
    /// How many of [`TICKS`] are on it.
    ticks: usize,
}

impl Chart {
    fn of(rows: &[&LessonAttempt], width: usize) -> Self {
        let names = rows.iter().map(|record| record.lesson.chars().count());
        let name = names.max().unwrap_or(0).min(NAME);
        let farthest = rows.iter().map(|record| record.error).fold(1.0, f64::max);
        let needed = TICKS.iter().position(|&tick| f64::from(tick) >= farthest);
        let last = needed.unwrap_or(TICKS.len() - 1).max(SHORTEST);
        // The number of the last tick reaches beyond the axis.
        let length = width.saturating_sub(name + MARGIN + 3);
        Self {
            name,
            length,
            ticks: last + 1,
        }
    }

    /// The column of an error; the smallest error is 1.
    fn column(&self, error: f64) -> usize {
        let most = f64::from(TICKS[self.ticks - 1]);
        let part = error.max(1.0).ln() / most.ln();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let column = (part.min(1.0) * self.length as f64).round() as usize;
        column
    }

    fn row(&self, record: &LessonAttempt, pens: &Pens) -> String {
        let (name, error) = (
            self.name(&record.lesson, pens),
            print_error(record.error, false),
        );
        let column = self.column(record.error);
        let beyond = record.error > f64::from(TICKS[self.ticks - 1]);
        let end = match record.right {
            _ if beyond => pens.beyond,
            true => pens.right,
            false => pens.wrong,
        };
        let line: String = std::iter::repeat_n(pens.along, column.saturating_sub(1)).collect();
        let begin = if column == 0 {
            String::new()
        } else {
            pens.begin.to_string()
        };
        format!(
            " {name:<width$}  {error:>7}  {begin}{line}{end}",
            width = self.name
        )
    }

    fn name(&self, lesson: &str, pens: &Pens) -> String {
        if lesson.chars().count() <= self.name {
            return lesson.to_owned();
        }
        let mut name: String = lesson.chars().take(self.name - 1).collect();
        name.push(pens.cut);
        name
    }

    fn axis(&self, pens: &Pens) -> String {
        let mut axis = vec![pens.axis; self.length + 1];
        for &tick in &TICKS[..self.ticks] {
            axis[self.column(f64::from(tick))] = pens.tick;
        }
        axis[0] = pens.corner;
        axis[self.length] = pens.last;
        let axis: String = axis.into_iter().collect();
        format!("{:margin$}{axis}", "", margin = self.name + MARGIN)
    }

    /// The numbers below the ticks, the last one first: a number that would
    /// touch another is left out.
    fn numbers(&self) -> String {
        let margin = self.name + MARGIN;
        let mut line = vec![' '; margin + self.length + 3];
        let (others, last) = TICKS[..self.ticks].split_at(self.ticks - 1);
        for &tick in last.iter().chain(others) {
            let number: Vec<char> = format!("{tick}×").chars().collect();
            let begins = margin + self.column(f64::from(tick)) - (number.len() - 1) / 2;
            let ends = begins + number.len();
            let around = &line[begins - 1..(ends + 1).min(line.len())];
            if around.iter().all(|&at| at == ' ') {
                line[begins..ends].copy_from_slice(&number);
            }
        }
        line.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teach::lesson::quantity::Unit;

    fn record(lesson: &str, error: f64) -> LessonAttempt {
        LessonAttempt {
            taken_at: "2026-01-31T09:30:00Z".to_owned(),
            lesson: lesson.to_owned(),
            guess: error,
            letter: None,
            measured: 1.0,
            unit: Unit::Ratio,
            error,
            right: error < 1.5,
            votes_before: None,
            votes_after: None,
        }
    }

    fn a_student() -> Vec<LessonAttempt> {
        let errors = [
            ("one-page-at-a-time", 40.2),
            ("ten-hands", 5.2),
            ("a-thread-for-everyone", 161.0),
            ("async-is-not-concurrency", 84.0),
            ("one-thread-many-waits", 1.0),
            ("do-not-block-the-loop", 20.0),
            ("cpu-on-the-loop", 3.1),
            ("more-is-not-faster", 1.31),
        ];
        errors.map(|(lesson, error)| record(lesson, error)).into()
    }

    /// Compares with the whole chart, spaces on the left included.
    fn assert_drawn(records: &[LessonAttempt], ascii: bool, expected: &str) {
        let drawn = draw(records, 80, ascii);
        assert_eq!(drawn, expected.trim_start_matches('\n'), "\n{drawn}");
    }

    #[test]
    fn a_chart_in_unicode() {
        assert_drawn(
            &a_student(),
            false,
            "
 By what factor each guess was off (1× is exact)

 one-page-at-a-time            40×  ├────────────────────────────○
 ten-hands                    5.2×  ├────────────○
 a-thread-for-everyone        161×  ├──────────────────────────────────────○
 async-is-not-concurrency      84×  ├─────────────────────────────────○
 one-thread-many-waits       exact  ●
 do-not-block-the-loop         20×  ├──────────────────────○
 cpu-on-the-loop              3.1×  ├────────○
 more-is-not-faster           1.3×  ├─●
                                    └────┴──────┴─────┴────┴──────┴─────┴────┘
                                    1×   2×     5×   10×  20×    50×   100× 200×

 ● right   ○ wrong
 First guess: 40× off. Latest guess: 1.3× off (better).
",
        );
    }

    #[test]
    fn a_chart_in_ascii() {
        assert_drawn(
            &a_student()[6..],
            true,
            "
 By what factor each guess was off (1x is exact)

 cpu-on-the-loop        3.1x  |----------------------o
 more-is-not-faster     1.3x  |-----*
                              +-------------+------------------+-------------+
                              1x            2x                 5x           10x

 * right   o wrong
 First guess: 3.1x off. Latest guess: 1.3x off (better).
",
        );
    }

    #[test]
    fn the_latest_attempt_at_a_lesson_counts_in_the_order_of_the_attempts() {
        let records = [
            record("ten-hands", 40.0),
            record("one-page", 5.0),
            record("ten-hands", 1.2),
        ];
        let drawn = draw(&records, 80, true);
        assert!(!drawn.contains("40x"), "{drawn}");
        let first = drawn.find("one-page").unwrap();
        assert!(first < drawn.find("ten-hands").unwrap(), "{drawn}");
        assert!(
            drawn.ends_with("First guess: 5x off. Latest guess: 1.2x off (better).\n"),
            "{drawn}"
        );
    }

    #[test]
    fn the_axis_is_logarithmic_and_ends_at_a_thousand() {
        let chart = Chart::of(&[&record("x", 1e9)], 80);
        let steps = [1.0, 10.0, 100.0, 1000.0].map(|error| chart.column(error));
        assert_eq!(steps[0], 0);
        assert_eq!(steps[3], chart.length);
        assert!(steps[2].abs_diff(2 * steps[1]) <= 1, "{steps:?}");
        assert_eq!(chart.column(1e9), chart.length);
        let drawn = draw(&[record("x", 1e9)], 80, true);
        assert!(drawn.contains("->\n"), "{drawn}");
        assert!(drawn.ends_with("First guess: >9,999x off.\n"), "{drawn}");
    }

    #[test]
    fn every_chart_fits_and_its_labels_do_not_touch() {
        let long = "a-lesson-with-a-name-that-nobody-would-ever-want-to-type";
        for error in [1.0, 1.04, 2.0, 9.9, 10.1, 99.0, 340.0, 999.0, 1000.0, 7e12] {
            for (width, ascii) in [(0, true), (60, true), (80, false), (200, false)] {
                let drawn = draw(&[record(long, error), record("b", 1.0)], width, ascii);
                let columns = drawn.lines().map(|line| line.chars().count());
                assert!(columns.max().unwrap() <= width.clamp(60, 80), "{drawn}");
                assert_eq!(drawn.is_ascii(), ascii, "{drawn}");
                let sign = if ascii { 'x' } else { '×' };
                let numbers = drawn.lines().rev().nth(3).unwrap();
                for number in numbers.split_whitespace() {
                    let number = number.strip_suffix(sign).unwrap();
                    assert!(number.parse::<u32>().is_ok(), "{drawn}");
                }
            }
        }
        assert_eq!(draw(&[], 80, false), "");
    }
}
