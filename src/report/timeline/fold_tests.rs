//! Rows and cells, from lives written by hand. The scale is a cell a
//! nanosecond times ten.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const CELLS: usize = 20;

fn scale() -> Scale {
    Scale::new(10 * CELLS as u64, CELLS)
}

fn served(from_ns: u64, to_ns: u64) -> Life {
    let span = |state, from_ns, to_ns| StateSpan {
        state,
        from_ns,
        to_ns,
    };
    Life {
        spans: vec![
            span(State::Waiting, 0, from_ns),
            span(State::Served, from_ns, to_ns),
        ],
        marks: Vec::new(),
    }
}

fn lives(lives: impl IntoIterator<Item = Life>) -> Lives {
    let of: BTreeMap<u64, Life> = (0..).zip(lives).collect();
    Lives {
        pages: of.len() as u64,
        wall_ns: 200,
        of,
    }
}

/// A row as text: `.` waiting, `=` served, `%` computing, `x` a mark.
fn shown(row: &PageRow) -> String {
    let glyph = |cell: &PictureCell| match (cell.mark, cell.state) {
        (Some(_), _) => 'x',
        (None, Some(State::Waiting)) => '.',
        (None, Some(State::Served)) => '=',
        (None, Some(State::Computing)) => '%',
        (None, Some(_)) => '?',
        (None, None) => ' ',
    };
    let text: String = row.cells.iter().map(glyph).collect();
    text.trim_end().to_owned()
}

fn drawn(lives: &Lives, most: usize) -> Vec<String> {
    fold(lives, scale(), most).iter().map(shown).collect()
}

proptest! {
    #[test]
    fn pages_one_after_the_other_never_seem_to_overlap(
        lengths in proptest::collection::vec(10..40_u64, 1..6),
    ) {
        let mut end = 0;
        let lives = lives(lengths.iter().map(|length| {
            end += length;
            served(end - length, end)
        }));
        let rows = fold(&lives, scale(), 100);
        for cell in 0..CELLS {
            let active = rows.iter().filter(|row| row.cells[cell].state == Some(State::Served));
            prop_assert!(active.count() <= 1, "cell {cell}");
        }
        for row in &rows {
            prop_assert!(shown(row).contains('='), "each is seen");
        }
    }

    #[test]
    fn rows_hold_every_page_once_and_are_no_more_than_asked(pages in any::<u64>(), most in 1..60_usize) {
        let lives = Lives { pages, wall_ns: 1, of: BTreeMap::new() };
        let rows = fold(&lives, Scale::new(1, 1), most);
        prop_assert!(rows.len() <= most);
        let mut next = 0;
        for row in &rows {
            prop_assert_eq!(row.first, next);
            next = row.last + 1;
        }
        prop_assert_eq!(next, pages);
    }
}

#[test]
fn ends_are_rounded_to_whole_cells() {
    let rows = drawn(&lives([served(0, 54), served(56, 124)]), 2);
    assert_eq!(rows, ["=====", "......======"]);
}

#[test]
fn what_is_shorter_than_a_cell_still_has_one() {
    let rows = drawn(&lives([served(31, 33)]), 1);
    assert_eq!(rows, ["...="]);
}

#[test]
fn in_a_row_of_many_pages_an_active_page_wins_over_those_that_wait() {
    let pages = [
        served(0, 50),
        served(100, 150),
        served(100, 150),
        served(190, 200),
    ];
    assert_eq!(drawn(&lives(pages), 1), ["=====.....=====....="]);
}

#[test]
fn computing_wins_over_the_pages_that_wait_for_it() {
    let mut computing = served(0, 100);
    computing.spans.push(StateSpan {
        state: State::Computing,
        from_ns: 100,
        to_ns: 150,
    });
    let rows = drawn(&lives([computing, served(0, 200), served(0, 200)]), 1);
    assert_eq!(rows, ["==========%%%%%====="]);
}

#[test]
fn a_mark_wins_over_everything_and_the_stronger_over_the_weaker() {
    let mut life = served(0, 100);
    life.marks = vec![
        (Mark::Failed, 100),
        (Mark::Retried, 95),
        (Mark::Retried, 40),
    ];
    let lives = lives([life]);
    assert_eq!(drawn(&lives, 1), ["====x====x"]);
    let row = &fold(&lives, scale(), 1)[0];
    assert_eq!(row.cells[9].mark, Some(Mark::Failed));
}

#[test]
fn what_is_beyond_the_axis_is_not_drawn_on_its_edge() {
    let mut life = served(0, 50);
    life.spans.push(StateSpan {
        state: State::Served,
        from_ns: 300,
        to_ns: 400,
    });
    life.marks = vec![(Mark::Cancelled, 400)];
    assert_eq!(drawn(&lives([life]), 1), ["====="]);
}

#[test]
fn rows_begin_at_round_numbers() {
    for (pages, most, size) in [
        (100, 16, 10),
        (100, 42, 3),
        (20, 16, 2),
        (20, 20, 1),
        (1_000, 100, 10),
        (1_001, 100, 20),
    ] {
        assert_eq!(pages_a_row(pages, most), size, "{pages} in {most}");
    }
}
