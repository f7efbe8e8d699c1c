//! Encrypted connections: certificates that are good, and all that can be wrong with them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::database::Database;
use crate::night::Night;
use crate::night_at;
use crate::own::{OwnServer, is_mysql, scratch};

/// An authority of the test's own, in a folder. `openssl` does the work.
struct Authority(PathBuf);

/// Years of a certificate, as `openssl ca` takes them.
const GOOD: [&str; 2] = ["200101000000Z", "491231000000Z"];
const OVER: [&str; 2] = ["200101000000Z", "210101000000Z"];

impl Authority {
    fn make(folder: &Path) -> Authority {
        fs::create_dir(folder).expect("a folder");
        let authority = Authority(folder.to_owned());
        let settings = "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n\
                        unique_subject=no\npolicy=p\n[p]\ncommonName=supplied\n";
        for (name, text) in [("settings", settings), ("index", ""), ("serial", "01\n")] {
            fs::write(folder.join(name), text).expect("writes");
        }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let name = folder.file_name().expect("it has a name").display();
        let subject = format!("/CN={name}");
        let made = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", &subject, "-days", "3650"];
        authority.openssl(&[&["req", "-x509"], &key[..], &made].concat());
        authority
    }

    /// Makes `NAME.pem` and `NAME.key` for these names (`DNS:…`, `IP:…`).
    fn issue(&self, name: &str, names: &str, [from, until]: [&str; 2]) {
        let [key, request, certificate] = ["key", "csr", "pem"].map(|end| format!("{name}.{end}"));
        fs::write(self.0.join("names"), format!("subjectAltName={names}\n")).expect("writes");
        let kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=peer"];
        self.openssl(&[&["req", "-keyout", &key, "-out", &request], &kind[..]].concat());
        let signed = ["-keyfile", "ca.key", "-cert", "ca.pem", "-in", &request, "-out", &certificate];
        let terms = ["-startdate", from, "-enddate", until, "-extfile", "names", "-notext"];
        self.openssl(&[&["ca", "-batch", "-config", "settings"], &signed[..], &terms].concat());
        // The server's own user reads it too.
        fs::set_permissions(self.0.join(key), fs::Permissions::from_mode(0o644)).expect("it is ours");
    }

    fn openssl(&self, words: &[&str]) {
        let output = Command::new("openssl").args(words).current_dir(&self.0).output().expect("openssl is there");
        assert!(output.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

/// The queue by a URL with these parameters, under an account that is let in over TLS alone.
struct Door<'a> {
    database: &'a Database,
    port: &'a str,
    night: Night,
}

impl Door<'_> {
    fn url(&self, account: &str, host: &str, parameters: &str) -> String {
        format!("mysql://{account}:x@{host}:{}/{}?{parameters}", self.port, self.database.name())
    }

    #[track_caller]
    fn opens(&self, account: &str, host: &str, parameters: &str) {
        let url = self.url(account, host, parameters);
        self.night.smsctl("stats").env("DATABASE_URL", url).run().success().any_stdout().any_stderr();
    }

    #[track_caller]
    fn refuses(&self, [account, host, parameters]: [&str; 3], code: i32, cause: &str, hint: &str) {
        let url = self.url(account, host, parameters);
        let ran = self.night.smsctl("stats").env("DATABASE_URL", url).run().code(code).stdout("");
        ran.stderr_has("error: ").stderr_has(cause).stderr_has(hint).never_says(":x@");
    }
}

#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_certificates_are_asked_for_what_the_url_says() {
    let folder = scratch();
    let ours = Authority::make(&folder.path().join("ours"));
    let others = Authority::make(&folder.path().join("others"));
    ours.issue("server", "IP:127.0.0.1", GOOD);
    ours.issue("client", "DNS:worker", GOOD);
    others.issue("client", "DNS:worker", GOOD);
    let [ca, cert, key] = ["ca.pem", "server.pem", "server.key"].map(|name| ours.file(name));
    let options = [format!("--ssl-ca={ca}"), format!("--ssl-cert={cert}"), format!("--ssl-key={key}")];
    let server = OwnServer::start(&options.each_ref().map(String::as_str));
    let database = Database::on(server.url());
    night_at(&database.url(), "").run("db migrate");
    let mut root = database.connect();
    for (account, require) in [("sms", "SSL"), ("strict", "X509"), ("plain", "NONE")] {
        root.run(&format!("CREATE USER {account}@'%' IDENTIFIED BY 'x' REQUIRE {require}"));
        root.run(&format!("GRANT ALL ON {}.* TO {account}@'%'", database.name()));
    }
    let port = server.address().rsplit(':').next().expect("a port");
    let door = Door { database: &database, port, night: night_at(&database.url(), "") };

    let our_ca = format!("ssl_ca={ca}");
    let other_ca = format!("ssl_ca={}", others.file("ca.pem"));
    let shown = |authority: &Authority| {
        format!("{our_ca}&ssl_cert={}&ssl_key={}", authority.file("client.pem"), authority.file("client.key"))
    };
    door.opens("sms", "127.0.0.1", &our_ca);
    door.opens("sms", "127.0.0.1", "ssl_mode=required");
    door.opens("sms", "localhost", &format!("{our_ca}&ssl_mode=verify_ca"));
    door.opens("strict", "127.0.0.1", &shown(&ours));

