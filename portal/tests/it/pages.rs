//! The pages of the crime map in the whole portal, over the demonstration.

use crate::HTML;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::{Request, StatusCode};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use tequio_archive::DataFolder;
use tequio_crime_map::Library;
use tequio_crime_map::analysis::Workbench;
use tequio_crime_map::jobs::{Bounds, Means};
use tower::ServiceExt;

/// The demonstration, made once, and where its analyses are computed.
pub(crate) static DEMONSTRATION: LazyLock<(TempDir, Arc<Workbench>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    tequio_crime_map::sample::make(&data, "2026-01-01T00:00:00Z").expect("made");
    let library = Arc::new(Library::new(data).expect("a library"));
    let means = Means { clock: || Duration::ZERO, random: counted };
    (folder, Arc::new(Workbench::new(library, means, Bounds::of_cores(2))))
});

pub(crate) fn counted() -> std::io::Result<[u8; 16]> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    Ok(u128::from(NEXT.fetch_add(1, Ordering::SeqCst)).to_be_bytes())
}

fn app() -> Router {
    let system = tequio_crime_map::system(DEMONSTRATION.1.clone());
    tequio_portal::app(vec![system], crate::unchanged(), || Duration::ZERO).expect("a portal")
}

async fn ask(address: &str, accept: &str, language: &str) -> (StatusCode, String, String) {
    let request = Request::get(address).header(ACCEPT, accept).header(ACCEPT_LANGUAGE, language);
    let response = app().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let media_type = parts.headers["content-type"].to_str().expect("text").to_owned();
    (parts.status, media_type, String::from_utf8_lossy(&bytes).into_owned())
}

/// A page in a language, once what it computes is there.
pub(crate) async fn page(address: &str, language: &str) -> (StatusCode, String) {
    loop {
        let (status, media_type, body) = ask(address, HTML, language).await;
        assert_eq!(media_type, "text/html; charset=utf-8", "{address}");
        assert!(!body.contains('⟦') && !body.contains("[en]") && !body.contains("[es]"), "{address}: {body}");
        if !body.contains("<tequio-job") {
            return (status, body);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the API answers, once it is there.
async fn data(address: &str) -> String {
    loop {
        let (status, _, body) = ask(address, "*/*", "es").await;
        if status != StatusCode::ACCEPTED {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The tag of the field, from its identifier to its end.
fn field<'a>(page: &'a str, at: &str) -> &'a str {
    let rest = page.split(&format!("id=\"{at}\"")).nth(1).unwrap_or_else(|| panic!("no {at}: {page}"));
    rest.split('>').next().expect("an end")
}

/// What is told beside a field that is wrong.
fn fault<'a>(page: &'a str, at: &str) -> &'a str {
    let tag = field(page, at);
    assert!(tag.contains("aria-invalid=\"true\""), "{at}: {tag}");
    assert!(tag.contains(&format!("aria-describedby=\"{at}-error")), "{at}: {tag}");
    let rest = page.split(&format!("id=\"{at}-error\"")).nth(1).expect("what is wrong");
    rest.split('>').nth(1).and_then(|rest| rest.split('<').next()).expect("a text")
}

#[tokio::test]
async fn a_form_that_has_no_answer_stays_as_it_was_filled_in_and_says_what_each_field_takes() {
    let cases = [
        ("analysis=scan&period=ayer&offence=FRAUDE", 400, "a-period", "«ayer» no es un periodo", "“ayer” is no period"),
        ("period=2024-13-01", 400, "a-period", "no es un periodo", "is no period"),
        ("place=Atlantis", 404, "a-place", "lugar", "place"),
        ("place=MX-99&period=2024", 404, "a-place", "No hay un lugar", "There is no place"),
        ("dataset=nowhere", 404, "a-dataset", "No hay un conjunto de datos", "There is no dataset"),
        ("offence=PIRATERIA", 400, "a-offence", "no hay un delito", "has no offence"),
        ("by=place:nowhere", 404, "a-by", "No hay un nivel «nowhere»; hay nation", "There is no level"),
        ("by=colour", 400, "a-by", "no es un nivel", "is no level"),
        ("analysis=hotspots&permutations=many", 400, "a-permutations", "número entero de 1 a", "a whole number from 1"),
        ("analysis=hotspots&seed=1&seed=2", 400, "a-seed", "sobra", "one too many"),
        ("analysis=change&before=then", 400, "a-before", "no es un periodo", "is no period"),
    ];
    for (question, status, at, spanish, english) in cases {
        for (language, words) in [("es", spanish), ("en", english)] {
            let (got, page) = page(&format!("/analysis?{question}"), language).await;
            assert_eq!(got.as_u16(), status, "{question}");
            assert!(fault(&page, at).contains(words), "{question}: {}", fault(&page, at));
            assert!(page.contains(&format!("<a href=\"#{at}\">")), "{question}: the summary leads to the field");
            assert!(page.contains("role=\"alert\" tabindex=\"-1\" autofocus"), "{question}");
        }
    }
    let (_, filled) =
        page("/analysis?analysis=scan&period=ayer&offence=FRAUDE&place=MX-09&by=cell:13&hour=22", "es").await;
    assert!(
        field(&filled, "a-period").contains("value=\"ayer\"") && field(&filled, "a-place").contains("value=\"MX-09\"")
    );
    for kept in
        ["<option value=\"FRAUDE\" selected>", "<option value=\"cell:13\" selected>", "name=\"hour\" value=\"22\""]
    {
        assert!(filled.contains(kept), "{kept}: {filled}");
    }
    let (_, options) = page("/analysis?analysis=hotspots&permutations=many", "es").await;
    assert!(options.contains("<details class=\"filters-more\" open>"), "what is wrong is not folded away");
}

#[tokio::test]
async fn several_faults_are_told_at_once_and_what_has_no_field_is_told_at_the_head() {
    let (status, page) = page("/analysis?period=ayer&place=Atlantis&bbox=1,2&colour=red", "es").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "that of the first");
    assert!(fault(&page, "a-period").contains("ayer") && fault(&page, "a-place").contains("Atlantis"));
    for told in ["«1,2» no es un recuadro", "«colour» no es un filtro"] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("name=\"bbox\"") && !page.contains("name=\"colour\""), "they would come back");
}

