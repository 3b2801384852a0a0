//! A portal in an agency's livery.

use super::{HTML, system, unchanged};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tequio_portal::proxies::Proxies;
use tequio_portal::{Wardrobe, app_in, livery};
use tower::ServiceExt as _;

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\"><path d=\"M0 0h2v1z\"/></svg>";

fn portal() -> axum::Router {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("logo.svg"), LOGO).expect("a logo");
    let text = livery::TEMPLATE.replace("# logo =", "logo =").replace("language = \"es\"", "language = \"en\"");
    let wardrobe = Wardrobe::read(&text, folder.path()).expect("a livery");
    app_in(vec![system("hello")], unchanged(), wardrobe, Proxies::default(), || std::time::Duration::ZERO)
        .expect("a portal")
}

async fn ask(address: &str, language: &str) -> (StatusCode, axum::http::HeaderMap, String) {
    let request = Request::get(address).header("accept", HTML).header("accept-language", language);
    let response = portal().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn every_page_wears_it_and_problems_do() {
    for address in ["/", "/nowhere"] {
        let (_, _, body) = ask(address, "es").await;
        for part in [
            "· Secretaría de Seguridad Ciudadana de Ejemplo</title>",
            "width=\"80\" height=\"40\" alt=\"\"",
            "href=\"mailto:transparencia@ejemplo.gob.mx\"",
            "Aviso de privacidad",
        ] {
            assert!(body.contains(part), "{address}: {part}");
        }
        assert!(!body.contains("style=\"") && !body.contains("<style"), "the policy would refuse this");
    }
    let (_, _, body) = ask("/", "fr").await;
    assert!(body.contains("<html lang=\"en\">") && body.contains("Example Secretariat"), "its own language by default");
}

#[tokio::test]
async fn its_files_never_change_and_are_all_there_is() {
    let (_, _, body) = ask("/", "es").await;
    let addresses = body.split('"').filter(|part| part.starts_with("/livery/"));
    let addresses: Vec<&str> = addresses.collect();
    assert_eq!(addresses.len(), 2, "{addresses:?}");
    for address in addresses {
        let (status, headers, _) = ask(address, "es").await;
        assert_eq!(status, StatusCode::OK);
        assert!(headers["cache-control"].to_str().expect("text").contains("immutable"), "{address}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
    for address in ["/livery/site.toml", "/livery/..%2fsite.toml", "/livery/0000000000000000.css"] {
        assert_eq!(ask(address, "es").await.0, StatusCode::NOT_FOUND, "{address}");
    }
}
