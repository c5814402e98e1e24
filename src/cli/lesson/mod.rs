//! `regatta lesson`: guess, formula, measurement, picture.

mod ask;
mod exercise;
mod take;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;

use super::exit::OrUsage;
use super::headings::OUTPUT;
use crate::fmt::escape;
use crate::teach::lesson::progress::ProgressFile;
use crate::teach::lesson::show::{self, PrintStyle};
use crate::teach::lesson::votes::Votes;
use crate::teach::lesson::{self, Lesson, Recording};
use crate::term::say;

/// What `regatta lesson` takes.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 the results are as expected; 1 error; 2 invalid flags; 4 they are not, and the \
    reason is printed; 130 interrupted."
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Lesson: 1 to 12, C, an id, or a file that ends in .toml; without one the
    /// lessons are listed
    name: Option<String>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the lessons, and how far off your guesses were
    List {
        /// Draw with ASCII characters only
        #[arg(long)]
        ascii: bool,
    },
    /// Print notes for the teacher: what to ask, show and answer
    Notes {
        /// Lesson: 1 to 12, C or an id
        name: String,
    },
    /// Start over: your guesses so far are moved to another file
    Reset,
    /// Print a lesson again that was saved with --save; nothing is measured
    Replay {
        /// File that --save wrote
        file: PathBuf,
        #[command(flatten)]
        drawing: Drawing,
    },
}

/// How a lesson is taken.
#[derive(Debug, clap::Args)]
struct Options {
    /// Your guess, for example 60ms, 12MB, 110 or the letter of a choice; you are
    /// asked if it is not given
    #[arg(long, value_name = "GUESS")]
    predict: Option<String>,
    /// Votes of a class instead of a guess: the number for each letter
    #[arg(long, value_name = "a=3,b=12,..", conflicts_with_all = ["predict", "knob"])]
    votes: Option<String>,
    /// Votes after the measurement; on a terminal you are asked
    #[arg(long, value_name = "a=1,b=20,..", requires = "votes")]
    votes_after: Option<String>,
    /// Ask no questions, for scripts
    #[arg(long, short)]
    yes: bool,
    /// Set the knob of the lesson to this value and guess a number again
    #[arg(long, value_name = "VALUE")]
    knob: Option<String>,
    /// Write the exercise of this lesson, a small cargo project, to a new
    /// directory
    #[arg(long, value_name = "DIRECTORY", conflicts_with_all = ["predict", "votes", "knob", "save", "check"])]
    exercise: Option<PathBuf>,
    /// Build your solution of the exercise, run it, and print what is missing
    #[arg(long, value_name = "DIRECTORY", conflicts_with_all = ["predict", "votes", "knob", "save"])]
    check: Option<PathBuf>,
    /// Save everything that was measured, for `regatta lesson replay`
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    save: Option<PathBuf>,
    /// Print no progress on standard error
    #[arg(long, short, help_heading = OUTPUT)]
    quiet: bool,
    #[command(flatten)]
    drawing: Drawing,
}

/// How it is drawn.
#[derive(Debug, clap::Args)]
struct Drawing {
    /// Draw with ASCII characters only
    #[arg(long, help_heading = OUTPUT)]
    ascii: bool,
    /// Also write the pictures as SVG. Several runs have a file each, with a number
    /// in its name
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    svg: Option<PathBuf>,
}

/// Lists the lessons, or takes one.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match (&args.command, &args.name) {
        (Some(Command::List { ascii }), _) => list(look(*ascii)),
        (Some(Command::Notes { name }), _) => {
            super::output::print(&show::notes(&lesson::named(name).or_usage()?, &look(false)))
        }
        (Some(Command::Reset), _) => {
            super::output::print(&(ProgressFile::usual()?.reset()? + "\n"))
        }
        (Some(Command::Replay { file, drawing }), _) => replay(file, drawing),
        (None, None) => list(look(args.options.drawing.ascii)),
        (None, Some(name)) => return one(&lesson::named(name).or_usage()?, &args.options),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The exercise of a lesson, or the lesson itself.
fn one(lesson: &Lesson, options: &Options) -> anyhow::Result<ExitCode> {
    match (&options.exercise, &options.check) {
        (Some(directory), _) => exercise::hand_out(lesson, directory),
        (None, Some(directory)) => {
            exercise::check(lesson, directory, options.quiet, &options.drawing)
        }
        (None, None) => take::take(lesson, options),
    }
}

fn list(look: PrintStyle) -> anyhow::Result<()> {
    // Lessons are listed even if the file cannot be read.
    let progress = ProgressFile::usual().and_then(|file| file.read());
    let progress = progress.unwrap_or_else(|error| {
        super::errors::print(format!("{error:#}"));
        lesson::progress::LessonProgress::default()
    });
    if let Some(note) = &progress.note {
        say::error(note);
    }
    super::output::print(&show::list(&lesson::all()?, &progress.records, &look))
}

fn replay(file: &std::path::Path, drawing: &Drawing) -> anyhow::Result<()> {
    let recording = Recording::read(file)?;
    let lesson = recording.lesson_then()?;
    let found = recording.differences(&lesson);
    ensure!(
        found.is_empty(),
        "{} does not follow from its logs: {}; nothing of it is shown: use the file as \
         `regatta lesson --save` wrote it, or take the lesson again",
        file.display(),
        found.join("; ")
    );
    let look = look(drawing.ascii);
    let host = &recording.host;
    super::output::print(&format!(
        "{}measured on {}, {}, {} cores\n\n{}{}\n{}{}",
        show::question(&lesson, &look),
        escape::plain(&recording.taken_at),
        escape::plain(&host.cpu),
        host.cores,
        show::pictures(&lesson, &recording, &look),
        show::results(&recording, &look),
        show::verdict(&lesson, &recording, None, &look),
        show::after(&lesson, &look),
    ))?;
    draw(&recording, drawing)
}

/// Writes the pictures to files, if that is asked for.
fn draw(recording: &Recording, drawing: &Drawing) -> anyhow::Result<()> {
    let Some(file) = &drawing.svg else {
        return Ok(());
    };
    let pictures = show::Picture::all(recording);
    for (n, picture) in pictures.iter().enumerate() {
        let file = if pictures.len() == 1 {
            file.clone()
        } else {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!("{stem}-{}.svg", n + 1))
        };
        crate::report::write(&file, &picture.svg())?;
        say::line(&format!("wrote {}", file.display()));
    }
    Ok(())
}

fn look(ascii: bool) -> PrintStyle {
    let lines = terminal_size::terminal_size().map_or(24, |(_, lines)| usize::from(lines.0));
    PrintStyle {
        width: super::output::width(),
        height: lines,
        ascii,
        colour: super::output::colour(),
    }
}

/// The votes of a class, if they were given.
fn votes(text: Option<&String>, choices: usize) -> anyhow::Result<Option<Votes>> {
    let votes = text.map(|text| Votes::parse(text, choices)).transpose()?;
    ensure!(
        votes.as_ref().is_none_or(|votes| votes.total() > 0),
        "invalid --votes: all are 0; expected votes, for example a=3,b=12"
    );
    Ok(votes)
}
