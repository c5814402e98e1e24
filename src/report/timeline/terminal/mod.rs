//! The picture in a terminal: lines of characters.

mod parts;

use crate::fmt;
use crate::measure::event_log::EventLog;

use super::axis::{Scale, until_ns};
use super::fold::{PageRow, fold};
use super::glyphs::{ALARM, Glyphs, paint};
use super::life::Lives;
use super::strip::{Strip, strips};
use super::{Offence, text, words};

/// The least columns that a picture takes.
pub const LEAST_WIDTH: usize = 40;
/// The least lines that it is laid out for; with many kinds of states or
/// offences on a narrow screen it may take more than so few.
pub const LEAST_HEIGHT: usize = 16;
/// Larger than any screen; larger looks are drawn as this.
const MOST: usize = 1_000;
/// Columns of the labels, unless one is longer: pictures with the same time
/// axis should stand below each other.
const LABELS: usize = 14;
/// Fewer rows than this are not enough for strips beside that of the flights.
const ROWS_BEFORE_STRIPS: usize = 5;
/// Lines of the strip of the flights, where there is room.
const TALLEST_STRIP: usize = 4;

/// How to draw in a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Columns that may be used; fewer than [`LEAST_WIDTH`] are taken as that.
    pub width: usize,
    /// Lines that may be used; fewer than [`LEAST_HEIGHT`] are taken as that.
    pub height: usize,
    /// Whether only ASCII characters are to be used.
    pub ascii: bool,
    /// Whether to add colour.
    pub colour: bool,
    /// Where the time axis ends; `None`: with the log, see [`until_ns`].
    pub until_ns: Option<u64>,
    /// What to mark.
    pub marked: Vec<Offence>,
}

impl Default for Look {
    /// A terminal of 80 columns and 24 lines, without colour.
    fn default() -> Self {
        Self {
            width: 80,
            height: 24,
            ascii: false,
            colour: false,
            until_ns: None,
            marked: Vec::new(),
        }
    }
}

/// Draws `log` in lines of no more than `look.width` columns, without spaces
/// at their ends, each ended by a line feed.
#[must_use]
pub fn terminal(log: &EventLog, look: &Look) -> String {
    let canvas = Canvas::new(log, look);
    let lines = canvas.picture(log, &Lives::of(log));
    lines
        .iter()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// What everything is drawn on.
struct Canvas<'a> {
    look: &'a Look,
    glyphs: &'static Glyphs,
    width: usize,
    height: usize,
    /// Columns of the labels to the left.
    labels: usize,
    scale: Scale,
    /// The cell in which the run ended, where the axis goes on.
    end: Option<usize>,
    strips: Vec<Strip>,
}

/// Rows and legend, which depend on each other's size.
struct Middle {
    rows: Vec<PageRow>,
    strips: usize,
    legend: Vec<String>,
}

impl Middle {
    /// Lines that it takes, with one for each strip.
    fn height(&self) -> usize {
        self.rows.len() + self.strips + self.legend.len()
    }
}

impl<'a> Canvas<'a> {
    fn new(log: &EventLog, look: &'a Look) -> Self {
        let width = look.width.clamp(LEAST_WIDTH, MOST);
        let until_ns = look.until_ns.unwrap_or_else(|| until_ns(log));
        let labels = labels(log, until_ns).max(LABELS).min(width / 2);
        // A marker, a space and the border.
        let scale = Scale::new(until_ns, width - labels - 3);
        Self {
            look,
            glyphs: Glyphs::new(look.ascii),
            width,
            height: look.height.clamp(LEAST_HEIGHT, MOST),
            labels,
            scale,
            end: scale.end(log.wall_ns),
            strips: strips(log, scale),
        }
    }

    fn picture(&self, log: &EventLog, lives: &Lives) -> Vec<String> {
        let head = self.head(log, lives);
        let axis = self.axis();
        let foot = self.foot();
        let left = self
            .height
            .saturating_sub(head.len() + axis.len() + foot.len());
        let middle = self.middle(lives, left);
        let spare = left.saturating_sub(middle.height());
        let mut picture = head;
        picture.extend(self.rows(&middle.rows));
        picture.extend(axis);
        for (index, strip) in self.strips[..middle.strips].iter().enumerate() {
            let tall = if index == 0 { tallest(strip, spare) } else { 1 };
            picture.extend(self.strip(strip, tall));
        }
        picture.extend(middle.legend);
        picture.extend(foot);
        picture
    }

    fn head(&self, log: &EventLog, lives: &Lives) -> Vec<String> {
        let title = text::fit(&self.plain(&words::title(log)), self.width, self.glyphs);
        let facts = words::facts(log, lives);
        let facts: Vec<String> = facts.iter().map(|fact| self.plain(fact)).collect();
        let facts = text::list(&facts, self.width, self.glyphs);
        let title = paint(&title, "1", self.look.colour);
        [title].into_iter().chain(facts).collect()
    }

    /// As many rows as fit, and as many strips as leave enough for them.
    fn middle(&self, lives: &Lives, left: usize) -> Middle {
        let mut most = left.max(1);
        let mut strips = self.strips.len();
        loop {
            let rows = fold(lives, self.scale, most);
            let legend = self.legend(&rows);
            let middle = Middle {
                rows,
                strips,
                legend,
            };
            let surplus = middle.height().saturating_sub(left);
            if surplus == 0 || (most == 1 && strips == 1) {
                return middle;
            }
            if strips > 1 && middle.rows.len() <= ROWS_BEFORE_STRIPS {
                strips -= 1;
            } else {
                most = middle.rows.len().min(most).saturating_sub(surplus).max(1);
            }
        }
    }

    fn alarm(&self, text: &str) -> String {
        paint(text, ALARM, self.look.colour)
    }

    fn plain(&self, text: &str) -> String {
        words::plain(text, self.look.ascii)
    }
}

/// Lines of the first strip, when so many are left over; no more than it has
/// levels, for one page in flight needs no tower.
fn tallest(strip: &Strip, spare: usize) -> usize {
    let levels = usize::try_from(strip.top).unwrap_or(usize::MAX);
    (1 + spare).min(TALLEST_STRIP).min(levels.max(1))
}

/// Columns of the longest label.
fn labels(log: &EventLog, until_ns: u64) -> usize {
    let last = log.pages.saturating_sub(1);
    let pages = format!("pages {last}-{last}");
    let strips = strips(log, Scale::new(until_ns, 1));
    let strips = strips.into_iter().map(|strip| strip.label);
    let labels = strips.chain([pages]);
    labels.map(|label| fmt::width(&label)).max().unwrap_or(0)
}
