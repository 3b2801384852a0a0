//! Fetches a publication that is served over HTTPS or HTTP into a folder, to be verified there. The folder is believed in
//! nothing: what does not come is missing, and verifying says so.

use anyhow::Context as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tequio_archive::ledger::{CHECKPOINT_FILE, Checkpoint, LEDGER_FOLDER, NOTE_BYTES_MAX, tile_paths};
use tequio_archive::publication::{SUMS_BYTES_MAX, SUMS_FILE, listed_paths};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Most files of a publication that are fetched.
const FILES_MAX: usize = 200_000;
/// Most bytes of a publication that are fetched.
const BYTES_MAX: u64 = 64 << 30;
/// Longest file of authorities that is read, in bytes.
const CA_BYTES_MAX: u64 = 1 << 20;
/// Longest wait for a connection, in seconds.
const CONNECT_S_MAX: u64 = 10;
/// Longest wait for the beginning of an answer, in seconds.
const ANSWER_S_MAX: u64 = 30;
/// Longest wait for a whole file, in seconds.
const FILE_S_MAX: u64 = 3_600;

/// Where a publication is served, when a target is an address.
pub fn address(target: &Path) -> Option<String> {
    let text = target.to_str()?;
    let is_served = text.starts_with("http://") || text.starts_with("https://");
    is_served.then(|| text.trim_end_matches('/').to_owned())
}

/// Fetches everything that a publication lists, and its ledger. Over HTTPS the server has to show a certificate that the
/// system trusts, or one that the authorities in the file `ca` vouch for, and then no other.
///
/// # Errors
/// No answer in time, a certificate that nobody vouches for, no list or no checkpoint, or more than is fetched.
pub fn fetch(address: &str, ca: Option<&Path>, folder: &Path) -> anyhow::Result<()> {
    let is_https = address.starts_with("https://");
    anyhow::ensure!(is_https || ca.is_none(), "--ca says whom an https:// address is believed from: {address} is none");
    let tls = if is_https { Some(tls(ca)?) } else { None };
    let mut fetcher = Fetcher { agent: agent(tls), address, folder, left: BYTES_MAX };
    let checkpoint = format!("{LEDGER_FOLDER}/{CHECKPOINT_FILE}");
    let absent = |what: &str| format!("{address}/{what} is not there: give the address of a publication's folder");
    let head = fetcher.get(&checkpoint, NOTE_BYTES_MAX as u64)?.with_context(|| absent(&checkpoint))?;
    let sums = fetcher.get(SUMS_FILE, SUMS_BYTES_MAX)?.with_context(|| absent(SUMS_FILE))?;
    let mut paths = listed_paths(&sums).map_err(|detail| anyhow::anyhow!("{address}/{SUMS_FILE}: {detail}"))?;
    let size = Checkpoint::parse(&head).with_context(|| format!("{address}/{checkpoint}"))?.tree.size;
    paths.extend(tile_paths(size).take(FILES_MAX + 1).map(|path| format!("{LEDGER_FOLDER}/{path}")));
    anyhow::ensure!(
        paths.len() <= FILES_MAX,
        "{address} lists more than {FILES_MAX} files: mirror it and verify the folder"
    );
    paths.iter().try_for_each(|path| fetcher.save(path))
}

/// TLS 1.2 or 1.3 with the authorities of a file, or those of the system.
fn tls(ca: Option<&Path>) -> anyhow::Result<TlsConfig> {
    let roots = ca.map_or_else(of_system, of_file)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots));
    Ok(config.unversioned_rustls_crypto_provider(provider).build())
}

fn of_system() -> anyhow::Result<Vec<Certificate<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    let why = found.errors.first().map(ToString::to_string).unwrap_or_default();
    anyhow::ensure!(
        !found.certs.is_empty(),
        "this system names no certificate authorities: give those of the server with --ca FILE. {why}"
    );
    Ok(found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect())
}

fn of_file(path: &Path) -> anyhow::Result<Vec<Certificate<'static>>> {
    let named = || path.display().to_string();
    let mut pem = Vec::new();
    File::open(path).and_then(|file| file.take(CA_BYTES_MAX).read_to_end(&mut pem)).with_context(named)?;
    let mut roots = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(found) = item.with_context(named)? {
            roots.push(found);
        }
    }
    anyhow::ensure!(!roots.is_empty(), "{} holds no certificate: give a file with BEGIN CERTIFICATE (PEM)", named());
    Ok(roots)
}

fn agent(tls: Option<TlsConfig>) -> Agent {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let config = Agent::config_builder()
        .tls_config(tls.unwrap_or_default())
        // Where an address leads is for the reader to say: from https it might lead to http.
        .timeout_connect(seconds(CONNECT_S_MAX))
        .timeout_recv_response(seconds(ANSWER_S_MAX))
        .timeout_recv_body(seconds(FILE_S_MAX))
        .max_redirects(0)
        .http_status_as_error(false)
        .user_agent("tequio");
    config.build().into()
}

struct Fetcher<'a> {
    agent: Agent,
    address: &'a str,
    folder: &'a Path,
    /// Bytes that may still come.
    left: u64,
}

impl Fetcher<'_> {
    /// A small file, which is kept too; `None` when there is none.
    fn get(&mut self, path: &str, bytes_max: u64) -> anyhow::Result<Option<Vec<u8>>> {
        let left = std::mem::replace(&mut self.left, bytes_max);
        self.save(path)?;
        self.left += left.saturating_sub(bytes_max);
        let file = self.folder.join(path);
        if file.is_file() { Ok(Some(fs::read(&file)?)) } else { Ok(None) }
    }

    /// Fetches a file to its place; one that is not served stays away.
    fn save(&mut self, path: &str) -> anyhow::Result<()> {
        let url = format!("{}/{path}", self.address);
        let mut response = self.agent.get(&url).call().map_err(|error| unanswered(&url, error))?;
        match response.status().as_u16() {
            200 => {}
            404 | 410 => return Ok(()),
            300..=399 => {
                anyhow::bail!("{url} leads elsewhere, and that is not followed: give the address that it leads to")
            }
            status => anyhow::bail!("{url}: the server answers {status}"),
        }
        let file = self.folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(self.folder))?;
        let mut body =
            response.body_mut().with_config().limit(self.left.saturating_add(1)).reader().take(self.left + 1);
        let bytes = std::io::copy(&mut body, &mut File::create(&file)?).with_context(|| url.clone())?;
        self.left = self.left.checked_sub(bytes).with_context(|| format!("{url} is larger than is fetched"))?;
        Ok(())
    }
}

/// Why there is no answer; a certificate that nobody vouches for has its own line.
fn unanswered(url: &str, error: ureq::Error) -> anyhow::Error {
    if is_unknown(&error) {
        let detail = "if you trust its authority, give that one's certificate with --ca FILE (PEM)";
        return anyhow::anyhow!("{url}: {error}: {detail}");
    }
    anyhow::Error::new(error).context(url.to_owned())
}

fn is_unknown(error: &ureq::Error) -> bool {
    let of_tls = match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    matches!(of_tls, Some(rustls::Error::InvalidCertificate(_)))
}
