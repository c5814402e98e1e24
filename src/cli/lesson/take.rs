//! Taking a lesson: ask, lock the guess, run, draw, compare, keep.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::bail;

use super::super::errors;
use super::super::exit::{NOT_ALL_ROWS, OrUsage as _};
use super::super::output::{print, write_or_print};
use super::{Options, ask, draw, look, votes};
use crate::harness::process::{Failure, Program};
use crate::measure::limits;
use crate::teach::lesson::guess::error_ratio;
use crate::teach::lesson::progress::{LessonAttempt, ProgressFile};
use crate::teach::lesson::show::{self, Guessed, PrintStyle};
use crate::teach::lesson::votes::{self as voted, Votes};
use crate::teach::lesson::{Lesson, LessonRunner, Recording, RunMetric, Setup};
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;
use crate::term::say;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);
/// The approximate time to start a server and a worker.
const START: Duration = Duration::from_millis(50);

pub(super) fn take(lesson: &Lesson, options: &Options) -> anyhow::Result<ExitCode> {
    let look = look(options.drawing.ascii);
    let turned = options.knob.as_ref().map(|value| lesson.turned(value));
    let turned = turned.transpose().or_usage()?;
    let lesson = turned.as_ref().unwrap_or(lesson);
    lesson.runs.iter().try_for_each(fits)?;
    let before = votes(options.votes.as_ref(), lesson.choices.len()).or_usage()?;
    let after = votes(options.votes_after.as_ref(), lesson.choices.len()).or_usage()?;
    let guessed = lock(lesson, before.as_ref(), options, &look)?;

    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let recording = match run_all(lesson, &Progress::new(options.quiet), &interrupt) {
        Ok(recording) => recording,
        Err(Failure::Interrupted) => {
            say::error("interrupted before the end of the lesson; nothing is kept");
            return Ok(ExitCode::from(interrupt::EXIT_CODE));
        }
        Err(Failure::Failed(why) | Failure::Server(why)) => {
            bail!("lesson {}: {why}", lesson.label())
        }
    };
    print(&format!(
        "{}{}\n{}",
        show::pictures(lesson, &recording, &look),
        show::results(&recording, &look),
        show::verdict(lesson, &recording, Some(&guessed), &look)
    ))?;
    let after = class(lesson, before.as_ref(), after, options, &look)?;
    print(&format!("\n{}", show::after(lesson, &look)))?;
    let is_as_expected = recording.unmet().is_empty();
    // Before anything that may fail: the lesson has been taken.
    if is_as_expected && lesson.turned.is_none() {
        keep(lesson, &recording, &guessed, (before, after));
    }
    if let Some(file) = &options.save {
        write_or_print(file, &recording.json())?;
    }
    draw(&recording, &options.drawing)?;
    Ok(if is_as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_ALL_ROWS)
    })
}

/// Asks, and takes the guess: from here on it stands.
fn lock(
    lesson: &Lesson,
    votes: Option<&Votes>,
    options: &Options,
    look: &PrintStyle,
) -> anyhow::Result<Guessed> {
    // With its knob turned it is another question, and there is nothing to
    // choose from.
    let choices = show::choices(lesson, look)?;
    let gap = if choices.is_empty() { "" } else { "\n" };
    print(&format!("{}{choices}{gap}", show::question(lesson, look)))?;
    let values = match lesson.turned {
        None => lesson.values()?,
        Some(_) => Vec::new(),
    };
    let guessed = match votes {
        Some(votes) => of_most(votes, &values),
        None => Guessed {
            guess: ask::guess(lesson, &values, options.predict.as_deref(), options.yes)?,
            by: "you",
        },
    };
    print(&locked(lesson, &guessed, look))?;
    Ok(guessed)
}

fn fits(run: &Setup) -> anyhow::Result<()> {
    limits::check_fits(run.workload()?.concurrency, false).or_usage()
}

