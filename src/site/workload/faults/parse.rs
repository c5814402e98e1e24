//! Reading faults from text. Each error ends with an example.

use std::str::FromStr;
use std::time::Duration;

use super::super::latency::LONGEST_DELAY;
use super::{Entry, Fault, Faults, RetryAfter, WHOLE};

/// Why a text is not a list of faults, with an example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FaultsError(String);

type Parsed<T> = Result<T, FaultsError>;

fn wrong<T>(what: impl Into<String>) -> Parsed<T> {
    Err(FaultsError(what.into()))
}

/// The longest wait that a server asks for here.
const LONGEST_RETRY_SECONDS: u32 = 60;

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Parsed<Self> {
        if text.trim() == "none" {
            return Ok(Self::default());
        }
        let entries: Vec<Entry> = text.split(',').map(entry).collect::<Parsed<_>>()?;
        let words: Vec<String> = entries.iter().map(|entry| entry.fault.word()).collect();
        if let Some(twice) = (1..words.len()).find(|&n| words[..n].contains(&words[n])) {
            return wrong(format!(
                "invalid faults: {} is listed twice; add up its shares",
                words[twice]
            ));
        }
        let sum: u32 = entries.iter().map(|entry| entry.share).sum();
        if sum > WHOLE {
            return wrong(format!(
                "invalid faults {text:?}: the shares add up to {} %; expected at most 100 %",
                f64::from(sum) / 100.0
            ));
        }
        let met = entries.into_iter().filter(|entry| entry.share > 0);
        Ok(Self(met.collect()))
    }
}

impl TryFrom<String> for Faults {
    type Error = FaultsError;

    fn try_from(text: String) -> Parsed<Self> {
        text.parse()
    }
}

fn entry(text: &str) -> Parsed<Entry> {
    let Some((kind, rest)) = text.trim().split_once('=') else {
        return wrong(format!(
            "invalid fault {text:?}: expected KIND=SHARE, for example 500=5%, 429=2%:1s, reset=1%, \
             break=1%, truncate=1%, stall=1% or slow=1%:500ms; or none"
        ));
    };
    let (share_text, more) = match rest.split_once(':') {
        Some((share, more)) => (share, Some(more)),
        None => (rest, None),
    };
    let share = share(share_text)?;
    let fault = match (kind, more) {
        ("reset", None) => Fault::Reset,
        ("break", None) => Fault::Break,
        ("truncate", None) => Fault::Truncate,
        ("stall", None) => Fault::Stall,
        ("slow", time) => Fault::Slow(slow_time(time.unwrap_or_default(), share_text)?),
        ("reset" | "break" | "truncate" | "stall", Some(_)) => {
            return wrong(format!(
                "invalid fault {text:?}: {kind} takes no time; expected {kind}={share_text}"
            ));
        }
        (status, again) => Fault::Status(status_of(status)?, again.map(retry_after).transpose()?),
    };
    Ok(Entry { fault, share })
}

fn status_of(text: &str) -> Parsed<u16> {
    let status = text
        .parse()
        .ok()
        .filter(|status| (400..600).contains(status));
    status.map_or_else(
        || {
            wrong(format!(
                "invalid fault kind {text:?}: expected reset, break, truncate, stall, slow or a \
                 status from 400 to 599, for example 500=5%"
            ))
        },
        Ok,
    )
}

fn share(text: &str) -> Parsed<u32> {
    let number = text.trim().strip_suffix('%').map(str::trim);
    let percent = number.and_then(|number| number.parse::<f64>().ok());
    match percent.filter(|percent| (0.0..=100.0).contains(percent)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 10,000"
        )]
        Some(percent) => Ok((percent * 100.0).round() as u32),
        None => wrong(format!(
            "invalid share {text:?}: expected 0% to 100% of the requests, for example 5%"
        )),
    }
}

fn retry_after(text: &str) -> Parsed<RetryAfter> {
    if text == "date" {
        return Ok(RetryAfter::Date);
    }
    let seconds = text.strip_suffix('s').and_then(|text| text.parse().ok());
    match seconds.filter(|&seconds| seconds <= LONGEST_RETRY_SECONDS) {
        Some(seconds) => Ok(RetryAfter::Seconds(seconds)),
        None => wrong(format!(
            "invalid Retry-After {text:?}: expected whole seconds up to {LONGEST_RETRY_SECONDS}s, \
             for example 1s, or date"
        )),
    }
}

fn slow_time(text: &str, share: &str) -> Parsed<Duration> {
    let time = humantime::parse_duration(text).ok();
    match time.filter(|time| !time.is_zero() && *time <= LONGEST_DELAY) {
        Some(time) => Ok(time),
        None => wrong(format!(
            "invalid time of a slow body {text:?}: expected up to a minute, for example \
             slow={share}:500ms"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_written_as_they_are_read() {
        for text in [
            "none",
            "500=5%",
            "500=5%,429=2%:1s,reset=1%",
            "503=0.25%:date,break=1%,truncate=12.5%",
            "stall=1%,slow=2%:1s500ms",
        ] {
            assert_eq!(text.parse::<Faults>().unwrap().to_string(), text);
        }
        assert!("500=0%".parse::<Faults>().unwrap().is_none());
    }

    #[test]
    fn what_is_no_list_of_faults_is_refused_with_what_to_write() {
        for (text, remedy) in [
            ("", "500=5%"),
            ("500", "500=5%"),
            ("200=5%", "400 to 599"),
            ("burn=5%", "400 to 599"),
            ("500=5", "example 5%"),
            ("500=-1%", "0% to 100%"),
            ("500=nan%", "0% to 100%"),
            ("500=60%,503=60%", "120 %"),
            ("500=1%,500=2%", "add up its shares"),
            ("429=2%:1.5s", "whole seconds"),
            ("429=2%:2m", "whole seconds"),
            ("reset=1%:1s", "reset=1%"),
            ("stall=1%:1s", "stall=1%"),
            ("slow=3%", "slow=3%:500ms"),
            ("slow=3%:0s", "slow=3%:500ms"),
            ("slow=3%:61s", "up to a minute"),
        ] {
            let error = text.parse::<Faults>().unwrap_err().to_string();
            assert!(error.contains(remedy), "{text:?}: {error}");
        }
    }
}