    // Another name, another authority, none.
    let name = "its certificate is for other names: use one of them in `database.url`, or `ssl_mode=verify_ca`";
    door.refuses(["sms", "localhost", &our_ca], 69, "not valid for name", name);
    let authority = "`ssl_ca` must name the authority that signed the server's certificate";
    door.refuses(["sms", "127.0.0.1", &other_ca], 69, "UnknownIssuer", authority);
    door.refuses(["sms", "127.0.0.1", "ssl_mode=verify_ca"], 69, "UnknownIssuer", authority);
    // The server asks for more than the URL gives.
    let wants = "an account may ask for `ssl_mode=required`, or for `ssl_cert` and `ssl_key`";
    door.refuses(["sms", "127.0.0.1", "ssl_mode=disabled"], 77, "refuses the user `sms`", wants);
    door.refuses(["strict", "127.0.0.1", &our_ca], 77, "refuses the user `strict`", wants);
    let stranger = "the server does not take the client's certificate: `ssl_cert` must be signed by an authority";
    door.refuses(["strict", "127.0.0.1", &shown(&others)], 69, "could not be made", stranger);
    let pair = |cert: &str, key: &str| format!("{our_ca}&ssl_cert={}&ssl_key={}", ours.file(cert), ours.file(key));
    let other_key = pair("client.pem", "server.key");
    door.refuses(["strict", "127.0.0.1", &other_key], 69, "KeyMismatch", "`ssl_key` is not the key of the certificate");
    ours.openssl(&["pkcs8", "-topk8", "-in", "client.key", "-passout", "pass:hush", "-out", "locked.key"]);
    let locked = pair("client.pem", "locked.key");
    door.refuses(["strict", "127.0.0.1", &locked], 78, "has a passphrase", "check `ssl_ca`, `ssl_cert` and `ssl_key`");
    ours.issue("old", "DNS:worker", OVER);
    let old = pair("old.pem", "old.key");
    door.refuses(["strict", "127.0.0.1", &old], 69, "could not be made", "`ssl_cert` has run out: renew it");
    let gone = pair("nobody.pem", "client.key");
    door.refuses(["strict", "127.0.0.1", &gone], 78, "No such file", "that this user may read the files");
    // Newer servers have an error of its own for it; MariaDB 10.11 refuses the account.
    root.run("SET GLOBAL require_secure_transport = ON");
    let url = door.url("plain", "127.0.0.1", "ssl_mode=disabled");
    let said = door.night.smsctl("stats").env("DATABASE_URL", url).run().any_end().stdout("").stderr_text();
    let asks =
        "the server takes encrypted connections alone: take `ssl_mode` out of `database.url`, or set it to `required`";
    assert!(said.contains(wants) || said.contains(asks), "{said}");
    root.run("SET GLOBAL require_secure_transport = OFF");
    // A file that is no certificate.
    fs::write(ours.0.join("empty.pem"), "nothing\n").expect("writes");
    let empty = format!("ssl_ca={}", ours.file("empty.pem"));
    door.refuses(["sms", "127.0.0.1", &empty], 78, "for TLS", "check `ssl_ca`, `ssl_cert` and `ssl_key`");
    let swapped = format!("{our_ca}&ssl_cert={}&ssl_key={}", ours.file("client.pem"), ours.file("names"));
    door.refuses(["strict", "127.0.0.1", &swapped], 78, "for TLS", "check `ssl_ca`, `ssl_cert` and `ssl_key`");

    // The certificate runs out, and is renewed, while the server runs.
    // MariaDB has one word for it, and MySQL another.
    let mut reload = || ["FLUSH SSL", "ALTER INSTANCE RELOAD TLS"].map(|statement| root.try_run(statement));
    // MySQL takes no certificate that has run out.
    if !is_mysql() {
        ours.issue("server", "IP:127.0.0.1", OVER);
        reload();
        let over = "its certificate has run out: renew it on the server";
        door.refuses(["sms", "127.0.0.1", &our_ca], 69, "expired", over);
    }
    ours.issue("server", "IP:127.0.0.1,DNS:localhost", GOOD);
    reload();
    door.opens("sms", "localhost", &our_ca);
}

#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_server_without_encryption_is_told_from_one_with() {
    let server = OwnServer::start(&[if is_mysql() { "--tls-version=" } else { "--skip-ssl" }]);
    let database = Database::on(server.url());
    let night = night_at(&database.url(), "");
    night.run("db migrate");
    let lacks = "the server takes no encrypted connections: set it up for them (`ssl_cert`, `ssl_key` of the server)";
    let url = format!("{}?ssl_mode=required", database.url());
    let ran = night.smsctl("stats").env("DATABASE_URL", url).run().code(69).stdout("");
    drop(ran.stderr_has("could not be made").stderr_has(lacks));
    let url = format!("{}?ssl_mode=preferred", database.url());
    night.smsctl("stats").env("DATABASE_URL", url).run().success().any_stdout().any_stderr();
}
