//! What the name of a variable, flag or field says about its value.

use crate::deployment::SecretKind;

/// Tells of a word whether no secret stands behind it, but where it lies or what is done with it.
fn is_about(word: &str) -> bool {
    matches!(
        word,
        "file"
            | "files"
            | "path"
            | "paths"
            | "dir"
            | "directory"
            | "folder"
            | "location"
            | "store"
            | "url"
            | "uri"
            | "source"
            | "name"
            | "env"
            | "hash"
            | "salt"
            | "policy"
            | "length"
            | "enabled"
            | "prompt"
            | "required"
            | "arn"
            | "id"
            | "ref"
            | "min"
            | "max"
    )
}

/// Tells of a word whether it names a service that holds no keys: its passwords are somebody else's trade.
fn is_foreign_word(word: &str) -> bool {
    matches!(
        word,
        "gf" | "grafana"
            | "metrics"
            | "cadvisor"
            | "smtp"
            | "mail"
            | "email"
            | "prometheus"
            | "telegram"
            | "slack"
            | "discord"
            | "influx"
            | "influxdb"
            | "elastic"
            | "elasticsearch"
            | "loki"
            | "traefik"
            | "cf"
            | "cloudflare"
            | "registry"
            | "dockerhub"
            | "sudo"
            | "become"
            | "alertmanager"
    )
}

/// Answers what a name promises. Keys and JWT secrets are promised only: their value has to look the part, too.
pub(super) fn promise(name: &str) -> Option<SecretKind> {
    if !may_promise(name) {
        return None;
    }
    // A dotted name says where it stands; only its end says what it is.
    let whole = dashed(name);
    let joined = dashed(name.rsplit('.').next().unwrap_or(name));
    let has = |word: &str| joined.split('-').any(|known| known == word);
    let about = joined.rsplit('-').next().is_some_and(is_about);
    if about || whole.split('-').any(is_foreign_word) {
        return None;
    }
    let within = |part: &str| joined.contains(part);
    // What signs the sessions of a web page is called so, too.
    if within("jwt") && !has("signing") {
        return Some(SecretKind::JwtSecret);
    }
    let keys = [
        "private-key",
        "privatekey",
        "privkey",
        "priv-key",
        "secret-key",
        "operator-key",
        "signing-key",
        "validator-secret",
    ];
    if keys.iter().any(|key| within(key)) {
        return Some(SecretKind::SigningKey);
    }
    // `adminPasswordKey` says under which key of a Secret the password stands.
    if ["password", "passwd", "passphrase"].iter().any(|word| within(word)) {
        return Some(SecretKind::Password).filter(|_| !joined.ends_with("-key"));
    }
    let token = has("token") || has("bearer");
    let of_keys = ["keymanager", "key-manager", "validator-api", "vc-api", "bearer", "vault-token"];
    (token && of_keys.iter().any(|part| within(part))).then_some(SecretKind::ApiToken)
}

/// Tells whether a name holds the beginning of any word that promises something: most names do not.
fn may_promise(name: &str) -> bool {
    let begins = |window: &[u8]| {
        let small = [window[0] | 32, window[1] | 32, window[2] | 32];
        matches!(&small, b"jwt" | b"key" | b"sec" | b"pas" | b"tok" | b"bea" | b"pri")
    };
    name.as_bytes().windows(3).any(begins)
}

/// Tells whether a path is one of a service that holds no keys: its passwords are somebody else's trade.
pub(super) fn is_foreign(path: &str) -> bool {
    const SERVICES: [&str; 7] = ["grafana", "prometheus", "alertmanager", "loki", "traefik", "influxdb", "pgadmin"];
    dashed(path).split('-').any(|word| SERVICES.contains(&word))
}

/// Tells whether a file is named after the identity of a node among its peers, with which nobody can sign.
pub(super) fn is_peer_identity(name: &str) -> bool {
    const PARTS: [&str; 6] = ["node", "nodekey", "p2p", "peer", "libp2p", "network"];
    dashed(name).split('-').any(|word| PARTS.contains(&word))
}

/// Puts a dash between the words of a name, and makes them small: words end at signs, and where a capital follows a small letter.
pub(super) fn dashed(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = '-';
    for sign in name.chars().take(200) {
        if !sign.is_ascii_alphanumeric() {
            before = '-';
            continue;
        }
        let starts = before == '-' || (sign.is_ascii_uppercase() && before.is_ascii_lowercase());
        if starts && !words.is_empty() {
            words.push('-');
        }
        words.push(sign.to_ascii_lowercase());
        before = sign;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_among_peers_are_no_keys() {
        assert!(is_peer_identity("node-key-file-1") && is_peer_identity("peer-id.json"));
        assert!(!is_peer_identity("charon-enr-private-key") && !is_peer_identity("validator-1.yaml"));
    }

    #[test]
    fn names_promise_what_stands_behind_them() {
        for (name, expected) in [
            ("--slashing-protection-db-password", Some(SecretKind::Password)),
            ("POSTGRES_PASSWORD", Some(SecretKind::Password)),
            ("PGPASSWORD", Some(SecretKind::Password)),
            ("keystorePassword", Some(SecretKind::Password)),
            ("voting_keystore_password_path", None),
            ("--wallet-password-file", None),
            ("keystorePasswordFile", None),
            ("auth.secretKeys.adminPasswordKey", None),
            ("GF_SECURITY_ADMIN_PASSWORD", None),
            ("privateKey", Some(SecretKind::SigningKey)),
            ("OPERATOR_KEY", Some(SecretKind::SigningKey)),
            ("JWT_SECRET", Some(SecretKind::JwtSecret)),
            ("jwt", Some(SecretKind::JwtSecret)),
            ("--jwt-secret-path", None),
            ("frontend.jwtSigningSecret", None),
            ("KEYMANAGER_TOKEN", Some(SecretKind::ApiToken)),
            ("CF_DNS_API_TOKEN", None),
            ("components.BearerAuth.type", None),
            ("grafana.adminPassword", None),
            ("keystore.password", Some(SecretKind::Password)),
            ("tokenizer", None),
            ("public_key", None),
        ] {
            assert_eq!(promise(name), expected, "{name}");
        }
    }
}
