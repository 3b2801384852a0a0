//! Keys: made once, readable by their owner only, handed over by an entry.

use crate::support::{Desk, seal_from};
use tequio_archive::DataFolder;
use tequio_archive::ledger::{EntryKind, FindingKind, KEYS_FOLDER, KeyFolder, Ledger, Trust, verify_folder};

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let (folder, file) = (desk.data.root().join(KEYS_FOLDER), desk.data.root().join(KEYS_FOLDER).join("log.key"));
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let error = desk.data.lock().unwrap_err().to_string();
    assert!(error.contains("log.key") && error.contains("chmod 600") && !error.contains('\n'), "{error}");
    set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    set_permissions(&folder, Permissions::from_mode(0o750)).unwrap();
    assert!(desk.data.lock().unwrap_err().to_string().contains("chmod 700"));
    set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    desk.data.lock().unwrap();
}

#[test]
fn the_secret_is_in_the_key_file_and_nowhere_else() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let text = std::fs::read_to_string(desk.data.root().join(KEYS_FOLDER).join("log.key")).unwrap();
    let secret = text.trim_end().splitn(5, '+').last().unwrap().to_owned();
    let shown = format!("{:?} {:?}", desk.data, desk.data.lock().unwrap());
    assert!(!shown.contains(&secret[4..]), "{shown}");
}

#[test]
fn a_rotation_is_an_entry_signed_by_the_old_key() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let old = desk.key();
    desk.data.rotate_key(&mut desk.data.lock().unwrap()).unwrap();
    let new = desk.key();
    assert_ne!(old, new);
    desk.publish("a", "2", 3);
    let entry = Ledger::open(&desk.data)
        .unwrap()
        .entries()
        .map(Result::unwrap)
        .filter(|e| e.kind == EntryKind::Key)
        .last()
        .unwrap();
    assert_eq!(entry.public_key().unwrap(), new);
    assert!(entry.is_handed_over_by(&old) && !entry.is_handed_over_by(&new));
    // Who trusts the old key, or the new one, or any, follows.
    for trust in [Trust::in_key(old.clone()), Trust::in_key(new.clone()), Trust::default()] {
        let verified = verify_folder(desk.data.root(), &trust, &[], &[]).unwrap();
        assert_eq!(verified.report.findings, []);
        assert_eq!(verified.key.as_ref(), Some(&new));
    }
}

#[test]
fn a_foreign_key_is_found() {
    let (desk, other) = (Desk::new(), Desk::new());
    desk.publish("a", "1", 3);
    other.publish("a", "1", 3);
    other.data.rotate_key(&mut other.data.lock().unwrap()).unwrap();
    // The other log has the same first key: its second one is nobody's here.
    let foreign = tequio_archive::ledger::SecretKey::from_seed(
        "ledger.example.org",
        tequio_archive::ledger::KeyType::Log,
        &[9; 32],
    )
    .unwrap();
    let trust = Trust::in_key(foreign.public().clone());
    let report = verify_folder(desk.data.root(), &trust, &[], &[]).unwrap().report;
    assert_eq!(report.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::CheckpointForeign]);
}

#[test]
fn an_interrupted_rotation_is_finished_or_dropped() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let keys = KeyFolder::new(desk.data.root().join(KEYS_FOLDER));
    let old = keys.log_key().unwrap();
    // Interrupted before the entry: the next writer goes on with the old key.
    keys.make_next_key(&old, &|| Ok([7; 32])).unwrap();
    desk.publish("a", "2", 3);
    assert_eq!((desk.key(), keys.next_key().unwrap().is_none()), (old.public().clone(), true));
    // Interrupted after it: the next writer goes on with the new one.
    let folder = desk.data.root().join(KEYS_FOLDER);
    let before = std::fs::read(folder.join("log.key")).unwrap();
    desk.data.rotate_key(&mut desk.data.lock().unwrap()).unwrap();
    let new = desk.key();
    std::fs::rename(folder.join("log.key"), folder.join("next.key")).unwrap();
    std::fs::copy(folder.join("next.key"), folder.join("log.key")).unwrap();
    std::fs::write(folder.join("log.key"), before).unwrap();
    desk.publish("a", "3", 3);
    assert_eq!(desk.key(), new);
    assert_eq!(verify_folder(desk.data.root(), &desk.trust(), &[], &[]).unwrap().report.findings, []);
}

#[test]
fn a_log_keeps_its_name_and_its_key() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let mut seal = seal_from(1_000);
    seal.origin = Some("other.example.org".to_owned());
    let error = DataFolder::new(desk.data.root()).sealed(seal).lock().unwrap_err().to_string();
    assert!(error.contains("ledger.example.org"), "{error}");
    std::fs::remove_file(desk.data.root().join(KEYS_FOLDER).join("log.key")).unwrap();
    assert!(desk.data.lock().unwrap_err().to_string().contains("restore it from a copy"));
}

#[test]
fn an_unnamed_log_is_named_after_its_key() {
    let desk = Desk::new();
    let mut seal = seal_from(0);
    seal.origin = None;
    let data = DataFolder::new(desk.folder.path().join("other")).sealed(seal);
    data.lock().unwrap();
    let origin = Ledger::open(&data).unwrap().checkpoint().origin.clone();
    assert!(origin.starts_with("tequio.local/") && origin.len() == "tequio.local/".len() + 16, "{origin}");
}
