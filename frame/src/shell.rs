//! The shell round every page: header, navigation, search, notices and footer.

use crate::highlight::Highlights;
use crate::language::Language;
use crate::page::{Page, PageSource};
use crate::problem::{Problem, ProblemCode};
use crate::site::{LOGO_HEIGHT_PX, Livery, Logo};
use crate::system::{IsSynthetic, NavItem};
use crate::visit::Visit;
use crate::words::Words;
use askama::Template;

/// Addresses of the styles and scripts that every page loads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// Style sheets.
    pub styles: Vec<String>,
    /// Module scripts.
    pub scripts: Vec<String>,
    /// Fonts worth fetching before the style sheet asks for them.
    pub fonts: Vec<String>,
    /// Icon of the site.
    pub icon: Option<String>,
}

/// What all pages share.
pub struct Site {
    /// Every text.
    pub words: Words,
    /// Navigation of all systems.
    pub navigation: Vec<NavItem>,
    /// Styles and scripts.
    pub assets: Assets,
    /// Name, colours, logo and footer.
    pub livery: Livery,
    /// Version of the program, shown in the footer.
    pub version: &'static str,
    /// What each system says of its data.
    pub are_synthetic: Vec<IsSynthetic>,
    /// What each system says of a place.
    pub highlights: Vec<Highlights>,
}

impl Site {
    /// True when all data of every system are invented. Reads what the systems read to know.
    ///
    /// # Errors
    /// The [`Problem`] of the system that cannot tell.
    pub fn is_synthetic(&self) -> Result<bool, Problem> {
        for is_synthetic in &self.are_synthetic {
            if !is_synthetic()? {
                return Ok(false);
            }
        }
        Ok(!self.are_synthetic.is_empty())
    }
}

struct NavLink {
    href: &'static str,
    label: String,
    current: bool,
}

struct LanguageLink {
    code: &'static str,
    name: &'static str,
    href: String,
    current: bool,
}

/// A form of the page's figures that programs read.
struct DataLink {
    href: String,
    media_type: &'static str,
    label: String,
}

#[derive(Template)]
#[template(path = "shell.html")]
struct Shell<'a> {
    v: &'a Visit,
    page: &'a Page,
    source: Option<&'a PageSource>,
    assets: &'a Assets,
    navigation: Vec<NavLink>,
    languages: Vec<LanguageLink>,
    data: Vec<DataLink>,
    synthetic: bool,
    version: &'a str,
    logo: Option<&'a Logo>,
    description: &'a str,
    logo_height: u32,
    footer: Footer<'a>,
}

/// What the agency adds to the footer, in the language of the page.
struct Footer<'a> {
    links: Vec<(&'a str, &'a str)>,
    lines: Vec<&'a str>,
    is_own: bool,
}

impl<'a> Footer<'a> {
    fn of(livery: &'a Livery, language: Language) -> Self {
        Self {
            links: livery.links.iter().map(|link| (link.href.as_str(), link.label.get(language))).collect(),
            lines: livery.lines.iter().map(|line| line.get(language)).collect(),
            is_own: livery.is_own(),
        }
    }
}

/// The shell of a page inside another site's page.
#[derive(Template)]
#[template(path = "embed.html")]
struct Embed<'a> {
    v: &'a Visit,
    page: &'a Page,
    whole: &'a str,
    source: Option<&'a PageSource>,
    assets: &'a Assets,
    synthetic: bool,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    v: &'a Visit,
    status: u16,
    title: String,
    text: String,
    /// Its language and words.
    detail: Option<(Language, &'a str)>,
}

/// The whole document of a page. A page without a source of its own carries the notice when the whole
/// site is synthetic.
///
/// # Errors
/// [`askama::Error`] when the shell's template fails.
pub fn document(visit: &Visit, page: &Page, site_is_synthetic: bool) -> Result<String, askama::Error> {
    let synthetic = page.source.as_ref().map_or(site_is_synthetic, |source| source.synthetic);
    let (source, assets) = (page.source.as_ref(), &visit.site.assets);
    if let Some(whole) = &page.embeds {
        return Embed { v: visit, page, whole, source, assets, synthetic }.render();
    }
    let path = visit.uri.path();
    let navigation = visit.site.navigation.iter().map(|item| NavLink {
        href: item.href,
        label: visit.t(item.label_key),
        current: is_current(path, item.href),
    });
    let languages = Language::ALL.into_iter().map(|language| LanguageLink {
        code: language.code(),
        name: language.name(),
        href: visit.address_in(language),
        current: language == visit.language,
    });
    let shell = Shell {
        v: visit,
        page,
        source,
        assets,
        navigation: navigation.collect(),
        languages: languages.collect(),
        data: data_links(visit, page),
        synthetic,
        version: visit.site.version,
        logo: visit.site.livery.logo.as_ref(),
        description: visit.site.livery.description.get(visit.language),
        logo_height: LOGO_HEIGHT_PX,
        footer: Footer::of(&visit.site.livery, visit.language),
    };
    shell.render()
}

/// JSON with every table, then each table as CSV; nothing for a page without tables.
fn data_links(visit: &Visit, page: &Page) -> Vec<DataLink> {
    if page.tables.is_empty() {
        return Vec::new();
    }
    let all = DataLink {
        href: visit.address_of_data("json", None),
        media_type: "application/json",
        label: visit.t("data-all"),
    };
    let tables = page.tables.iter().map(|table| DataLink {
        href: visit.address_of_data("csv", Some(&table.id)),
        media_type: "text/csv",
        label: visit.say("data-table", &[("title", table.title.as_str().into())]),
    });
    std::iter::once(all).chain(tables).collect()
}

/// The page of a problem, written for people.
///
/// # Errors
/// [`Problem`] when its template fails.
pub fn problem_page(visit: &Visit, problem: &Problem) -> Result<Page, Problem> {
    let code = problem.code;
    let title = visit.t(&format!("problem-{}-title", code.code()));
    let page = ProblemPage {
        v: visit,
        status: code.status().as_u16(),
        title: title.clone(),
        text: visit.t(&format!("problem-{}-text", code.code())),
        // What broke inside is for the log, not for the reader.
        detail: problem.told(visit.language).filter(|_| code != ProblemCode::Internal),
    };
    let description = page.text.clone();
    Page::render(title, description, &page)
}

fn is_current(path: &str, href: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_current_below_itself_only() {
        assert!(is_current("/datasets/muestra", "/datasets"));
        assert!(is_current("/", "/"));
        assert!(!is_current("/datasets", "/"));
        assert!(!is_current("/datasets-viejos", "/datasets"));
    }
}
