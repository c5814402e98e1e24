//! What a client of the control port has to know.

use std::fmt;

use anyhow::Context as _;
use rand::TryRng as _;
use rand::rngs::SysRng;

/// 128 random bits from the operating system, as 32 hexadecimal digits. The
/// server prints them once, to the process that started it. They are in no log,
/// no argument of a process, no file and no error.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    pub(in super::super) fn draw() -> anyhow::Result<Self> {
        let mut bits = [0; 16];
        let drawn = SysRng.try_fill_bytes(&mut bits);
        drawn.context("the operating system gave no random bits for the control port's secret")?;
        Ok(Self(format!("{:032x}", u128::from_le_bytes(bits))))
    }

    /// What a server has printed after `secret `; `None` if it is no secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The digits, to hand them to a client.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `given` is it. Takes the same time wherever they differ, so that
    /// nobody finds it digit by digit.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        let pairs = self.0.bytes().zip(given);
        let differing = pairs.fold(0, |differing, (ours, theirs)| {
            std::hint::black_box(differing | (ours ^ theirs))
        });
        given.len() == self.0.len() && differing == 0
    }
}

/// Never the digits: what is printed for a developer may end in a log.
impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_equal_and_none_is_printed_for_a_developer() {
        let (one, two) = (Secret::draw().unwrap(), Secret::draw().unwrap());
        assert_ne!(one.reveal(), two.reveal());
        assert_eq!(format!("{one:?}"), "Secret(..)");
        assert_eq!(Secret::parse(one.reveal()).unwrap().reveal(), one.reveal());
    }

    #[test]
    fn only_the_whole_secret_is_taken() {
        let secret = Secret::draw().unwrap();
        let digits = secret.reveal().as_bytes();
        assert!(secret.is(digits));
        for wrong in [&digits[..31], &digits[1..], b"", &[digits, b"0"].concat()] {
            assert!(!secret.is(wrong));
        }
        for at in 0..digits.len() {
            let mut wrong = digits.to_vec();
            wrong[at] ^= 1;
            assert!(!secret.is(&wrong), "digit {at}");
        }
        assert!(Secret::parse(&"G".repeat(32)).is_none());
    }
}
