//! What people write, and what it has to find.

use super::*;
use geo_types::{Coord, LineString};
use std::sync::OnceLock;
use tequio_kernel::{LayerId, Level, PlaceRef, Shape};

/// The reference territory with a layer of neighbourhoods and one of streets in four of its municipalities.
fn finder() -> &'static Finder {
    static FINDER: OnceLock<Finder> = OnceLock::new();
    FINDER.get_or_init(|| {
        let reference = tequio_reference::territory().expect("built-in territory").into_iter().map(Arc::new);
        let local = [Arc::new(neighbourhoods()), Arc::new(streets_layer())];
        Finder::new(reference.chain(local), &PlaceNames::load().expect("built-in names"))
    })
}

fn layer(name: &str, kind: LayerKind, places: Vec<Place>) -> Layer {
    Layer {
        id: LayerId { name: name.to_owned(), edition: "1".to_owned() },
        kind,
        level: Level::Local,
        within: Some("municipalities".to_owned()),
        source: String::new(),
        population_edition: None,
        places,
    }
}

fn place(code: &str, name: &str, parent: &str, shape: Shape) -> Place {
    let parent = Some(parent.to_owned());
    Place { code: code.to_owned(), name: name.to_owned(), parent, population: BTreeMap::new(), shape }
}

fn neighbourhoods() -> Layer {
    let names = [
        ("06700", "Roma Norte", "MX-09-015"),
        ("15-002", "Doctores", "MX-09-015"),
        ("15-003", "Juárez", "MX-09-015"),
        ("05-001", "San Miguel Amantla", "MX-09-002"),
        ("05-002", "Ampliación Gral. José Vicente Villada", "MX-09-007"),
        ("05-003", "1a Sección Gpe. del Moral", "MX-09-007"),
        ("14-001", "Xoco", "MX-09-014"),
    ];
    let places = names.map(|(code, name, parent)| place(code, name, parent, Shape::None));
    layer("colonias", LayerKind::Areas, places.to_vec())
}

fn streets_layer() -> Layer {
    let line = |x: f64| Shape::Line(LineString::new(vec![Coord { x, y: 19.4 }, Coord { x: x + 0.01, y: 19.4 }]));
    let names = [
        ("Paseo de la Reforma", "MX-09-015", 9),
        ("Paseo de la Reforma", "MX-09-016", 4),
        ("Avenida Juárez", "MX-09-015", 2),
        ("Juárez", "MX-20-067", 1),
        ("5 de Mayo", "MX-20-067", 3),
        ("Calz. Gral. Mariano Escobedo", "MX-09-016", 2),
    ];
    let segments = names.iter().flat_map(|(name, parent, count)| (0..*count).map(move |n| (name, parent, n)));
    let places = segments
        .enumerate()
        .map(|(at, (name, parent, n))| place(&format!("s{at:03}"), name, parent, line(-99.2 + 0.01 * f64::from(n))));
    layer("streets", LayerKind::Streets, places.collect())
}

/// Name, or name and context, of what is found, best first.
fn names(text: &str) -> Vec<String> {
    finder().search(text, None, 10).into_iter().map(|found| format!("{} | {}", found.name, found.context)).collect()
}

fn first(text: &str) -> String {
    let found = finder().search(text, None, 10);
    found.first().map(|found| found.place.to_string()).unwrap_or_default()
}

