//! How errors are printed. Those that clap finds and our own begin with
//! `error: `, and none says "invalid" twice.

use std::fmt::Display;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};

use super::{exit, output};
use crate::fmt::escape;
use crate::term::say;

/// Prints what clap has to say: an error, or the help or version that was asked
/// for.
pub(super) fn print_clap(error: &clap::Error) -> ExitCode {
    let ours = (error.kind() == ErrorKind::ValueValidation)
        .then(|| invalid_value(error))
        .flatten();
    match ours {
        Some(message) => print(message),
        None if error.use_stderr() => print_styled(error),
        // A pipe that was closed early is no reason for another message.
        None => drop(error.print()),
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Prints an error and returns its exit code.
pub(super) fn print_error(error: &anyhow::Error) -> ExitCode {
    print(format!("{error:#}"));
    ExitCode::from(exit::code_of(error))
}

/// Prints an error that does not end the command.
pub(super) fn print(message: impl Display) {
    // clap's own printer, so that colours are alike too.
    let message = escape::error(&message.to_string()) + "\n";
    let error = clap::Error::raw(ErrorKind::ValueValidation, message);
    print_styled(&error.with_cmd(&super::command()));
}

/// clap quotes what was typed as it is, beside its own colours.
fn print_styled(error: &clap::Error) {
    let colour = output::colour_of_errors();
    let text = error.render();
    let text = if colour {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    say::lines(text.trim_end(), colour);
}

/// The flag, the value and the cause of its refusal. clap would put "invalid
/// value" before a cause that begins with "invalid" itself.
fn invalid_value(error: &clap::Error) -> Option<String> {
    let flag = error.get(ContextKind::InvalidArg)?.to_string();
    let value = error.get(ContextKind::InvalidValue)?.to_string();
    let cause = std::error::Error::source(error)?.to_string();
    let cause = cause_alone(&cause, &value);
    Some(format!("invalid value '{value}' for '{flag}': {cause}"))
}

/// `invalid delay "20": expected a unit` is `expected a unit` if the value is
/// `20`, and `the delay "20": expected a unit` if that is only a part of it.
fn cause_alone(cause: &str, value: &str) -> String {
    let Some(rest) = cause.strip_prefix("invalid ") else {
        return cause.to_owned();
    };
    match rest.split_once(&format!(" {value:?}: ")) {
        Some((_, expected)) => expected.to_owned(),
        None => format!("the {rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_does_not_repeat_the_value_or_that_it_is_invalid() {
        let cause = "invalid delay \"20\": expected a unit, for example 20ms";
        let alone = "expected a unit, for example 20ms";
        assert_eq!(cause_alone(cause, "20"), alone);
        assert_eq!(
            cause_alone(cause, "20+4ms"),
            format!("the delay \"20\": {alone}")
        );
        assert_eq!(cause_alone(alone, "20"), alone);
    }
}
