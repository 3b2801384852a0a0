//! Fetches a publication that is served over HTTP into a folder, to be verified there. The folder is believed in
//! nothing: what does not come is missing, and verifying says so.

use anyhow::Context as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;
use tequio_archive::ledger::{CHECKPOINT_FILE, Checkpoint, LEDGER_FOLDER, NOTE_BYTES_MAX, tile_paths};
use tequio_archive::publication::{SUMS_BYTES_MAX, SUMS_FILE, listed_paths};
use ureq::Agent;

/// Most files of a publication that are fetched.
const FILES_MAX: usize = 200_000;
/// Most bytes of a publication that are fetched.
const BYTES_MAX: u64 = 64 << 30;
/// Longest wait for a connection, in seconds.
const CONNECT_S_MAX: u64 = 10;
/// Longest wait for the beginning of an answer, in seconds.
const ANSWER_S_MAX: u64 = 30;
/// Longest wait for a whole file, in seconds.
const FILE_S_MAX: u64 = 3_600;

/// Where a publication is served, when a target is an address.
///
/// # Errors
/// An address that this program does not speak to.
pub fn address(target: &Path) -> anyhow::Result<Option<String>> {
    let Some(text) = target.to_str() else { return Ok(None) };
    if text.starts_with("https://") {
        anyhow::bail!("{text}: this program speaks plain HTTP only; mirror it with `wget -m` and verify the folder");
    }
    Ok(text.starts_with("http://").then(|| text.trim_end_matches('/').to_owned()))
}

/// Fetches everything that a publication lists, and its ledger.
///
/// # Errors
/// No answer in time, no list or no checkpoint, or more than is fetched.
pub fn fetch(address: &str, folder: &Path) -> anyhow::Result<()> {
    let mut fetcher = Fetcher { agent: agent(), address, folder, left: BYTES_MAX };
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

fn agent() -> Agent {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let config = Agent::config_builder()
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
        let mut response = self.agent.get(&url).call().with_context(|| url.clone())?;
        match response.status().as_u16() {
            200 => {}
            404 | 410 => return Ok(()),
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