#[tokio::test]
async fn the_explorer_tells_its_faults_in_the_same_way() {
    let cases = [
        ("period=ayer&level=cells", 400, "f-period", "no es un periodo", "is no period"),
        ("compare=then&period=2024", 400, "f-compare", "no es un periodo", "is no period"),
        ("hour=99", 400, "f-hour", "no son horas", "are no hours"),
        ("weekday=8", 400, "f-weekday", "no son días", "are no days"),
        ("level=galaxy", 400, "f-level", "no es un detalle", "is no level of detail"),
        ("level=places:nowhere", 404, "f-level", "No hay un nivel", "There is no level"),
        ("offence=PIRATERIA", 400, "f-offence", "no hay un delito", "has no offence"),
        ("place=MX-99", 404, "f-place", "No hay un lugar", "There is no place"),
        ("dataset=nowhere", 404, "f-dataset", "No hay un conjunto", "There is no dataset"),
    ];
    for (question, status, at, spanish, english) in cases {
        for (language, words) in [("es", spanish), ("en", english)] {
            let (got, page) = page(&format!("/explore?{question}"), language).await;
            assert_eq!(got.as_u16(), status, "{question}");
            assert!(fault(&page, at).contains(words), "{question}: {}", fault(&page, at));
        }
    }
    let (status, headless) = page("/explore?layer=heat&period=2024", "es").await;
    assert!(status == StatusCode::BAD_REQUEST && headless.contains("«heat» no se muestra en el mapa"));
    assert!(field(&headless, "f-period").contains("value=\"2024\""));
    let (status, private) = page("/explore?bbox=-99.3,19.2,-99,19.5&level=places:states", "es").await;
    assert!(status == StatusCode::FORBIDDEN && private.contains("No se publica con ese detalle"));
    assert!(private.contains("<option value=\"places:states\" selected>"));
}

#[tokio::test]
async fn programs_are_told_the_problem_alone() {
    for address in
        ["/analysis?period=ayer", "/analysis.json?place=Atlantis", "/explore?period=ayer", "/explore.csv?hour=99"]
    {
        for accept in ["application/json", "*/*"] {
            let (status, media_type, body) = ask(address, accept, "es").await;
            assert!(status.is_client_error(), "{address}");
            assert_eq!(media_type, "application/problem+json", "{address}");
            assert!(body.contains("\"type\":\"/problems/") && !body.contains("<form"), "{address}: {body}");
        }
    }
}

