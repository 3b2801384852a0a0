//! What an agency makes its own: names, colours, logo, contact and footer. The portal reads and checks it
//! (`portal/src/livery.rs`); the shell shows it.

use crate::language::Language;

/// A text in every language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localised {
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
}

impl Localised {
    /// One text for both languages.
    pub fn same(text: &str) -> Self {
        Self { es: text.to_owned(), en: text.to_owned() }
    }

    /// The text in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Spanish => &self.es,
            Language::English => &self.en,
        }
    }
}

/// A picture that stands before the name; the name says what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Address.
    pub href: String,
    /// Width in pixels at [`LOGO_HEIGHT_PX`], so that room is kept for it before it is there.
    pub width_px: u32,
}

/// Height at which a logo is shown.
pub const LOGO_HEIGHT_PX: u32 = 40;

/// A link of the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FooterLink {
    /// What it says.
    pub label: Localised,
    /// Address: `https://`, `mailto:`, `tel:`, or of this site.
    pub href: String,
}

/// The livery of the site; by default that of the program itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Livery {
    /// Name of the site.
    pub name: Localised,
    /// What the site is, in a sentence; empty for none.
    pub description: Localised,
    /// Style sheet with its colours, loaded after the others.
    pub style: Option<String>,
    /// Its logo; the program's own mark when there is none.
    pub logo: Option<Logo>,
    /// Contact, legal notice, privacy notice.
    pub links: Vec<FooterLink>,
    /// More lines of the footer.
    pub lines: Vec<Localised>,
    /// Language for readers whose browser asks for none that there is.
    pub language: Language,
}

impl Default for Livery {
    fn default() -> Self {
        Self {
            name: Localised::same("Tequio"),
            description: Localised::default(),
            style: None,
            logo: None,
            links: Vec::new(),
            lines: Vec::new(),
            language: Language::default(),
        }
    }
}

impl Livery {
    /// True when the site goes by another name than the program.
    pub fn is_own(&self) -> bool {
        *self != Self::default()
    }
}
