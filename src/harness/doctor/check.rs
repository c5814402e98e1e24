//! One line of the doctor's findings, and how they are written down.

use std::fmt::Write;

/// What a finding means for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// It runs, but a figure may be worse than it could be, or not there.
    Look,
    /// The default report cannot run like this.
    Missing,
    /// This platform has no such thing, or does not tell.
    NotApplicable,
}

impl Verdict {
    /// As it is printed: a word, because a symbol would have to be learnt.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Missing => "missing",
            Self::NotApplicable => "n/a",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub what: &'static str,
    /// What was found there.
    pub found: String,
    /// What that means.
    pub verdict: Verdict,
    /// What it does to a report, and what to do; empty when all is well.
    pub advice: String,
    /// The command that mends it, where there is one.
    pub command: Option<String>,
}

impl Check {
    /// Nothing to do.
    pub(super) fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            found: found.into(),
            verdict: Verdict::Ok,
            advice: String::new(),
            command: None,
        }
    }

    /// Not on this platform, or not told.
    pub(super) fn not_applicable(what: &'static str) -> Self {
        Self {
            verdict: Verdict::NotApplicable,
            ..Self::ok(what, "not told on this machine")
        }
    }

    /// The same with another verdict, and why.
    pub(super) fn but(self, verdict: Verdict, advice: impl Into<String>) -> Self {
        Self {
            verdict,
            advice: advice.into(),
            ..self
        }
    }

    /// The same with the command that mends it.
    pub(super) fn mend(self, command: impl Into<String>) -> Self {
        Self {
            command: Some(command.into()),
            ..self
        }
    }
}

/// Where the findings begin: after the verdict and the name.
const INDENT: usize = 9 + 17;

/// All findings and what they come to, for `width` columns. Commands stay on
/// one line, however long, so that they can be copied.
#[must_use]
pub fn render(checks: &[Check], width: usize) -> String {
    let mut text = String::new();
    for check in checks {
        let column = width.saturating_sub(INDENT).max(20);
        let mut lines = wrap(&check.found, column);
        lines.extend(wrap(&check.advice, column));
        let begin = format!("{:<9}{:<17}", check.verdict.word(), check.what);
        for (number, line) in lines.iter().enumerate() {
            let begin = if number == 0 { begin.as_str() } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{begin:<INDENT$}{line}");
        }
        if let Some(command) = &check.command {
            let _ = writeln!(text, "{:<INDENT$}$ {command}", "");
        }
    }
    text.push('\n');
    text.push_str(summary(checks));
    text
}

fn summary(checks: &[Check]) -> &'static str {
    let any = |verdict| checks.iter().any(|check| check.verdict == verdict);
    if any(Verdict::Missing) {
        "The default report cannot run here until what is missing is fixed.\n"
    } else if any(Verdict::Look) {
        "The default report can run here; its figures would be better after a look.\n"
    } else {
        "The default report can run here, and nothing stands in its way.\n"
    }
}

/// Breaks at blanks; a word that is too long for a line has one of its own.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_wrapped_below_itself_and_a_command_is_never_broken() {
        let check = Check::ok("backlog", "128 connections may wait to be accepted")
            .but(Verdict::Look, "more meet a second of delay")
            .mend("sudo sysctl -w net.core.somaxconn=4096");
        assert_eq!(
            render(&[check], 60),
            "look     backlog          128 connections may wait to be
                          accepted
                          more meet a second of delay
                          $ sudo sysctl -w net.core.somaxconn=4096

The default report can run here; its figures would be better after a look.
"
        );
    }

    #[test]
    fn the_worst_verdict_sums_it_up() {
        let well = Check::ok("cores", "2");
        let missing = well.clone().but(Verdict::Missing, "too few");
        assert!(summary(std::slice::from_ref(&well)).contains("nothing stands"));
        assert!(summary(&[well, missing]).contains("cannot run"));
    }
}
