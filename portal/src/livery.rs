//! An agency's own livery: read from `site.toml`, checked, and served as files that never change.
//!
//! Nothing of it can weaken a page: colours that cannot be read are refused with one that can, a logo holds shapes and
//! nothing that runs or calls elsewhere, and all of it reaches the page under the same policy as our own files.

use crate::contrast::{CONTRAST_MIN, Colour, DARK_GROUNDS, LIGHT_GROUNDS};
use crate::logo::{self, LogoError};
use axum::extract::{Extension, Path};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::sync::Arc;
use tequio_frame::site::{FooterLink, Livery, Localised, Logo};
use tequio_frame::{Language, Problem, ProblemCode};

/// A commented `site.toml`, ready to be changed.
pub const TEMPLATE: &str = include_str!("site_template.toml");

/// Longest name, letters; it stands in the head of every page.
const NAME_LENGTH_MAX: usize = 90;
/// Longest other text, letters.
const TEXT_LENGTH_MAX: usize = 300;
/// Most links, and most lines, of the footer.
const FOOTER_MAX: usize = 8;
/// Largest logo, bytes: every page loads it.
pub const LOGO_BYTES_MAX: usize = 64 * 1024;
/// How the colours differ from the accent where the pointer is.
const HOVER_SHARE: f64 = 0.35;
/// Letters of the hash in an address.
const HASH_LENGTH: usize = 16;
/// Addresses carry the hash of their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A livery that cannot be worn. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LiveryError {
    /// Not TOML, or a key that is not known.
    #[error("{0}; `tequio serve --site-template` prints every key")]
    Form(#[from] Box<toml::de::Error>),
    /// A text that is too long or empty.
    #[error("`{key}` has {length} letters; it takes 1 to {most}")]
    Length {
        /// Key of the text.
        key: &'static str,
        /// Its letters.
        length: usize,
        /// Most letters.
        most: usize,
    },
    /// Too many links or lines.
    #[error("`{0}` has more than {FOOTER_MAX} entries")]
    Many(&'static str),
    /// A language there is not.
    #[error("`language` is `{0}`; write es or en")]
    Language(String),
    /// A colour that is not one.
    #[error("`{key}` is `{value}`; write a colour as #rrggbb")]
    Colour {
        /// Key of the colour.
        key: &'static str,
        /// What stands there.
        value: String,
    },
    /// A colour that cannot be read on the page.
    #[error(
        "`{key}` {colour} has a contrast of {ratio:.2}:1 with the page ({ground}), and {CONTRAST_MIN}:1 is the least that can be read (WCAG 2.2, 1.4.3); {passing} passes"
    )]
    Contrast {
        /// Key of the colour.
        key: &'static str,
        /// The colour.
        colour: Colour,
        /// Ground of the page on which it is faintest.
        ground: Colour,
        /// Contrast with that ground.
        ratio: f64,
        /// The nearest colour of its hue that passes.
        passing: Colour,
    },
    /// A link to what is no page.
    #[error("`{0}` is no address for a link: write https://…, mailto:…, tel:…, or /… for a page of this site")]
    Link(String),
    /// A logo that cannot be read.
    #[error("the logo {path} cannot be read: {error}")]
    LogoFile {
        /// Its file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A logo that is not served.
    #[error("the logo {path} {error}")]
    Logo {
        /// Its file.
        path: String,
        /// Why.
        error: LogoError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteFile {
    name: Text,
    description: Option<Text>,
    language: Option<String>,
    logo: Option<String>,
    contact: Option<String>,
    colours: Option<Colours>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    lines: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    es: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Colours {
    light: String,
    dark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    es: String,
    en: String,
    href: String,
}

/// A file of the livery.
struct File {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// A livery with the files it is made of; by default that of the program itself.
#[derive(Default)]
pub struct Wardrobe {
    /// What the shell shows.
    pub livery: Livery,
    files: Vec<File>,
}

impl Wardrobe {
    /// Reads the text of a `site.toml` that stands in `folder`, where its logo is looked for.
    ///
    /// # Errors
    /// [`LiveryError`] for the first thing that is wrong, with what to do.
    pub fn read(text: &str, folder: &std::path::Path) -> Result<Self, LiveryError> {
        let file: SiteFile = toml::from_str(text).map_err(Box::new)?;
        let mut wardrobe = Self::default();
        let contact = file.contact.as_deref().map(contact).transpose()?;
        let links = file.links.into_iter().map(link).collect::<Result<Vec<_>, _>>()?;
        wardrobe.livery = Livery {
            name: localised("name", file.name, NAME_LENGTH_MAX)?,
            description: optional("description", file.description)?,
            style: file.colours.as_ref().map(style).transpose()?.map(|style| wardrobe.keep("css", style.into_bytes())),
            logo: file.logo.map(|path| wardrobe.logo(&folder.join(path))).transpose()?,
            links: few("links", contact.into_iter().chain(links).collect())?,
            lines: few("lines", file.lines)?
                .into_iter()
                .map(|line| localised("lines", line, TEXT_LENGTH_MAX))
                .collect::<Result<_, _>>()?,
            language: file
                .language
                .map_or(Ok(Language::default()), |code| Language::of_code(&code).ok_or(LiveryError::Language(code)))?,
        };
        Ok(wardrobe)
    }

    fn logo(&mut self, path: &std::path::Path) -> Result<Logo, LiveryError> {
        let name = path.display().to_string();
        let bytes =
            read_some(path, LOGO_BYTES_MAX + 1).map_err(|error| LiveryError::LogoFile { path: name.clone(), error })?;
        let checked = logo::check(&bytes, LOGO_BYTES_MAX).map_err(|error| LiveryError::Logo { path: name, error })?;
        Ok(Logo { href: self.keep(checked.extension, bytes), width_px: checked.width_px })
    }

    /// Keeps a file; its address.
    fn keep(&mut self, extension: &'static str, bytes: Vec<u8>) -> String {
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{}.{extension}", &hash[..HASH_LENGTH]);
        let media_type = match extension {
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "image/png",
        };
        let href = format!("/livery/{name}");
        self.files.push(File { name, media_type, bytes });
        href
    }
}

/// `GET /livery/{file}`.
pub async fn serve(Extension(wardrobe): Extension<Arc<Wardrobe>>, Path(name): Path<String>) -> Response {
    match wardrobe.files.iter().find(|file| file.name == name) {
        Some(file) => {
            ([(CONTENT_TYPE, file.media_type), (CACHE_CONTROL, FOR_EVER)], file.bytes.clone()).into_response()
        }
        None => Problem::new(ProblemCode::NotFound).into_response(),
    }
}

fn read_some(path: &std::path::Path, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn localised(key: &'static str, text: Text, most: usize) -> Result<Localised, LiveryError> {
    for text in [&text.es, &text.en] {
        let length = text.trim().chars().count();
        if !(1..=most).contains(&length) {
            return Err(LiveryError::Length { key, length, most });
        }
    }
    Ok(Localised { es: text.es.trim().to_owned(), en: text.en.trim().to_owned() })
}

fn optional(key: &'static str, text: Option<Text>) -> Result<Localised, LiveryError> {
    text.map_or(Ok(Localised::default()), |text| localised(key, text, TEXT_LENGTH_MAX))
}

fn few<T>(key: &'static str, entries: Vec<T>) -> Result<Vec<T>, LiveryError> {
    if entries.len() > FOOTER_MAX { Err(LiveryError::Many(key)) } else { Ok(entries) }
}

/// A mail address or the address of a page, shown as it is.
fn contact(text: &str) -> Result<FooterLink, LiveryError> {
    let is_mail = text.contains('@') && !text.contains('/');
    let href = if is_mail { format!("mailto:{text}") } else { text.to_owned() };
    Ok(FooterLink { label: Localised::same(text), href: address(href)? })
}

fn link(link: Link) -> Result<FooterLink, LiveryError> {
    let label = localised("links", Text { es: link.es, en: link.en }, TEXT_LENGTH_MAX)?;
    Ok(FooterLink { label, href: address(link.href)? })
}

/// Refuses what a link must not do: run a script, hold its content, or lead to another site unencrypted.
fn address(href: String) -> Result<String, LiveryError> {
    let is_page = href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/\\");
    let is_elsewhere = ["https://", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme));
    let is_plain = !href.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    if (is_page || is_elsewhere) && is_plain { Ok(href) } else { Err(LiveryError::Link(href)) }
}

/// The style sheet of the colours. On paper links stay black.
fn style(colours: &Colours) -> Result<String, LiveryError> {
    let light = accent("colours.light", &colours.light, &LIGHT_GROUNDS, Colour::BLACK)?;
    let dark = accent("colours.dark", &colours.dark, &DARK_GROUNDS, Colour::WHITE)?;
    let rules = |accent: Colour, ink: &str, away: Colour| {
        let hover = accent.mixed(away, HOVER_SHARE);
        format!(":root{{--accent:{accent};--accent-ink:{ink};--link:{accent};--link-hover:{hover}}}")
    };
    let light = rules(light, "#ffffff", Colour::BLACK);
    let dark = rules(dark, "#14110e", Colour::WHITE);
    Ok(format!("@media screen{{{light}}}@media screen and (prefers-color-scheme:dark){{{dark}}}\n"))
}

fn accent(key: &'static str, value: &str, grounds: &[Colour; 3], away: Colour) -> Result<Colour, LiveryError> {
    let colour = Colour::parse(value).ok_or_else(|| LiveryError::Colour { key, value: value.to_owned() })?;
    let (ratio, ground) = colour.faintest(grounds);
    if ratio >= CONTRAST_MIN {
        return Ok(colour);
    }
    Err(LiveryError::Contrast { key, colour, ground, ratio, passing: colour.passing(grounds, away) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Wardrobe, String> {
        Wardrobe::read(text, std::path::Path::new("/nowhere")).map_err(|error| error.to_string())
    }

    fn refusal(text: &str) -> String {
        read(&format!("name = {{ es = \"A\", en = \"B\" }}\n{text}")).err().unwrap_or_default()
    }

    #[test]
    fn the_template_is_a_livery() {
        let wardrobe = read(TEMPLATE).expect("the template");
        assert!(wardrobe.livery.name.es.contains("Secretaría") && wardrobe.livery.links.len() == 3);
        let with_logo = TEMPLATE.replace("# logo =", "logo =");
        assert!(read(&with_logo).err().expect("no such file").contains("cannot be read"));
    }

    #[test]
    fn what_is_wrong_is_refused_with_what_to_do() {
        for (text, says) in [
            ("nmae = 1", "unknown field `nmae`"),
            ("language = \"fr\"", "write es or en"),
            ("[colours]\nlight = \"red\"\ndark = \"#ffffff\"", "#rrggbb"),
            ("[[links]]\nes = \"x\"\nen = \"x\"\nhref = \"javascript:alert(1)\"", "is no address"),
            ("[[links]]\nes = \"x\"\nen = \"x\"\nhref = \"//evil.example\"", "is no address"),
            ("[[links]]\nes = \"x\"\nen = \"x\"\nhref = \"http://agency.example\"", "is no address"),
            ("contact = \"data:text/html,x\"", "is no address"),
            ("description = { es = \"\", en = \"x\" }", "takes 1 to 300"),
        ] {
            assert!(refusal(text).contains(says), "{text}: {}", refusal(text));
        }
        let lines = "[[lines]]\nes = \"a\"\nen = \"a\"\n".repeat(FOOTER_MAX + 1);
        assert!(refusal(&lines).contains("more than"), "{}", refusal(&lines));
    }

    #[test]
    fn a_faint_colour_is_refused_with_its_ratio_and_one_that_passes() {
        let told = refusal("[colours]\nlight = \"#ffcc00\"\ndark = \"#ffcc00\"");
        assert!(told.contains("`colours.light` #ffcc00") && told.contains("1.3") && told.contains(":1"), "{told}");
        let passing = told.split("; ").last().and_then(|end| end.split(' ').next()).expect("a colour");
        assert_eq!(refusal(&format!("[colours]\nlight = \"{passing}\"\ndark = \"#ffcc00\"")), "");
        let told = refusal("[colours]\nlight = \"#7a2e1d\"\ndark = \"#7a2e1d\"");
        assert!(told.contains("`colours.dark`"), "{told}");
    }

    #[test]
    fn colours_become_a_style_sheet_of_their_own() {
        let colours = "name = { es = \"A\", en = \"B\" }\n[colours]\nlight = \"#004b87\"\ndark = \"#8ec5ff\"";
        let wardrobe = read(colours).expect("a livery");
        let href = wardrobe.livery.style.clone().expect("a style sheet");
        assert!(href.starts_with("/livery/") && href.ends_with(".css"), "{href}");
        let css = String::from_utf8(wardrobe.files[0].bytes.clone()).expect("text");
        assert!(css.contains("--accent:#004b87") && css.contains("--accent:#8ec5ff"), "{css}");
        assert_eq!(read(colours).expect("again").livery.style, Some(href), "the address is that of the content");
    }
}
