//! Latencies: each page takes at least its delay and at most the whole scrape,
//! and the figures follow from the histogram.

use super::{Expected, Verdict};
use crate::fmt::plural;
use crate::measure::sample::{PageLatency, Sample};

/// The buckets of a histogram are a thousandth of their value wide, and hold
/// their upper edge.
const BUCKET: f64 = 0.002;

/// Every rule about the page latency.
pub(super) fn latency(sample: &Sample, expected: &Expected) -> Verdict {
    let latency = &sample.page_latency;
    let counted = latency.histogram.iter().map(|&(_, pages)| pages);
    let counted = counted.fold(0, u64::saturating_add);
    if counted != sample.pages {
        return Err(format!(
            "its latency histogram holds {} of {}",
            plural(counted, "page"),
            sample.pages
        ));
    }
    if counted == 0 {
        return Ok(());
    }
    rising(latency)?;
    not_over(latency, sample.wall_ns)?;
    follows(latency, counted)?;
    at_least_the_delays(latency, expected)
}

fn rising(latency: &PageLatency) -> Verdict {
    let buckets = latency.histogram.windows(2);
    let are_rising = buckets.into_iter().all(|pair| pair[0].0 < pair[1].0);
    let figures = [
        latency.p50_ns,
        latency.p90_ns,
        latency.p99_ns,
        latency.max_ns,
    ];
    if are_rising && figures.is_sorted() && latency.mean_ns <= latency.max_ns {
        return Ok(());
    }
    Err(format!(
        "its latencies are not in order: mean {}, p50 {}, p90 {}, p99 {}, max {}",
        milliseconds(latency.mean_ns),
        milliseconds(latency.p50_ns),
        milliseconds(latency.p90_ns),
        milliseconds(latency.p99_ns),
        milliseconds(latency.max_ns)
    ))
}

fn not_over(latency: &PageLatency, wall_ns: u64) -> Verdict {
    if latency.max_ns <= wall_ns {
        return Ok(());
    }
    Err(format!(
        "says a page took {} in a scrape of {}",
        milliseconds(latency.max_ns),
        milliseconds(wall_ns)
    ))
}

/// Mean, percentiles and maximum are those of the histogram.
fn follows(latency: &PageLatency, pages: u64) -> Verdict {
    let histogram = &latency.histogram;
    let weighted = |&(value, count): &(u64, u64)| value as f64 * count as f64;
    let mean_ns = histogram.iter().map(weighted).sum::<f64>() / pages as f64;
    let most = at_rank(histogram, pages);
    let checked = [
        ("mean", latency.mean_ns, (mean_ns, mean_ns)),
        ("p50", latency.p50_ns, around(histogram, pages, 0.50)),
        ("p90", latency.p90_ns, around(histogram, pages, 0.90)),
        ("p99", latency.p99_ns, around(histogram, pages, 0.99)),
        ("max", latency.max_ns, (most, most)),
    ];
    for (name, says_ns, (low_ns, high_ns)) in checked {
        let says = says_ns as f64;
        if says < low_ns * (1.0 - BUCKET) - 2.0 || says > high_ns * (1.0 + BUCKET) + 2.0 {
            return Err(format!(
                "says its {name} latency is {}, but its histogram makes it {:.3} ms",
                milliseconds(says_ns),
                low_ns / 1e6
            ));
        }
    }
    Ok(())
}

/// A percentile may be the value at its rank or the next: there is more than one
/// definition.
fn around(histogram: &[(u64, u64)], pages: u64, share: f64) -> (f64, f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count"
    )]
    let rank = (pages as f64 * share) as u64;
    (
        at_rank(histogram, rank.max(1)),
        at_rank(histogram, (rank + 1).min(pages)),
    )
}

/// The value of the page with this rank, from 1.
fn at_rank(histogram: &[(u64, u64)], rank: u64) -> f64 {
    let mut counted = 0;
    let mut values = histogram.iter().filter_map(|&(value, count)| {
        counted += count;
        (counted >= rank).then_some(value as f64)
    });
    values.next().unwrap_or_default()
}

/// Each page takes at least its delay, so the pages ranked by latency take at
/// least the delays in their order.
fn at_least_the_delays(latency: &PageLatency, expected: &Expected) -> Verdict {
    let delays = &expected.delays.of_pages_ns;
    let mut page = 0_usize;
    for &(value_ns, count) in &latency.histogram {
        page += usize::try_from(count).unwrap_or(usize::MAX);
        let delay_ns = delays.iter().take(page).next_back();
        let Some(&delay_ns) = delay_ns else { continue };
        if value_ns < delay_ns {
            return Err(format!(
                "says {} took {} or less, and the scenario delays that many by up to {}",
                plural(page as u64, "page"),
                milliseconds(value_ns),
                milliseconds(delay_ns)
            ));
        }
    }
    let sum: f64 = delays.iter().map(|&delay_ns| delay_ns as f64).sum();
    let least_mean_ns = sum / delays.len().max(1) as f64;
    let mean_ns = latency.mean_ns as f64 + 1.0;
    if mean_ns < least_mean_ns {
        return Err(format!(
            "says a page took {} on average, and the scenario delays it by {:.3} ms",
            milliseconds(latency.mean_ns),
            least_mean_ns / 1e6
        ));
    }
    Ok(())
}

fn milliseconds(ns: u64) -> String {
    format!("{:.3} ms", ns as f64 / 1e6)
}