/// What most of a class believe.
fn of_most(votes: &Votes, values: &[f64]) -> Guessed {
    let most = (0..values.len()).rev().max_by_key(|&place| votes.of(place));
    let place = most.unwrap_or_default();
    Guessed {
        guess: crate::teach::lesson::guess::Guess {
            value: values[place],
            choice: Some(place),
        },
        by: "the class",
    }
}

fn locked(lesson: &Lesson, guessed: &Guessed, look: &PrintStyle) -> String {
    let unit = lesson.guess.metric.unit();
    let value = unit.print(guessed.guess.value, look.ascii);
    let letter = guessed.guess.letter();
    let stands_for = letter.map_or(String::new(), |letter| format!(" ({letter})"));
    format!("Locked: {value}{stands_for}.\n\n")
}

/// Runs it, with a bar that moves by what the formulas say.
fn run_all(
    lesson: &Lesson,
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<Recording, Failure> {
    progress.note("starting the server");
    let runner = LessonRunner::open(Program::this()?, interrupt)?;
    let total: Duration = lesson.runs.iter().map(predicted).sum();
    let (begun, running, over) = (Instant::now(), AtomicUsize::new(0), AtomicBool::new(false));
    let recording = thread::scope(|scope| {
        // Also when it panics: the scope waits for its thread.
        let _over = Over(&over);
        scope.spawn(|| {
            while !over.load(Relaxed) {
                let place = running.load(Relaxed);
                let round = format!("{} of {}", place.max(1), lesson.runs.len());
                let name = &lesson.runs[place.saturating_sub(1)].name;
                let elapsed = begun.elapsed();
                progress.running(&round, name, elapsed, total.saturating_sub(elapsed));
                thread::park_timeout(TICK);
            }
        });
        runner.run_all(lesson, |setup| {
            running.fetch_add(1, Relaxed);
            let seconds = predicted(setup).as_secs_f64();
            progress.note(&format!("{}: some {seconds:.1} s", setup.name));
        })
    });
    progress.end();
    recording
}

/// Sets it when dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// How long a run takes by its formula; one that needs what the run will
/// measure is taken for a second.
fn predicted(setup: &Setup) -> Duration {
    let known = setup.known().ok();
    let formula = setup.formula.get(&RunMetric::Wall);
    let seconds = known.and_then(|known| formula?.value(&known).ok());
    START + Duration::from_secs_f64(seconds.unwrap_or(1.0).clamp(0.0, 60.0))
}

/// The votes of a class before and after, drawn.
fn class(
    lesson: &Lesson,
    before: Option<&Votes>,
    after: Option<Votes>,
    options: &Options,
    look: &PrintStyle,
) -> anyhow::Result<Option<Votes>> {
    let Some(before) = before else {
        return Ok(None);
    };
    let after = match after {
        None if !options.yes => ask::votes_after(lesson.choices.len())?,
        after => after,
    };
    let drawn = voted::draw(before, after.as_ref(), lesson.right(), look.ascii);
    print(&format!("\n{drawn}"))?;
    Ok(after)
}

/// Writes it down; whatever is the matter with that, the lesson was taken.
fn keep(
    lesson: &Lesson,
    recording: &Recording,
    guessed: &Guessed,
    (votes_before, votes_after): (Option<Votes>, Option<Votes>),
) {
    let Some(measured) = recording.measured else {
        return;
    };
    let unit = recording.metric.unit();
    let record = LessonAttempt {
        taken_at: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        lesson: lesson.id.clone(),
        guess: guessed.guess.value,
        letter: guessed.guess.letter(),
        measured,
        unit,
        error: error_ratio(guessed.guess.value, measured, unit),
        right: guessed.guess.choice == Some(lesson.right()),
        votes_before,
        votes_after,
    };
    let kept = ProgressFile::usual().and_then(|file| file.append(&record));
    if let Err(error) = kept {
        errors::print(format!("{error:#}"));
    }
}
