//! What is generated in the page of a lesson, region by region.

use std::fmt::Write as _;

use regatta::site::workload::Workload;
use regatta::teach::exercise;
use regatta::teach::lesson::guess;
use regatta::teach::lesson::show::{self, PrintStyle};
use regatta::teach::lesson::{self, Known, Lesson, RecordedRun, RunMetric, Setup};

use crate::Told;
use crate::pictures;
use crate::stem;

/// Every region of a page, in the order of the page: the question comes before
/// its answer.
pub(crate) const IN_ORDER: [&str; 7] = [
    "question", "pictures", "results", "why", "expect", "knob", "go on",
];

/// The width of the printed table.
const COLUMNS: usize = 80;

/// The region of that name.
pub(crate) fn named(told: &Told, name: &str) -> Option<String> {
    Some(match name {
        "question" => question(&told.lesson),
        "pictures" => drawn(told),
        "results" => results(told),
        "why" => why(&told.lesson),
        "expect" => expect(told),
        "knob" => knob(&told.lesson),
        "go on" => go_on(&told.lesson),
        _ => return None,
    })
}

/// The letter of the choice at `place`.
fn letter(place: usize) -> char {
    guess::letter(place).expect("no lesson has that many choices")
}

/// Nothing here says which choice is right.
fn question(lesson: &Lesson) -> String {
    let unit = lesson.guess.metric.unit();
    let values = lesson.values().unwrap();
    let mut table = String::from("| | value | reason |\n|---|---|---|\n");
    for (place, (choice, value)) in lesson.choices.iter().zip(values).enumerate() {
        let (name, value) = (letter(place), unit.print(value, false));
        let _ = writeln!(table, "| **{name}** | {value} | {} |", choice.text);
    }
    format!(
        "**{}**\n\n{table}\nWrite down your guess: a letter, or a number of your own. Then run the lesson ({} minutes in \
         class):\n\n```console\n$ regatta lesson {}\n```",
        lesson.question.trim(),
        lesson.minutes,
        lesson.label()
    )
}

fn drawn(told: &Told) -> String {
    let pictures = pictures::of(told).into_iter();
    let shown = pictures.map(|(name, svg)| {
        let words = pictures::in_words(&svg);
        format!("![{words}](pictures/{name})\n\n")
    });
    shown.collect()
}

fn results(told: &Told) -> String {
    let look = PrintStyle {
        width: COLUMNS,
        height: 24,
        ascii: false,
        colour: false,
    };
    let host = &told.recording.host;
    let machine = [
        format!("{} {} {}", host.os, host.kernel, host.arch),
        host.cpu.clone(),
        format!("{} cores", host.cores),
    ];
    format!(
        "```text\n{}```\n\nMeasured at {} on {}, by\n\n```console\n$ regatta lesson {} --predict a --yes --save \
         docs/lessons/saved/{}.json\n```",
        show::results(&told.recording, &look),
        told.recording.taken_at,
        machine.join(", "),
        told.lesson.label(),
        stem(&told.lesson),
    )
}

/// Why, and the misconceptions, folded away.
fn why(lesson: &Lesson) -> String {
    let right = lesson.right();
    let mut beliefs = String::from("| | misconception | answer to it |\n|---|---|---|\n");
    for (place, choice) in lesson.choices.iter().enumerate() {
        let Some(belief) = &choice.reveals else {
            continue;
        };
        let name = letter(place);
        let said = { lesson.notes.wrong.iter() }.find(|wrong| wrong.letter == name);
        let say = said.map_or("", |wrong| wrong.say.as_str());
        let _ = writeln!(beliefs, "| **{name}** | {belief} | {say} |");
    }
    format!(
        "<details>\n<summary>The right answer, and why people choose the others</summary>\n\n**{}** is right: \
         {}.\n\n{beliefs}\n</details>\n\n{}",
        letter(right),
        lesson.choices[right].text,
        lesson.why.trim()
    )
}

/// The expected results of each run, on any machine.
fn expect(told: &Told) -> String {
    let mut table = String::from("| run | driver | workload | expected |\n|---|---|---|---|\n");
    for (setup, run) in told.lesson.runs.iter().zip(&told.recording.runs) {
        let expected = { setup.expect.iter() }.map(|(metric, range)| {
            let words = range.told(&known(setup, run), |value| {
                metric.unit().print(value, false)
            });
            format!("{}: {words}", metric.words())
        });
        let _ = writeln!(
            table,
            "| {} | `{}` | {} | {} |",
            setup.name,
            setup.driver,
            scenario(setup),
            expected.collect::<Vec<_>>().join("; ")
        );
    }
    table
}

/// The variables of a run's formulas, with those that it measured.
fn known(setup: &Setup, run: &RecordedRun) -> Known {
    let mut known = setup.known().unwrap();
    if let Some(&work) = run.measured.get(&RunMetric::Work) {
        known.insert("work", (work, RunMetric::Work.unit()));
    }
    known
}

fn scenario(setup: &Setup) -> String {
    let Workload {
        pages,
        concurrency,
        latency,
        slots,
        rate,
        ..
    } = setup.workload().unwrap();
    let mut words = vec![
        format!("{pages} pages of `{latency}`"),
        format!("at most {concurrency} in flight"),
    ];
    if !slots.is_none() {
        words.push(format!("server slots `{slots}`"));
    }
    if rate > 0 {
        words.push(format!("{rate} requests per second"));
    }
    if let Some(stop) = setup.stop {
        words.push(format!("{} after {}", stop.how, stop.after));
    }
    words.join(", ")
}

fn knob(lesson: &Lesson) -> String {
    let knob = &lesson.knob;
    let place = knob
        .run
        .as_ref()
        .map_or(String::new(), |run| format!(" of *{run}*"));
    format!(
        "{}\nThe knob is `{}`{place}:\n\n```console\n$ regatta lesson {} --knob {}\n```",
        knob.text,
        knob.key,
        lesson.label(),
        knob.try_this
    )
}

/// The exercise, further reading, and links to the lessons before and after.
fn go_on(lesson: &Lesson) -> String {
    let mut text = String::new();
    if let Some(exercise) = lesson.exercise.as_deref().and_then(exercise::named) {
        let (id, label) = (exercise.id, lesson.label());
        let _ = writeln!(
            text,
            "**Exercise**: [{}](../../fixtures/exercises/{id}/task.md), as a small cargo project:\n\n\
             ```console\n$ regatta lesson {label} --exercise {id}\n$ regatta lesson {label} --check {id}\n```\n",
            exercise.title
        );
    }
    text.push_str("**Further reading**:\n\n");
    for source in &lesson.sources {
        let _ = writeln!(text, "- {}", link(source));
    }
    text + &format!("\n{}", neighbours(lesson))
}

fn link(source: &str) -> String {
    if source.contains("://") {
        return format!("<{source}>");
    }
    let path = match source.strip_prefix("docs/") {
        Some(document) => format!("../{document}"),
        None => format!("../../{source}"),
    };
    format!("[{source}]({path})")
}

fn neighbours(lesson: &Lesson) -> String {
    let all = lesson::all().unwrap();
    let beside = |step: i16| {
        let is_it = |other: &&Lesson| i16::from(other.number) == i16::from(lesson.number) + step;
        let other = all.iter().find(is_it)?;
        Some(format!("[{}]({}.md)", other.title, stem(other)))
    };
    let before = beside(-1).map(|link| format!("previous: {link}"));
    let after = beside(1).map(|link| format!("next: {link}"));
    let all = Some("[all lessons](README.md)".to_owned());
    let links: Vec<String> = [before, all, after].into_iter().flatten().collect();
    links.join(" · ")
}
