//! Questions, answered in a line each. The mode of the terminal is not changed,
//! so there is nothing to restore.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};

use super::super::exit::OrUsage as _;
use crate::fmt::hanging;
use crate::teach::lesson::Lesson;
use crate::teach::lesson::guess::Guess;
use crate::teach::lesson::votes::Votes;
use crate::term::say;

/// Invalid answers before it gives up.
const TRIES: u32 = 5;

/// The guess, from the command line or from the user.
pub(super) fn guess(
    lesson: &Lesson,
    values: &[f64],
    predict: Option<&str>,
    yes: bool,
) -> anyhow::Result<Guess> {
    let unit = lesson.guess.metric.unit();
    if let Some(text) = predict {
        let guess = Guess::parse(text, values, unit);
        return guess.context("--predict").or_usage();
    }
    let how = "give it with --predict, for example `--predict b --yes`";
    if yes {
        bail!("there is no guess, and --yes asks no questions; {how}");
    }
    for _ in 0..TRIES {
        let Some(line) = ask(how_to_guess(values))? else {
            bail!("the input ended before there was a guess; {how}");
        };
        match Guess::parse(&line, values, unit) {
            Ok(guess) => return Ok(guess),
            Err(error) => tell(&error.to_string()),
        }
    }
    bail!("no valid guess in {TRIES} tries; look at the choices above and try again, or {how}")
}

fn how_to_guess(values: &[f64]) -> &'static str {
    if values.is_empty() {
        "Your guess (a number with its unit)"
    } else {
        "Your guess (a letter, or a number with its unit)"
    }
}

/// The votes after a measurement; `None` without a terminal, or for an empty
/// answer.
pub(super) fn votes_after(choices: usize) -> anyhow::Result<Option<Votes>> {
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    for _ in 0..TRIES {
        let Some(line) =
            ask("Votes after the measurement (for example a=1,b=20), or Enter to go on")?
        else {
            return Ok(None);
        };
        if line.trim().is_empty() {
            return Ok(None);
        }
        match Votes::parse(&line, choices) {
            Ok(votes) => return Ok(Some(votes)),
            Err(error) => tell(&error.to_string()),
        }
    }
    Ok(None)
}

/// Prints wrapped lines.
fn tell(what: &str) {
    say::lines(&hanging("", what, super::super::output::width()), false);
}

/// A line of the user; `None` at the end of the input.
fn ask(what: &str) -> anyhow::Result<Option<String>> {
    say::ask(&format!("{what} > "));
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    let read = read.context("the input could not be read")?;
    if read == 0 {
        say::ask("\n");
    }
    Ok((read > 0).then_some(line))
}
