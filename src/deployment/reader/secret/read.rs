//! Goes through units, files and texts for secrets.

use super::entries::{self, Found};
use super::name::{is_foreign, is_peer_identity};
use super::{file, password, text};
use crate::catalogue::is_known_mnemonic;
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::signer_key;
use crate::deployment::tree;
use crate::deployment::{SecretKind, SecretPlace, SettingsFile};
use crate::document::{Node, Syntax};
use crate::ethereum::{find_mnemonics, whole_secret};
use crate::source::Text;
use crate::workspace::{FileKind, SourceFile, Workspace};
use rayon::prelude::*;

/// Finds the secrets of the tree. What names them first is what they are called.
pub(crate) fn read(workspace: &Workspace, reading: &mut Reading) {
    let files = workspace.written().collect::<Vec<_>>().into_par_iter();
    let mut found: Vec<Found> = files.flat_map_iter(of_file).collect();
    password::find(workspace, &mut reading.inventory.keystore_passwords, &mut found);
    let units = reading.inventory.units.par_iter().flat_map_iter(|unit| {
        let mut found = Vec::new();
        entries::of_unit(unit, &mut found);
        found
    });
    let settings = reading.inventory.settings_files.par_iter().flat_map_iter(|file| of_settings(file, workspace));
    found.extend(units.chain(settings).collect::<Vec<_>>());
    reading.inventory.secrets = found.into_iter().map(|found| place(found, workspace)).collect();
}

fn of_settings(settings: &SettingsFile, workspace: &Workspace) -> Vec<Found> {
    if entries::is_prose(&settings.path) {
        return Vec::new();
    }
    let json = workspace.document(settings.file).is_some_and(|document| document.syntax() == Syntax::Json);
    let mut found = Vec::new();
    for variable in &settings.entries {
        entries::named(&variable.name.value, &variable.value, &mut found);
        found.extend(encoded_mnemonic(&variable.name.value, &variable.value));
    }
    found.retain(|secret| match secret.kind {
        // In JSON a password is a word of an interface more often than a password.
        SecretKind::Password => !json && !is_foreign(&settings.path),
        SecretKind::SigningKey => !is_peer_identity(tree::name(&settings.path)),
        _ => true,
    });
    found
}

/// A mnemonic that the file holds in another writing (base64), so that a look at its text does not find it.
fn encoded_mnemonic(name: &str, value: &Text) -> Option<Found> {
    let [piece] = value.segments() else { return None };
    if piece.exact || piece.hole || piece.span.len() as usize == value.value().len() {
        return None;
    }
    let range = find_mnemonics(value.value()).into_iter().next()?;
    let known = value.value().get(range).is_some_and(is_known_mnemonic);
    let (kind, span) = (SecretKind::Mnemonic, value.span());
    Some(Found { kind, span, name: name.to_owned(), placeholder: false, known })
}

fn of_file(file: &SourceFile) -> Vec<Found> {
    let mut found = Vec::new();
    if file.kind == FileKind::Dotenv {
        variables(file, &mut found);
    }
    keys(file, &mut found);
    text::mnemonics(file, &mut found);
    file::whole(file, &mut found);
    found
}

fn place(found: Found, workspace: &Workspace) -> SecretPlace {
    let file = workspace.file(found.span.file);
    let Found { kind, span, name, placeholder, known } = found;
    let template = file.template || tree::is_template(&file.path) || is_sample(file);
    let (fixture, default) = (tree::is_fixture(&file.path), is_default(file, workspace));
    let trial = is_beside_program(&file.path, workspace);
    SecretPlace { kind, span, name, placeholder, known, fixture, trial, template, default }
}

/// A folder `test` may be an environment; beside the files by which a program is built it holds what that is tested with.
fn is_beside_program(path: &str, workspace: &Workspace) -> bool {
    const BUILDS: [&str; 9] = [
        "Cargo.toml",
        "go.mod",
        "package.json",
        "pyproject.toml",
        "setup.py",
        "build.gradle",
        "build.gradle.kts",
        "pom.xml",
        "CMakeLists.txt",
    ];
    let mut folder = tree::folder(path);
    while !folder.is_empty() {
        let above = tree::folder(folder);
        let is_built = |name: &&str| tree::join(above, name).is_some_and(|path| workspace.find(&path).is_some());
        if tree::name(folder) == "test" && BUILDS.iter().any(is_built) {
            return true;
        }
        folder = above;
    }
    false
}