#[tokio::test]
async fn a_place_is_named_and_where_several_are_called_so_one_is_chosen() {
    for name in ["Oaxaca", "oaxaca", "MX-20"] {
        let (status, page) = page(&format!("/analysis?analysis=concentration&period=2024&place={name}"), "es").await;
        assert_eq!(status, StatusCode::OK, "{name}");
        assert!(field(&page, "a-place").contains("value=\"MX-20\""), "{name}: {}", field(&page, "a-place"));
        assert!(page.contains("Oaxaca. 2024."), "{name}: the question is told by the name");
    }
    for (address, at) in
        [("/analysis?analysis=concentration&period=2024", "a-place"), ("/explore?period=2024", "f-place")]
    {
        let (status, page) = page(&format!("{address}&place=benito%20juarez"), "es").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}");
        assert!(fault(&page, at).contains("Varios lugares se llaman «benito juarez»"));
        assert!(field(&page, at).contains("value=\"benito juarez\""));
        for (code, state) in [("MX-09-014", "Ciudad de México"), ("MX-23-005", "Quintana Roo")] {
            let link = format!("place={code}\">Benito Juárez, {state} (Municipio o alcaldía)</a>");
            assert!(page.contains(&link), "{address}: {link}");
        }
        assert!(page.contains("period=2024&#38;place=MX-09-014"), "{address}: the rest stays");
    }
    let (status, page) = page("/analysis?place=Oaxca", "en").await;
    assert!(status == StatusCode::NOT_FOUND && fault(&page, "a-place").contains("did you mean"));
    assert!(page.contains("place=MX-20\">Oaxaca ("), "{page}");
}

#[tokio::test]
async fn municipalities_of_several_states_stand_with_their_state() {
    let of_all = "analysis=concentration&by=place:municipalities&period=2024&replicas=2";
    let (_, whole) = page(&format!("/analysis?{of_all}"), "es").await;
    assert!(whole.contains("Benito Juárez</a><span class=\"under\">"), "{whole}");
    let (_, part) = page(&format!("/analysis?{of_all}&place=MX-09"), "es").await;
    assert!(part.contains("Benito Juárez</a></th>"), "one state is no news");
    let (_, layer) = page("/explore?layer=change&level=places:municipalities&period=2024", "es").await;
    assert!(layer.contains("</a><span class=\"under\">"), "the table of a layer is such a table");
    let api = "/api/v1/analysis/concentration";
    let csv = data(&format!("{api}.csv?by=place:municipalities&period=2024&replicas=2")).await;
    assert!(csv.starts_with("place,name,state,count,"), "{}", csv.lines().next().unwrap_or_default());
    assert!(csv.contains("\r\nMX-09-014,Benito Juárez,Ciudad de México,"), "{csv}");
    let json = data(&format!("{api}?by=place:municipalities&period=2024&replicas=2&place=MX-23")).await;
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let rows = report["rows"].as_array().expect("rows");
    let named = |row: &&serde_json::Value| row["name"] == "Benito Juárez";
    assert_eq!(rows.iter().find(named).map(|row| &row["state"]), Some(&serde_json::json!("Quintana Roo")));
    let states = data(&format!("{api}.csv?by=place:states&period=2024&replicas=2")).await;
    assert!(states.starts_with("place,name,count,"), "a state is not in a state");
}

#[tokio::test]
async fn a_question_is_told_with_its_hours_days_and_shape() {
    let question = "period=2024&hour=22-23,0-4&weekday=1-3,6&bbox=-99.3,19.2,-99,19.5";
    for (language, told) in [
        (
            "es",
            "sensibles. Recuadro de 19.200, −99.300 a 19.500, −99.000 (latitud, longitud). 2024. \
             Días: lunes – miércoles, sábado. Horas: 0:00–4:59, 22:00–23:59.",
        ),
        (
            "en",
            ". Box from 19.200, −99.300 to 19.500, −99.000 (latitude, longitude). 2024. \
             Days: Monday – Wednesday, Saturday. Hours: 0:00–4:59, 22:00–23:59.",
        ),
    ] {
        for address in ["/explore?level=cells&", "/analysis?analysis=density&"] {
            let address = format!("{address}{question}");
            let (status, page) = page(&address, language).await;
            assert!(status == StatusCode::OK && page.contains(told), "{address}: {page}");
        }
    }
    let (_, circle) = page("/explore?level=cells&circle=-99.1,19.4,5000&hour=unknown&period=2024", "es").await;
    assert!(circle.contains("Círculo de 5,000 m alrededor de 19.400, −99.100"), "{circle}");
    assert!(circle.contains("Horas: desconocida."));
    let (_, polygon) =
        page("/explore?level=cells&polygon=-99.2 19.3,-99.1 19.3,-99.1 19.5".replace(' ', "%20").as_str(), "en").await;
    assert!(polygon.contains("Polygon of 3 corners"), "{polygon}");
}

