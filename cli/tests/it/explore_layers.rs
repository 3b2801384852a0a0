//! The layers of the explorer's map: picture, panel and table say what the API says, and what cannot be shown says why.

use crate::http::Portal;
use serde_json::Value;

const LAYERS: [(&str, &str); 4] = [
    ("hotspots", "layer=hotspots"),
    ("density", "layer=density"),
    ("scan", "layer=scan&level=places:municipalities&place=MX-09"),
    ("change", "layer=change&level=places:municipalities&period=2020-07..2020-12&compare=2020-01..2020-06"),
];

fn html(portal: &Portal, path: &str, language: &str) -> String {
    let reply = portal.ask("GET", path, &format!("Accept: text/html\r\nAccept-Language: {language}\r\n"));
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    assert_eq!(reply.status, 200, "{path}: {text}");
    text
}

/// What the page tells its map.
fn settings(page: &str) -> Value {
    let rest = page.split("data-settings=\"").nth(1).expect("settings");
    let text = rest.split('"').next().expect("an end");
    let plain = text.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&");
    serde_json::from_str(&plain).expect("JSON")
}

#[test]
fn a_layer_is_a_picture_a_panel_and_a_table_of_what_the_api_says() {
    let portal = Portal::start();
    for (layer, question) in LAYERS {
        for language in ["es", "en"] {
            let page = html(&portal, &format!("/explore?{question}"), language);
            assert!(page.contains(&format!("value=\"{layer}\" form=\"x-form\" checked")), "{layer} is not chosen");
            assert!(!page.contains('⟦') && !page.contains(" style=") && !page.contains("[en]"), "{layer}");
            assert!(page.contains("id=\"x-layer\"") && page.contains(&format!("layer={layer}")), "{layer}");
        }
        let painted = settings(&html(&portal, &format!("/explore?{question}"), "en"))["painted"].clone();
        let api = portal.get(painted["address"].as_str().expect("an address")).json();
        let rows = api["rows"].as_array().expect("rows");
        let data = portal.get(&format!("/explore.json?{question}")).json();
        let tables = data["tables"].as_array().expect("tables");
        let table = tables.iter().find(|table| table["id"] == "layer").expect("the table of the layer");
        assert_eq!(table["rows"], api["rows"], "{layer}");
        let classes: Vec<&Value> =
            painted["classes"].as_array().expect("classes").iter().map(|known| &known["class"]).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| classes.contains(&&row["class"])), "{layer}");
        let picture = portal.get(&format!("/explore.svg?{question}&figure=map"));
        assert_eq!(picture.status, 200, "{layer}");
        assert!(String::from_utf8_lossy(&picture.body).contains("<path fill="), "{layer}");
    }
    let change = html(&portal, &format!("/explore?{}", LAYERS[3].1), "en");
    assert!(change.contains("Incidents of ") && change.contains(" against those of "));
    let plain = html(&portal, "/explore", "en");
    assert!(settings(&plain)["painted"].is_null() && !plain.contains("id=\"x-layer\""));
}

#[test]
fn clusters_have_their_numbers_and_change_its_confidence() {
    let portal = Portal::start();
    let (question, change) = (LAYERS[2].1, LAYERS[3].1);
    let of_clusters = |table: &&Value| table["columns"][0]["name"] == "cluster";
    let page = html(&portal, &format!("/explore?{question}"), "es");
    let (painted, picture) =
        (settings(&page)["painted"].clone(), portal.get(&format!("/explore.svg?{question}&figure=map")));
    let api = portal.get(painted["address"].as_str().expect("an address")).json();
    let numbered = api["tables"].as_array().and_then(|tables| tables.iter().find(of_clusters)).expect("clusters");
    // Those that chance explains stand in the table alone.
    let found = numbered["rows"].as_array().expect("rows").iter().filter(|row| row["class"] == "cluster");
    let numbers: Vec<&Value> = found.map(|row| &row["cluster"]).collect();
    let marks = painted["marks"].as_array().expect("numbers");
    assert_eq!(marks.iter().map(|mark| &mark["text"]).collect::<Vec<_>>(), numbers);
    let picture = String::from_utf8_lossy(&picture.body).into_owned();
    for mark in marks {
        let (text, class) = (mark["text"].as_str().expect("a number"), mark["class"].as_str().expect("a look"));
        assert!(page.contains(&format!(r#"<span class="{class}">{text}</span>"#)), "{text} is not in the table");
        assert!(picture.contains(&format!(">{text}</text></g>")), "{text} is not in the picture");
    }
    assert!(page.contains("Sin relleno: no se puso a prueba") && !marks.is_empty());
    let address = settings(&html(&portal, &format!("/explore?{change}"), "en"))["painted"]["address"].clone();
    let facts = portal.get(address.as_str().expect("an address")).json();
    assert_eq!(facts["parameters"]["confidence"], 0.95);
    let is_said = html(&portal, &format!("/explore?{change}"), "en").contains("each at a confidence of 95 %");
    assert_eq!(is_said, facts["facts"]["beyond_chance"].as_u64() > Some(0));
}

#[test]
fn every_choice_keeps_the_layer() {
    let portal = Portal::start();
    let page = html(&portal, "/explore?layer=density&place=MX-09&period=2020", "en");
    let links: Vec<&str> = page
        .split("<a ")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| tag.contains("data-brush") && !tag.contains("chips-clear"))
        .collect();
    assert!(links.len() > 20 && links.iter().all(|tag| tag.contains("layer=density")), "{links:?}");
}

#[test]
fn what_cannot_be_shown_says_why_and_what_to_do() {
    let portal = Portal::start();
    for (question, reason, instead) in [
        ("layer=scan&level=cells", "Cells have no inhabitants", "/explore?layer=scan"),
        (
            "layer=density&offence=VIOLENCIA%20FAMILIAR",
            "not published below municipality",
            "level=places:municipalities",
        ),
        ("layer=clusters&level=streets", "Streets are drawn, not tested", "level=cells"),
        ("layer=change&period=2020", "The two periods cannot be compared", "/explore?"),
    ] {
        let page = html(&portal, &format!("/explore?{question}"), "en");
        let panel =
            page.split("id=\"x-layer\"").nth(1).and_then(|rest| rest.split("</section>").next()).expect("a panel");
        assert!(panel.contains(reason) && panel.contains(instead), "{question}: {panel}");
        assert!(settings(&page)["painted"].is_null(), "{question}");
        assert_eq!(portal.get(&format!("/explore.svg?{question}&figure=map")).status, 200, "{question}");
    }
    assert_eq!(portal.get("/explore?layer=heat").status, 400);
    // The ground of a box is made of cells.
    let within = settings(&html(&portal, "/explore?layer=clusters&level=cells&bbox=-99.2,19.3,-99.1,19.4", "en"));
    assert_eq!(within["painted"]["level"], "cells");
}

#[test]
fn a_layer_goes_into_the_page_of_another_site() {
    let portal = Portal::start();
    let page = html(&portal, "/embed/explore?view=map&layer=density", "en");
    assert!(page.contains("Density of incidents") && !settings(&page)["painted"].is_null());
}
