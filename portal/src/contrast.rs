//! Contrast of colours (WCAG 2.2: relative luminance and contrast ratio).

use std::fmt;

/// Least contrast of text with its ground (success criterion 1.4.3).
pub const CONTRAST_MIN: f64 = 4.5;
/// Steps in which a colour is moved until it passes.
const STEPS: u32 = 100;

/// A colour in sRGB, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// Grounds of a light page: `--ground`, `--surface`, `--sunken` of `web/src/styles/tokens.css`.
pub const LIGHT_GROUNDS: [Colour; 3] =
    [Colour([0xfb, 0xfa, 0xf7]), Colour([0xff, 0xff, 0xff]), Colour([0xf2, 0xf0, 0xea])];
/// The same of a dark page.
pub const DARK_GROUNDS: [Colour; 3] =
    [Colour([0x16, 0x15, 0x14]), Colour([0x1d, 0x1c, 0x1a]), Colour([0x25, 0x23, 0x20])];

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// Contrast ratio with another colour, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// The least contrast with some grounds, and with which.
    pub fn faintest(self, grounds: &[Self; 3]) -> (f64, Self) {
        let contrasts = grounds.map(|ground| (self.contrast(ground), ground));
        contrasts
            .into_iter()
            .fold((f64::INFINITY, grounds[0]), |least, next| if next.0 < least.0 { next } else { least })
    }

    /// This colour with a share of another.
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let mut mixed = self.0;
        for (channel, toward) in mixed.iter_mut().zip(other.0) {
            *channel = (f64::from(*channel) * (1.0 - share) + f64::from(toward) * share).round() as u8;
        }
        Self(mixed)
    }

    /// The colour moved towards another until it can be read on the grounds.
    pub fn passing(self, grounds: &[Self; 3], towards: Self) -> Self {
        let moved = (0..=STEPS).map(|step| self.mixed(towards, f64::from(step) / f64::from(STEPS)));
        moved.into_iter().find(|colour| colour.faintest(grounds).0 >= CONTRAST_MIN).unwrap_or(towards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ratios as the formula of WCAG 2.2 gives them.
    #[test]
    fn contrasts_are_those_of_wcag() {
        let of = |one: &str, two: &str| Colour::parse(one).expect(one).contrast(Colour::parse(two).expect(two));
        assert!((of("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((of("#777777", "#ffffff") - 4.478).abs() < 0.001);
        assert!((of("#767676", "#ffffff") - 4.542).abs() < 0.001);
        assert!((of("#ff0000", "#ffffff") - 3.998).abs() < 0.001);
        for text in ["", "#fff", "#ggffff", "ffffff", "#ffffff0", "#ñfff"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_grounds_are_those_of_the_pages() {
        let css = include_str!("../../web/src/styles/tokens.css");
        let (light, dark) = css.split_once("@media screen and (prefers-color-scheme: dark)").expect("two schemes");
        for (part, grounds) in [(light, LIGHT_GROUNDS), (dark, DARK_GROUNDS)] {
            for (name, ground) in ["ground", "surface", "sunken"].into_iter().zip(grounds) {
                assert!(part.contains(&format!("--{name}: {ground};")), "--{name} is not {ground}");
            }
        }
    }
}
