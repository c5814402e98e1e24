//! What is to be drawn, put together.

use crate::measure::event_log::EventLog;

use super::super::axis::{Scale, until_ns};
use super::super::fold::{PageRow, fold};
use super::super::legend;
use super::super::life::Lives;
use super::super::strip::{Strip, strips};
use super::super::words;
use super::layout::{COLUMNS, Layout, Others};
use super::style::{self, LegendEntry};
use super::{SvgLook, xml};

/// What is to be drawn, and where.
pub(super) struct Sheet<'a> {
    pub(super) title: String,
    pub(super) wall_ns: u64,
    pub(super) facts: Vec<String>,
    pub(super) scale: Scale,
    pub(super) rows: Vec<PageRow>,
    pub(super) strips: Vec<Strip>,
    pub(super) legend: Vec<Vec<LegendEntry>>,
    pub(super) foot: Vec<String>,
    pub(super) look: &'a SvgLook,
    pub(super) layout: Layout,
}

impl<'a> Sheet<'a> {
    /// `foot` are the lines below the picture.
    pub(super) fn new(log: &EventLog, look: &'a SvgLook, foot: Vec<String>) -> Self {
        let lives = Lives::of(log);
        let until_ns = look.until_ns.unwrap_or_else(|| until_ns(log));
        let scale = Scale::new(until_ns, COLUMNS);
        let strips = strips(log, scale);
        let facts = words::facts(log, &lives);
        let mut others = Others {
            facts: xml::wrapped(&words::listed(&facts)).len(),
            strips: strips.len(),
            // Hardly ever more; what there is depends on the rows.
            legend: 2,
            foot: foot.len(),
        };
        let rows = fold(&lives, scale, others.most_rows());
        let legend = style::entries(&legend::states(&rows), &legend::shapes(&rows));
        others.legend = legend.len();
        let layout = Layout::new(rows.len(), others);
        Self {
            title: words::title(log),
            wall_ns: log.wall_ns,
            facts,
            scale,
            rows,
            strips,
            legend,
            foot,
            look,
            layout,
        }
    }
}
