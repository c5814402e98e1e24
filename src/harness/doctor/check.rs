//! One finding of the doctor, and the text of all of them.

use std::fmt::Write;

/// What a finding means for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing to do.
    Ok,
    /// It runs, but some number may be worse than necessary, or missing.
    Look,
    /// The default report cannot run like this.
    Missing,
    /// This platform has no such limit, or does not tell it.
    NotApplicable,
}

impl Severity {
    /// The printed word; readers would have to learn a symbol.
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

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// What it means for a report.
    pub severity: Severity,
    /// Its effect on a report, and what to do; empty for [`Severity::Ok`].
    pub advice: String,
    /// The command that fixes it, if there is one.
    pub command: Option<String>,
}

impl Check {
    /// Nothing to do.
    pub(super) fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            found: found.into(),
            severity: Severity::Ok,
            advice: String::new(),
            command: None,
        }
    }

    /// Unknown on this platform.
    pub(super) fn not_applicable(what: &'static str) -> Self {
        Self {
            severity: Severity::NotApplicable,
            ..Self::ok(what, "unknown on this machine")
        }
    }

    /// The same with another severity, and why.
    pub(super) fn but(self, severity: Severity, advice: impl Into<String>) -> Self {
        Self {
            severity,
            advice: advice.into(),
            ..self
        }
    }

    /// The same with the command that fixes it.
    pub(super) fn fix(self, command: impl Into<String>) -> Self {
        Self {
            command: Some(command.into()),
            ..self
        }
    }
}

/// Where the findings begin: after the severity and the name.
const INDENT: usize = 9 + 17;

/// All findings and a summary, for `width` columns. Commands stay on one line so
/// that they can be copied.
#[must_use]
pub fn render(checks: &[Check], width: usize) -> String {
    let mut text = String::new();
    for check in checks {
        let column = width.saturating_sub(INDENT).max(20);
        let mut lines = wrap(&check.found, column);
        lines.extend(wrap(&check.advice, column));
        let begin = format!("{:<9}{:<17}", check.severity.word(), check.what);
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
    let any = |severity| checks.iter().any(|check| check.severity == severity);
    if any(Severity::Missing) {
        "The default report cannot run here until what is missing is fixed.\n"
    } else if any(Severity::Look) {
        "The default report can run here; what is marked \"look\" may distort its numbers.\n"
    } else {
        "The default report can run here, and every check is fine.\n"
    }
}

/// Breaks at blanks; a word that is longer than a line has its own line.
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
            .but(Severity::Look, "more meet a second of delay")
            .fix("sudo sysctl -w net.core.somaxconn=4096");
        assert_eq!(
            render(&[check], 60),
            "look     backlog          128 connections may wait to be
                          accepted
                          more meet a second of delay
                          $ sudo sysctl -w net.core.somaxconn=4096

The default report can run here; what is marked \"look\" may distort its numbers.
"
        );
    }

    #[test]
    fn the_worst_severity_decides_the_summary() {
        let good = Check::ok("cores", "2");
        let missing = good.clone().but(Severity::Missing, "too few");
        assert!(summary(std::slice::from_ref(&good)).contains("every check is fine"));
        assert!(summary(&[good, missing]).contains("cannot run"));
    }
}
