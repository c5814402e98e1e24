//! Flags: what a reader should know about a row that was verified.
//!
//! A saved report holds each flag as text: its kind, then its numbers. Text
//! that this version does not know stays as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a reader should know about a row that was verified. Shares are 0 to 1.
/// Numbers are `None` where a saved report names the kind alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Flag {
    /// The driver is a trap.
    Trap {
        /// What is wrong with it.
        wrong: String,
        /// Its highest peak in flight, where that is below what is allowed.
        in_flight: Option<OutOf>,
    },
    /// The server used this share of its CPU time, so the row measures it.
    ServerBound(Option<f64>),
    /// Pages waited for the store for this share of the wall time.
    StoreBound(Option<f64>),
    /// The server sent its answers late, by this share of their delay.
    ServerLate(Option<f64>),
    /// Something else used CPU time during a run.
    Noisy(Option<Neighbour>),
    /// Some run had fewer requests in flight than allowed.
    NotFull(OutOf),
    /// The row has fewer runs than the fast drivers have.
    FewerRounds(Option<OutOf>),
    /// The driver opened more connections than it may have requests in flight.
    SurplusConnections(OutOf),
    /// A flag of another version.
    Other(String),
}

/// A count beside the count that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOf {
    /// What was measured.
    pub count: u64,
    /// What was expected or allowed.
    pub of: u64,
}

/// What used CPU time during a run, and its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Neighbour {
    /// The hypervisor, for other virtual machines.
    Hypervisor(f64),
    /// Other programs on this machine.
    Programs(f64),
}

impl Flag {
    /// The word or words that name its kind; a flag of another version has
    /// none.
    pub fn kind(&self) -> Option<&'static str> {
        Some(match self {
            Self::Trap { .. } => "trap",
            Self::ServerBound(_) => "server-bound",
            Self::StoreBound(_) => "store-bound",
            Self::ServerLate(_) => "server-late",
            Self::Noisy(_) => "noisy",
            Self::NotFull(_) => "not full",
            Self::FewerRounds(_) => "fewer rounds",
            Self::SurplusConnections(_) => "surplus connections",
            Self::Other(_) => return None,
        })
    }

    /// Its numbers in words.
    pub fn detail(&self) -> Option<String> {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        Some(match self {
            Self::Trap { wrong, in_flight } => {
                let peak = in_flight.map(|peak| format!("; {peak} in flight at most"));
                format!("{wrong}{}", peak.unwrap_or_default())
            }
            Self::ServerBound(share) => {
                format!("the server used {} of the CPU it has", percent((*share)?))
            }
            Self::StoreBound(share) => format!(
                "pages were held back for the store for {} of the time",
                percent((*share)?)
            ),
            Self::ServerLate(share) => {
                format!(
                    "answers left {:.1} % after they were due",
                    (*share)? * 100.0
                )
            }
            Self::Noisy(noise) => match (*noise)? {
                Neighbour::Hypervisor(share) => {
                    format!("the hypervisor took {} of the time", percent(share))
                }
                Neighbour::Programs(share) => {
                    format!("other programs used {} of the cores", percent(share))
                }
            },
            Self::NotFull(peak) => format!("{peak} in flight at most in some run"),
            Self::FewerRounds(runs) => {
                let OutOf { count, of } = (*runs)?;
                format!("{count}, where the fast drivers had {of}")
            }
            Self::SurplusConnections(OutOf { count, of }) => format!("{count} for {of}"),
            Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for OutOf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.count, self.of)
    }
}

/// The saved form.
impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Other(text) = self {
            return formatter.write_str(text);
        }
        formatter.write_str(self.kind().unwrap_or_default())?;
        match (self, self.detail()) {
            (_, None) => Ok(()),
            (Self::SurplusConnections(_), Some(detail)) => write!(formatter, " ({detail})"),
            (_, Some(detail)) => write!(formatter, ": {detail}"),
        }
    }
}

impl From<Flag> for String {
    fn from(flag: Flag) -> Self {
        flag.to_string()
    }
}