/// The values of a chart and the defaults of a role hold for whoever doesn't set others.
fn is_default(file: &SourceFile, workspace: &Workspace) -> bool {
    let of_role = file.folder().ends_with("/defaults") && file.path.contains("roles/");
    let chart = || tree::join(file.folder(), "Chart.yaml").and_then(|path| workspace.find(&path));
    of_role || file.name().starts_with("values") && chart().is_some()
}

/// A sample environment file; one to choose from (`.env.mainnet`) is as live as `.env`.
fn is_sample(file: &SourceFile) -> bool {
    file.kind == FileKind::Dotenv
        && ["default", "sample", "example", "template"].iter().any(|word| file.name().contains(word))
}

fn variables(file: &SourceFile, found: &mut Vec<Found>) {
    for entry in file.document().and_then(|document| document.root()).into_iter().flat_map(Node::entries) {
        if let Some(value) = entry.value.text() {
            entries::named(entry.name(), &value, found);
        }
    }
}

/// Secrets in the key files of signers and clients.
fn keys(file: &SourceFile, found: &mut Vec<Found>) {
    let Some(document) = file.document() else { return };
    let fields = [
        ("privateKey", SecretKind::SigningKey),
        ("token", SecretKind::ApiToken),
        ("clientSecret", SecretKind::ApiToken),
        ("secretAccessKey", SecretKind::ApiToken),
        ("voting_keystore_password", SecretKind::Password),
        ("client_identity_password", SecretKind::Password),
    ];
    let keys = document.roots().filter(|root| signer_key::is_key(*root));
    let definitions = document.roots().flat_map(Node::items).filter(|entry| entry.get("voting_public_key").is_some());
    for entry in keys.chain(definitions) {
        for (name, kind) in fields {
            let Some(text) = entry.get(name).filter(|value| !value.is_null()).and_then(Node::text) else { continue };
            // Zeros and words are no key, but a stand-in for one.
            let fits = kind != SecretKind::SigningKey || text.known().is_some_and(|key| whole_secret(key).is_some());
            if let Some(clear) = super::value::clear(&text).filter(|_| fits) {
                found.push(Found {
                    kind,
                    span: clear.place,
                    name: name.to_owned(),
                    placeholder: clear.placeholder,
                    known: false,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    const KEYSTORE: &str = r#"{"crypto": {"kdf": {}, "checksum": {}, "cipher": {}}, "pubkey": "KEY", "version": 4}"#;
    const HEX: &str = "25295f0d1d592a90b333e26e85149708208e9f8e8bc18f6c77bd62f8ad7a6866";

    #[test]
    fn a_folder_test_beside_a_program_is_no_environment() {
        let key = format!("privateKey: 0x{HEX}\n");
        let texts = [
            ("app/go.mod", "module a\n"),
            ("app/test/keys/one.yaml", &key),
            ("hosts/test/two.yaml", &key),
            ("app/keys/three.yaml", &key),
        ];
        let inventory = crate::deployment::read(&crate::workspace::Workspace::of(&texts));
        let trials: Vec<bool> = inventory.secrets.iter().map(|secret| secret.trial).collect();
        assert_eq!(trials, [false, true, false], "in order of their paths");
    }

    #[test]
    fn secrets_under_names() {
        let texts = [
            (
                "compose.yml",
                "services:\n  signer:\n    image: a\n    command: [eth2, --slashing-protection-db-password=hunter2, --keystores-password-file=/pw, --slashing-protection-db-url=postgres://w3s:s3cret@db/x, --wallet-password, opensesame]\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n      GF_SECURITY_ADMIN_PASSWORD: admin\n      PW_FILE: /run/secrets/pw\n      KEYSTORE_PASSWORD: changeme\n",
            ),
            (".env", "DB_PASSWORD=kestrel\nEMPTY_PASSWORD=\n"),
            (".env.example", "DB_PASSWORD=<your password>\n"),
            (
                "web3signer.yaml",
                "eth2.slashing-protection-db-password: \"inner\"\nvault: ENC[AES256_GCM,data:x]\npassword: '{{ vault_pw }}'\n",
            ),
            ("locales/en.yml", "password: Password\n"),
        ];
        assert_snapshot!(facts(&texts), @r"
Password DB_PASSWORD .env `kestrel`
Password DB_PASSWORD .env.example `<your password>` placeholder template
Password slashing-protection-db-password compose.yml `hunter2`
UrlCredentials slashing-protection-db-url compose.yml `s3cret`
Password wallet-password compose.yml `opensesame`
Password KEYSTORE_PASSWORD compose.yml `changeme` placeholder
Password eth2.slashing-protection-db-password web3signer.yaml `inner`
settings locales/en.yml: password=Password
settings web3signer.yaml: eth2.slashing-protection-db-password=inner vault=ENC[AES256_GCM,data:x] password={{ vault_pw }}
");
    }

    #[test]
    fn files_that_are_a_secret() {
        let digits = format!("0x{HEX}\n");
        let texts = [
            ("jwt/jwt.hex", digits.as_str()),
            ("charon-enr-private-key", HEX),
            ("genesis_root.txt", HEX),
            ("tests/jwtsecret", HEX),
            ("vc/api-token.txt", "api-token-0x1234\n"),
            ("notes.txt", "hello\n"),
        ];
        assert_snapshot!(facts(&texts), @r"
SigningKey charon-enr-private-key charon-enr-private-key `25295f0d1d59…`
JwtSecret jwt.hex jwt/jwt.hex `25295f0d1d59…`
JwtSecret jwtsecret tests/jwtsecret `25295f0d1d59…` fixture
ApiToken api-token.txt vc/api-token.txt `api-token-0x1234`
");
    }

    #[test]
    fn mnemonics_are_found_anywhere() {
        let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        let env = format!("MNEMONIC=\"{words}\"\n");
        assert_snapshot!(facts(&[("a.env", &env), ("note.txt", words)]), @r"
Mnemonic MNEMONIC a.env `abandon aban…`
Mnemonic note.txt note.txt `abandon aban…`
");
    }

    #[test]
    fn passwords_meet_their_keystores() {
        let key = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
        let other = "898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000";
        let third = "86fa829e6f4759ac2ded89da67ff55468ee9d829599c843d004d46d7e32310819a368a3695bbae21b588798c7f8647d8";
        let by_key = format!("c/secrets/0x{third}");
        let (one, two, three) =
            (KEYSTORE.replace("KEY", key), KEYSTORE.replace("KEY", other), KEYSTORE.replace("KEY", third));
        let texts = [
            ("a/keys/keystore-1.json", one.as_str()),
            ("a/passwords/keystore-1.txt", "pass one\n"),
            ("b/keystore.json", &two),
            ("b/password.txt", "pass two"),
            ("c/validators/x/voting-keystore.json", &three),
            (&by_key, "pass three"),
            ("d/wallet-password.txt", "alone"),
            ("d/passwords/readme.md", "text"),
        ];
        assert_snapshot!(facts(&texts), @r"
Keystore 0x93504970…bce846 a/keys/keystore-1.json `935049707ee2…`
Keystore 0x898885dd…493000 b/keystore.json `898885dd9e16…`
Keystore 0x86fa829e…8647d8 c/validators/x/voting-keystore.json `86fa829e6f47…`
Password wallet-password.txt d/wallet-password.txt `alone`
opens a/keys/keystore-1.json `935049707ee2…` by a/passwords/keystore-1.txt `pass one`
opens b/keystore.json `898885dd9e16…` by b/password.txt `pass two`
opens c/validators/x/voting-keystore.json `86fa829e6f47…` by c/secrets/0x86fa829e6f4759ac2ded89da67ff55468ee9d829599c843d004d46d7e32310819a368a3695bbae21b588798c7f8647d8 `pass three`
");
    }
}
