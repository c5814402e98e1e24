//! Reading a latency from text, and saying what is wrong with one that
//! cannot be read. Each error ends with something to type instead.

use std::str::FromStr;
use std::time::Duration;

use super::{Entry, LARGEST_WEIGHT_SUM, LONGEST_DELAY, Latency, Shape};

/// The widest spread that is still a latency: at 3, one page in a thousand
/// takes ten thousand times the median.
const LARGEST_SIGMA: f64 = 3.0;

/// Why a text is not a latency, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LatencyError(String);

type Parsed<T> = Result<T, LatencyError>;

fn wrong<T>(what: impl Into<String>) -> Parsed<T> {
    Err(LatencyError(what.into()))
}

impl FromStr for Latency {
    type Err = LatencyError;

    fn from_str(text: &str) -> Parsed<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("uniform:") {
            return uniform(rest).map(Self);
        }
        if let Some(rest) = text.strip_prefix("lognormal:") {
            return lognormal(rest).map(Self);
        }
        if text.contains([',', '*']) {
            return weighted(text).map(Self);
        }
        delay(text).map(Shape::Fixed).map(Self)
    }
}

impl TryFrom<String> for Latency {
    type Error = LatencyError;

    fn try_from(text: String) -> Parsed<Self> {
        text.parse()
    }
}

fn delay(text: &str) -> Parsed<Duration> {
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return wrong(format!(
            "invalid delay \"{text}\": expected a unit, for example {text}ms"
        ));
    }
    let Ok(delay) = humantime::parse_duration(text) else {
        return wrong(format!(
            "invalid delay \"{text}\": expected a time or a distribution, for example 20ms, \
             uniform:10ms:30ms, lognormal:20ms:0.5 or 20ms*99,200ms"
        ));
    };
    if delay > LONGEST_DELAY {
        return wrong(format!(
            "invalid delay \"{text}\": expected at most 60s, for example 20ms"
        ));
    }
    Ok(delay)
}

fn uniform(rest: &str) -> Parsed<Shape> {
    let Some((low, high)) = rest.split_once(':') else {
        return wrong("invalid delay: uniform takes two delays, for example uniform:10ms:30ms");
    };
    let (low, high) = (delay(low)?, delay(high)?);
    if low > high {
        return wrong(format!(
            "invalid delay: uniform takes the shorter delay first, for example {}",
            Latency(Shape::Uniform {
                low: high,
                high: low
            })
        ));
    }
    Ok(Shape::Uniform { low, high })
}

fn lognormal(rest: &str) -> Parsed<Shape> {
    let Some((median, sigma)) = rest.split_once(':') else {
        return wrong(
            "invalid delay: lognormal takes a median and a sigma, for example lognormal:20ms:0.5",
        );
    };
    let median = delay(median)?;
    match sigma.trim().parse() {
        Ok(sigma) if (0.0..=LARGEST_SIGMA).contains(&sigma) => {
            Ok(Shape::LogNormal { median, sigma })
        }
        _ => wrong(format!(
            "invalid sigma \"{sigma}\": expected 0 to {LARGEST_SIGMA}, for example lognormal:20ms:0.5"
        )),
    }
}

fn weighted(text: &str) -> Parsed<Shape> {
    let entries: Vec<Entry> = text.split(',').map(entry).collect::<Parsed<_>>()?;
    let sum = entries
        .iter()
        .try_fold(0_u64, |sum, entry| sum.checked_add(entry.weight))
        .unwrap_or(u64::MAX);
    if sum > LARGEST_WEIGHT_SUM {
        return wrong(format!(
            "invalid delay \"{text}\": the weights add up to more than {LARGEST_WEIGHT_SUM}; \
             expected smaller ones in the same proportion, for example 20ms*99,200ms"
        ));
    }
    Ok(Shape::Weighted(entries))
}

fn entry(text: &str) -> Parsed<Entry> {
    let Some((time, weight)) = text.split_once('*') else {
        return delay(text).map(|delay| Entry { delay, weight: 1 });
    };
    let delay = delay(time)?;
    match weight.trim().parse() {
        Ok(weight) if weight > 0 => Ok(Entry { delay, weight }),
        _ => wrong(format!(
            "invalid weight \"{weight}\": expected a whole number of 1 or more, for example {}*99",
            time.trim()
        )),
    }
}
