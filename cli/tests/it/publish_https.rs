//! A publication behind a real server that speaks TLS.

use crate::publish::{error, published, verify};
use crate::support::Desk;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Serves a folder over HTTPS, or over HTTP without a certificate, and leads what is below `/moved` to plain HTTP.
const SERVER: &str = r#"
import http.server, ssl, sys
folder, files, elsewhere = sys.argv[1], sys.argv[2:4], sys.argv[4]
class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *given):
        super().__init__(*given, directory=folder)
    def do_GET(self):
        if self.path.startswith("/moved"):
            self.send_response(301)
            self.send_header("Location", elsewhere + self.path.removeprefix("/moved"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()
    def log_message(self, *given):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if files[0]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;

/// A server that ends with the test.
struct Server {
    child: Child,
    port: String,
}

impl Server {
    fn start(folder: &Path, certificate: Option<&(PathBuf, PathBuf)>, elsewhere: &str) -> Self {
        let mut command = Command::new("python3");
        command.arg("-c").arg(SERVER).arg(folder);
        match certificate {
            Some((certificate, key)) => command.arg(certificate).arg(key),
            None => command.args(["", ""]),
        };
        let mut child =
            command.arg(elsewhere).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("python3 starts");
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, port: port.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().expect("openssl runs");
    assert!(output.status.success(), "{}", error(&output));
}

fn is_here(program: &str, argument: &str) -> bool {
    let is_here = Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success());
    if !is_here {
        eprintln!("SKIPPED: {program} is not here, so nothing is verified over HTTPS");
    }
    is_here
}

/// An authority of one's own, and a certificate for this machine that it signed.
fn certificates(folder: &Path) -> (PathBuf, (PathBuf, PathBuf)) {
    std::fs::create_dir_all(folder).unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(folder, &format!("req -x509 {key} -days 2 -subj /CN=agency -keyout ca.key -out ca.pem"));
    openssl(folder, &format!("req {key} -subj /CN=server -keyout server.key -out server.csr"));
    std::fs::write(folder.join("ext"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    openssl(
        folder,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out server.pem",
    );
    (folder.join("ca.pem"), (folder.join("server.pem"), folder.join("server.key")))
}

#[test]
fn a_publication_is_verified_over_https_where_its_authority_is_trusted() {
    if !is_here("openssl", "version") || !is_here("python3", "--version") {
        return;
    }
    let (desk, folder, _, key) = published();
    let (ca, server) = certificates(&desk.data().with_file_name("tls"));
    let (other, _) = certificates(&desk.data().with_file_name("other"));
    let plain = Server::start(&folder, None, "");
    let http = format!("http://127.0.0.1:{}", plain.port);
    let secure = Server::start(&folder, Some(&server), &http);
    let https = format!("https://127.0.0.1:{}", secure.port);
    let ca = ca.to_str().unwrap();
    let (code, there) = verify(Path::new(&https), &["--key", &key, "--ca", ca]);
    let (_, here) = verify(&folder, &["--key", &key]);
    assert_eq!((code, &there), (Some(0), &here), "the same answer");
    assert_eq!(verify(Path::new(&http), &["--key", &key]).1, here, "plain HTTP still works");
    let refused = |arguments: &[&str]| {
        let output = Desk::new().run(["verify"].iter().chain(arguments));
        let line = error(&output);
        assert_eq!((output.status.code(), line.lines().count(), output.stdout.len()), (Some(1), 1, 0), "{line}");
        line
    };
    // The system does not know this authority, and another one did not sign.
    for arguments in [vec![https.as_str()], vec![&https, "--ca", other.to_str().unwrap()]] {
        let line = refused(&arguments);
        assert!(line.contains("certificate") && line.contains("--ca"), "{line}");
    }
    // From https to http is not followed, and neither is anything else.
    let line = refused(&[&format!("{https}/moved"), "--ca", ca]);
    assert!(line.contains("leads elsewhere, and that is not followed"), "{line}");
    let empty = desk.file("empty.pem", "nothing");
    assert!(refused(&[&https, "--ca", empty.to_str().unwrap()]).contains("holds no certificate"));
    assert!(refused(&[&https, "--ca", "/nowhere/ca.pem"]).contains("/nowhere/ca.pem"));
    assert!(refused(&[folder.to_str().unwrap(), "--ca", ca]).contains("--ca is for an https:// address"));
    // A server that shows a certificate and then nothing of a publication.
    std::fs::remove_file(folder.join("SHA256SUMS")).unwrap();
    assert!(refused(&[&https, "--ca", ca]).contains("SHA256SUMS is not there"));
}