impl From<String> for Flag {
    /// Text that would be saved in another way is kept as [`Flag::Other`].
    fn from(text: String) -> Self {
        read(&text)
            .filter(|flag| flag.to_string() == text)
            .unwrap_or(Self::Other(text))
    }
}

fn read(text: &str) -> Option<Flag> {
    let kind_ends = text.find([':', '(']).unwrap_or(text.len());
    let (kind, detail) = text.split_at(kind_ends);
    let detail = detail.trim_start_matches([':', ' ', '(']);
    let numbers = numbers(detail);
    let share = numbers.first().map(|percent| percent / 100.0);
    Some(match kind.trim_end() {
        "trap" => trap(detail),
        "server-bound" => Flag::ServerBound(share),
        "store-bound" => Flag::StoreBound(share),
        "server-late" => Flag::ServerLate(share),
        "noisy" if detail.starts_with("the hypervisor") => {
            Flag::Noisy(share.map(Neighbour::Hypervisor))
        }
        "noisy" => Flag::Noisy(share.map(Neighbour::Programs)),
        "not full" => Flag::NotFull(out_of(&numbers)?),
        "fewer rounds" => Flag::FewerRounds(out_of(&numbers)),
        "surplus connections" => Flag::SurplusConnections(out_of(&numbers)?),
        _ => return None,
    })
}

fn trap(detail: &str) -> Flag {
    let peak = detail
        .rsplit_once("; ")
        .filter(|(_, peak)| peak.ends_with(" in flight at most"))
        .and_then(|(wrong, peak)| Some((wrong, out_of(&numbers(peak))?)));
    let (wrong, in_flight) = peak.map_or((detail, None), |(wrong, peak)| (wrong, Some(peak)));
    Flag::Trap {
        wrong: wrong.to_owned(),
        in_flight,
    }
}

fn numbers(text: &str) -> Vec<f64> {
    let words = text.split([' ', ',', '(', ')']);
    words.filter_map(|word| word.parse().ok()).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number that changes here makes other text than was read"
)]
fn out_of(numbers: &[f64]) -> Option<OutOf> {
    let [count, of] = numbers else { return None };
    Some(OutOf {
        count: *count as u64,
        of: *of as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_again(text: &str) -> Flag {
        let flag = Flag::from(text.to_owned());
        assert_eq!(flag.to_string(), text);
        flag
    }

    #[test]
    fn every_flag_is_saved_and_read_the_same() {
        let peak = OutOf { count: 1, of: 20 };
        for flag in [
            Flag::Trap {
                wrong: "one; after: another (lesson 2)".to_owned(),
                in_flight: Some(peak),
            },
            Flag::Trap {
                wrong: "takes too much".to_owned(),
                in_flight: None,
            },
            Flag::ServerBound(Some(0.93)),
            Flag::StoreBound(Some(0.07)),
            Flag::ServerLate(Some(0.145)),
            Flag::Noisy(Some(Neighbour::Hypervisor(0.06))),
            Flag::Noisy(Some(Neighbour::Programs(0.4))),
            Flag::NotFull(peak),
            Flag::FewerRounds(Some(peak)),
            Flag::SurplusConnections(OutOf { count: 23, of: 20 }),
        ] {
            assert_eq!(read_again(&flag.to_string()), flag);
        }
    }

    #[test]
    fn a_kind_without_numbers_is_read() {
        assert_eq!(read_again("noisy"), Flag::Noisy(None));
        assert_eq!(read_again("server-late"), Flag::ServerLate(None));
        assert_eq!(read_again("fewer rounds"), Flag::FewerRounds(None));
    }

    #[test]
    fn every_share_keeps_its_digits() {
        for tenths in 0..=1000_u32 {
            let text = format!(
                "server-late: answers left {:.1} % after they were due",
                f64::from(tenths) / 10.0
            );
            assert!(matches!(read_again(&text), Flag::ServerLate(Some(_))));
        }
    }

    #[test]
    fn text_of_another_version_is_kept() {
        for text in [
            "",
            "noisy: a dog barked 3 % of the time",
            "lucky",
            "not full",
        ] {
            assert!(matches!(read_again(text), Flag::Other(_)), "{text:?}");
        }
    }
}