/// Nine replicas tell nothing from chance: the smallest p is a tenth.
#[tokio::test]
async fn what_chance_explains_is_told_and_not_painted() {
    for (permutations, by_chance) in [(99, false), (9, true)] {
        let question = format!("by=place:municipalities&place=MX-09&period=2024&permutations={permutations}");
        let json = data(&format!("/api/v1/analysis/scan?{question}")).await;
        let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let clusters = report["tables"][0]["rows"].as_array().expect("clusters");
        assert!(!clusters.is_empty(), "this test shows nothing any more");
        let class = if by_chance { "cluster-uncertain" } else { "cluster" };
        assert!(clusters.iter().all(|cluster| cluster["class"] == class), "{clusters:?}");
        let (_, page) = page(&format!("/analysis?analysis=scan&{question}"), "es").await;
        let found = if by_chance { 0 } else { clusters.len() };
        assert_eq!(page.matches("<g class=\"mark\">").count(), found, "only what was found has its number");
        assert_eq!(page.contains("class=\"high\""), !by_chance, "only what was found is painted");
        assert!(!page.contains("high-pale"), "{page}");
        assert_eq!(page.contains("los que da el azar, y no se pintan"), by_chance);
        assert_eq!(page.contains("Exceso que da el azar"), by_chance, "the table tells it");
    }
}

#[tokio::test]
async fn near_repeats_say_what_they_take() {
    let question =
        "/analysis?analysis=near-repeat&offence=HOMICIDIO+DOLOSO&distances=0,10000,20000,40000&days=0,56,112";
    let (status, page) = page(question, "es").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("id=\"a-permutations-hint\">De 1 a 999<"), "{page}");
    assert!(field(&page, "a-period").contains("placeholder=\"El último año completo\""));
    assert!(page.contains(". 2025."), "the latest whole year of the demonstration: {page}");
    assert!(!page.contains("ningún año completo"));
}

#[tokio::test]
async fn another_analysis_is_a_link_that_asks_the_same_and_shows_its_own_choices() {
    let question = "offence=FRAUDE&period=2024&place=MX-09&hour=22&by=place:municipalities";
    let (_, scan) = page(&format!("/analysis?analysis=scan&permutations=9&{question}"), "es").await;
    assert!(scan.contains("aria-current=\"page\">Conglomerados (barrido espacial)</a>"), "{scan}");
    assert!(!scan.contains("id=\"a-analysis\"") && scan.contains("id=\"a-window\""), "no list that changes nothing");
    let kept = "&#38;period=2024&#38;offence=FRAUDE&#38;place=MX-09&#38;hour=22";
    for (id, by) in [("concentration", "&#38;by=place:municipalities"), ("density", ""), ("near-repeat", "")] {
        let link = format!("href=\"/analysis?analysis={id}{by}{kept}\"");
        assert!(scan.contains(&link), "{link}: {scan}");
    }
    let (status, density) =
        page("/analysis?analysis=density&period=2024&offence=FRAUDE&place=MX-09&hour=22", "es").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "so few incidents have no density");
    assert!(density.contains("id=\"a-bandwidth\"") && !density.contains("id=\"a-window\""));
    assert!(
        density.contains("type=\"hidden\" name=\"analysis\" value=\"density\""),
        "the button asks the same analysis"
    );
}

/// A municipality seldom has enough incidents to tell by itself that it did not report; its state has.
#[tokio::test]
async fn the_silence_of_a_state_is_no_fall_in_its_municipalities_and_is_told_of_its_cells() {
    let change = "/api/v1/analysis/change?place=MX-20&period=2022-01..2022-03";
    let answer: serde_json::Value =
        serde_json::from_str(&data(&format!("{change}&by=place:municipalities")).await).expect("JSON");
    let rows = answer["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 570);
    let told: Vec<&serde_json::Value> = rows.iter().filter(|row| row["class"] != "no-data").collect();
    assert!(told.is_empty(), "{told:?}");
    // In a period in which it did report they are compared.
    let other = data("/api/v1/analysis/change?place=MX-20&period=2024-01..2024-03&by=place:municipalities").await;
    assert!(other.contains("\"class\":\"not_distinguishable_from_chance\"") && other.contains("\"not_reporting\":0"));
    let cells: serde_json::Value = serde_json::from_str(&data(&format!("{change}&by=cell:8")).await).expect("JSON");
    let remarks = cells["notes"].as_array().expect("remarks");
    let remark = remarks.iter().find(|remark| remark["code"] == "holders-not-reporting").expect("a remark");
    assert!(remark["es"].as_str().expect("text").contains("Oaxaca"), "{remark}");
}