#[test]
fn people_find_places_however_they_write_them() {
    let mut wrong = Vec::new();
    for (text, place) in [
        ("cuauhtemoc", "MX-09-015"),
        ("CUAUHTÉMOC", "MX-09-015"),
        ("Cuahtemoc", "MX-09-015"),
        ("cuautemoc", "MX-09-015"),
        ("kuauhtemok", "MX-09-015"),
        ("cuahutemoc", "MX-09-015"),
        ("cuauthemoc df", "MX-09-015"),
        ("juarez benito", "MX-23-005"),
        ("benito juares", "MX-23-005"),
        ("venito juarez cdmx", "MX-09-014"),
        ("alcaldia benito juarez cdmx", "MX-09-014"),
        ("benito juarez quintana roo", "MX-23-005"),
        ("benito juarez q. roo", "MX-23-005"),
        ("cdmx", "MX-09"),
        ("df", "MX-09"),
        ("D.F.", "MX-09"),
        ("distrito federal", "MX-09"),
        ("dto federal", "MX-09"),
        ("ciudad de méxico", "MX-09"),
        ("cd de mexico", "MX-09"),
        ("mexico city", "MX-09"),
        ("mexico", "MX"),
        ("mejico", "MX"),
        ("edomex", "MX-15"),
        ("estado de mexico", "MX-15"),
        ("edo. mex.", "MX-15"),
        ("nuevo leon", "MX-19"),
        ("N.L.", "MX-19"),
        ("nl", "MX-19"),
        ("slp", "MX-24"),
        ("S.L.P.", "MX-24"),
        ("q roo", "MX-23"),
        ("coahuila", "MX-05"),
        ("veracruz", "MX-30"),
        ("michoacan", "MX-16"),
        ("bcs", "MX-03"),
        ("oaxaca", "MX-20"),
        ("oajaca", "MX-20"),
        ("oaxca", "MX-20"),
        ("oaxaca de juarez", "MX-20-067"),
        ("guadalajara", "MX-14-039"),
        ("guadlajara", "MX-14-039"),
        ("gdl", "MX-14-039"),
        ("monterey", "MX-19-039"),
        ("mty", "MX-19-039"),
        ("jalapa ver", "MX-30-087"),
        ("xalapa", "MX-30-087"),
        ("leon gto", "MX-11-020"),
        ("san cristobal casas", "MX-07-078"),
        ("sn cristobal de las casas", "MX-07-078"),
        ("san nicolas garza n.l.", "MX-19-046"),
        ("gral escobedo", "MX-19-021"),
        ("general escobedo", "MX-19-021"),
        ("jeneral escovedo", "MX-19-021"),
        ("ixtapalapa", "MX-09-007"),
        ("istapalapa", "MX-09-007"),
        ("iztapalapa", "MX-09-007"),
        ("huixquilucan", "MX-15-037"),
        ("uisquilucan", "MX-15-037"),
        ("neza", "MX-15-058"),
        ("ecatepec", "MX-15-033"),
        ("tlajomulco de zuniga", "MX-14-097"),
        ("municipio de puebla", "MX-21-114"),
        ("estado de puebla", "MX-21"),
        ("puebla", "MX-21"),
        ("cd juarez", "MX-08-037"),
        ("cd madero", "MX-28-009"),
        ("MX-09-015", "MX-09-015"),
        ("mx 09 015", "MX-09-015"),
        ("09015", "MX-09-015"),
        ("colonia doctores", "colonias:15-002"),
        ("col dres", "colonias:15-002"),
        ("06700", "colonias:06700"),
        ("colonia juarez", "colonias:15-003"),
        ("san miguel amantla", "colonias:05-001"),
        ("sn miguel azcapotzalco", "colonias:05-001"),
        ("ampl general villada", "colonias:05-002"),
        ("primera seccion guadalupe moral", "colonias:05-003"),
        ("1ª secc gpe", "colonias:05-003"),
        ("joco benito juarez", "colonias:14-001"),
    ] {
        let got = first(text);
        wrong.extend((got != place).then(|| format!("{text}: {got}, not {place}: {:?}", names(text))));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn streets_are_found_with_the_place_that_holds_them() {
    for (text, name, context) in [
        ("reforma cuauhtemoc", "Paseo de la Reforma", "Cuauhtémoc"),
        ("reforma miguel hidalgo", "Paseo de la Reforma", "Miguel Hidalgo"),
        ("paseo reforma", "Paseo de la Reforma", "Cuauhtémoc"),
        ("calle juarez oaxaca", "Juárez", "Oaxaca de Juárez"),
        ("av juarez", "Avenida Juárez", "Cuauhtémoc"),
        ("Av. Juarez, Cuauhtemoc", "Avenida Juárez", "Cuauhtémoc"),
        ("cinco de mayo oaxaca", "5 de Mayo", "Oaxaca de Juárez"),
        ("calzada general escobedo", "Calz. Gral. Mariano Escobedo", "Miguel Hidalgo"),
        ("calz gral m escobedo", "Calz. Gral. Mariano Escobedo", "Miguel Hidalgo"),
    ] {
        let found = finder().search(text, None, 10);
        let first = found.first().unwrap_or_else(|| panic!("{text} finds nothing"));
        assert_eq!((first.name.as_str(), first.at.is_some()), (name, true), "{text}: {:#?}", names(text));
        assert!(first.context.starts_with(context), "{text}: {}", first.context);
    }
    let reformas = finder().search("reforma", Some("streets"), 10);
    assert_eq!(reformas.len(), 2, "one a municipality, not one a segment");
}

#[test]
fn larger_places_stand_before_smaller_ones() {
    let of = |text: &str| finder().search(text, None, 100);
    let levels: Vec<String> = of("hidalgo").into_iter().take(3).map(|found| found.place.to_string()).collect();
    assert_eq!(levels[0], "MX-13");
    let cuauhtemocs: Vec<Found> = of("cuauhtemoc").into_iter().filter(|found| found.name == "Cuauhtémoc").collect();
    assert_eq!(cuauhtemocs[0].context, "Ciudad de México");
    assert_eq!(cuauhtemocs[1].context, "Chihuahua");
}

#[test]
fn what_was_met_is_marked_and_told() {
    let found = |text: &str| finder().search(text, None, 1).remove(0);
    let marked = |found: &Found| found.marks.iter().map(|mark| found.name[mark.clone()].to_owned()).collect::<Vec<_>>();
    let oaxaca = found("oaxaca juár");
    assert_eq!((oaxaca.meeting, marked(&oaxaca)), (Meeting::Name, vec!["Oaxaca".to_owned(), "Juár".to_owned()]));
    assert_eq!(found("oajaca").meeting, Meeting::Sound);
    assert_eq!(found("guadlajara").meeting, Meeting::Similar);
    assert_eq!(found("09015").meeting, Meeting::Code);
}

#[test]
fn a_layer_narrows_and_nonsense_finds_nothing() {
    assert!(finder().search("cuauhtemoc", Some("states"), 10).is_empty());
    for text in ["", "  ", "¡!", "qwxyz", "zzzzzzzzzzzz", "cuauhtemoc qwxyz"] {
        assert!(finder().search(text, None, 10).is_empty(), "{text}: {:#?}", names(text));
    }
}

#[test]
fn what_finds_nothing_gets_suggestions() {
    let suggested = |text: &str| finder().suggest(text, 5).into_iter().map(|found| found.name).collect::<Vec<_>>();
    assert_eq!(suggested("cuauhtemoc qwxyz")[0], "Cuauhtémoc");
    assert!(suggested("tijuna baja kalifornya norte").iter().any(|name| name == "Tijuana" || name.contains("Baja")));
    assert!(suggested("qqqqqqqqqq").is_empty());
}

/// Every place is found by its own name among the first ten, or is one of more than ten of that name.
#[test]
fn every_place_is_found_by_its_own_name() {
    const FIRST: usize = 10;
    let finder = finder();
    let mut namesakes: HashMap<Vec<String>, usize> = HashMap::new();
    let key = |name: &str| text::words(name).into_iter().map(|word| word.text).collect::<Vec<_>>();
    for entry in &finder.entries {
        *namesakes.entry(key(&entry.place().name)).or_default() += 1;
    }
    for entry in &finder.entries {
        let place = entry.place();
        let limit = FIRST.max(namesakes[&key(&place.name)]);
        let found = finder.search(&place.name, None, limit);
        let is_it = |found: &Found| found.layer == entry.layer.id.name && found.place.code == place.code;
        assert!(found.iter().any(is_it), "{} {}: {:?}", place.code, place.name, found.first().map(|f| &f.name));
    }
}

#[test]
fn a_text_is_a_code_before_a_name_before_a_likeness() {
    let one = |text: &str| match finder().named(text) {
        Named::One(place) => place.to_string(),
        other => format!("{other:?}"),
    };
    for (text, place) in [
        ("MX-09-015", "MX-09-015"),
        ("09015", "MX-09-015"),
        ("colonias:06700", "colonias:06700"),
        ("06700", "colonias:06700"),
        ("CDMX", "MX-09"),
        ("Benito Juarez, Quintana Roo", "MX-23-005"),
        ("BENITO JUÁREZ (Q. Roo)", "MX-23-005"),
        ("benito juarez, cdmx", "MX-09-014"),
        ("Puebla (Puebla)", "MX-21-114"),
        ("Toluca, México", "MX-15-106"),
        ("Juárez, Cuauhtémoc", "colonias:15-003"),
        ("Roma Norte, Cuauhtémoc, CDMX", "colonias:06700"),
    ] {
        assert_eq!(one(text), place, "{text}");
    }
    let Named::Several(places) = finder().named("juarez") else { panic!("several are called so") };
    assert!(places.len() > 3 && places.iter().all(|place| place.layer == "municipalities"), "{places:?}");
    let like = |text: &str| match finder().named(text) {
        Named::Like(places) => places.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => vec![format!("{other:?}")],
    };
    assert_eq!(like("Oaxca")[0], "MX-20");
    assert_eq!(like("Tijuana, Sonora"), ["MX-02-004"], "it lies elsewhere");
    for nothing in ["MX-99-999", "colonias:1", "qwxyz", "", ", ,", "Jalisco, qwxyz, ("] {
        assert!(like(nothing).iter().all(|place| place == "MX-14"), "{nothing}: {:?}", like(nothing));
    }
    assert!(like("Paseo de la Reforma").iter().all(|place| !place.starts_with("streets:")), "a street is no place");
}

#[test]
fn reference_places_come_before_others_by_code_as_by_name() {
    let reference = tequio_reference::territory().expect("built-in territory").into_iter().map(Arc::new);
    let local = |name: &str| {
        let places = [("14", "Xoco"), ("09015", "Narvarte"), ("2", "Jalisco"), ("Z-7", "Portales")];
        let places = places.map(|(code, name)| place(code, name, "MX-09-014", Shape::None));
        Arc::new(layer(name, LayerKind::Areas, places.to_vec()))
    };
    let all = Finder::new(reference.chain([local("zonas"), local("otras")]), &PlaceNames::load().expect("names"));
    let named = |text: &str| match all.named(text) {
        Named::One(place) => vec![place.to_string()],
        Named::Several(places) => places.iter().map(ToString::to_string).collect(),
        Named::Like(_) => Vec::new(),
    };
    assert_eq!(named("14"), ["MX-14"]);
    assert_eq!(named("09015"), ["MX-09-015"]);
    assert_eq!(named("Jalisco"), ["MX-14"]);
    assert_eq!(named("zonas:14"), ["zonas:14"]);
    let mut both = named("Z-7");
    both.sort();
    assert_eq!(both, ["otras:Z-7", "zonas:Z-7"], "one code of two layers is asked back");
}

#[test]
fn a_text_of_many_commas_is_no_name() {
    let roma = |holders: usize| finder().named(&format!("Roma Norte{}", ", CDMX".repeat(holders)));
    assert_eq!(roma(5), Named::One(PlaceRef::new("colonias", "06700")));
    assert!(matches!(roma(6), Named::Like(_)), "seven names are more than places lie in one another");
    assert!(matches!(roma(8_000), Named::Like(_)));
}
