//! The unit of a time axis, and the labels of its ticks.

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeUnit {
    ns: u64,
    name: &'static str,
}

const UNITS: [TimeUnit; 4] = [
    unit(1, "ns"),
    unit(1_000, "µs"),
    unit(1_000_000, "ms"),
    unit(1_000_000_000, "s"),
];

const fn unit(ns: u64, name: &'static str) -> TimeUnit {
    TimeUnit { ns, name }
}

impl TimeUnit {
    /// The largest unit of which `ns` has at least `least`.
    fn of(ns: u64, least: u64) -> Self {
        let fitting = UNITS.iter().rfind(|unit| ns / unit.ns >= least);
        *fitting.unwrap_or(&UNITS[0])
    }

    /// The unit of an axis: 1,500 ms are easier to read along than 1.5 s.
    pub(super) fn of_axis(until_ns: u64) -> Self {
        Self::of(until_ns, 2)
    }

    /// A time on an axis with ticks every `step_ns`.
    pub(super) fn label(self, at_ns: u64, step_ns: u64, named: bool) -> String {
        let decimals = (0..9)
            .find(|&decimals| {
                u128::from(step_ns) * 10_u128.pow(decimals) % u128::from(self.ns) == 0
            })
            .unwrap_or(9);
        let decimals = if at_ns == 0 { 0 } else { decimals };
        let (whole, rest) = (at_ns / self.ns, u128::from(at_ns % self.ns));
        let number = if decimals == 0 {
            whole.to_string()
        } else {
            let digits = rest * 10_u128.pow(decimals) / u128::from(self.ns);
            format!("{whole}.{digits:0width$}", width = decimals as usize)
        };
        let name = if named { self.name } else { "" };
        format!("{number} {name}").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_the_decimals_that_its_axis_needs() {
        let seconds = TimeUnit::of_axis(5_000_000_000);
        assert_eq!(seconds.label(1_500_000_000, 500_000_000, false), "1.5");
        assert_eq!(seconds.label(2_000_000_000, 500_000_000, true), "2.0 s");
        assert_eq!(seconds.label(2_000_000_000, 1_000_000_000, true), "2 s");
        let ms = TimeUnit::of_axis(1_900_000_000);
        assert_eq!(ms.label(1_500_000_000, 500_000_000, true), "1500 ms");
    }
}
