//! Commands that open files of keys to everybody: `chmod`, `install -m` and `umask`.

/// Where a command has the mode, and the path that gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened<'w> {
    /// The number of the word that holds the mode.
    pub word: usize,
    /// The path, as written.
    pub path: &'w str,
}

/// Finds in the words of one command a mode that opens a file or folder of keys to others.
#[must_use]
pub fn opened<'w>(words: &[&'w str]) -> Option<Opened<'w>> {
    let at = words.iter().position(|word| matches!(word.rsplit('/').next(), Some("chmod" | "install")))?;
    let arguments = words.get(at + 1..)?;
    let deep = arguments
        .iter()
        .any(|word| *word == "--recursive" || word.starts_with('-') && !word.starts_with("--") && word.contains('R'));
    let is_install = words[at].ends_with("install");
    let (mode, text) = if is_install { mode_of_install(arguments)? } else { mode_of_chmod(arguments)? };
    let opens = opens_octal(text, deep).unwrap_or_else(|| opens_symbolic(text));
    let path = arguments
        .iter()
        .enumerate()
        .filter(|(word, _)| *word != mode)
        .map(|(_, word)| *word)
        .find(|word| holds_keys(word))?;
    opens.then_some(Opened { word: at + 1 + mode, path })
}

fn mode_of_chmod<'w>(arguments: &[&'w str]) -> Option<(usize, &'w str)> {
    let is_mode =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || word.contains(['+', '=']) && !word.contains('/');
    arguments.iter().copied().enumerate().find(|(_, word)| !word.starts_with('-') && !word.is_empty() && is_mode(word))
}

fn mode_of_install<'w>(arguments: &[&'w str]) -> Option<(usize, &'w str)> {
    for (at, word) in arguments.iter().enumerate() {
        if *word == "-m" || *word == "--mode" {
            return Some((at + 1, arguments.get(at + 1)?));
        }
        if let Some(mode) =
            word.strip_prefix("--mode=").or_else(|| word.strip_prefix("-m").filter(|rest| !rest.is_empty()))
        {
            return Some((at, mode));
        }
    }
    None
}

/// Tells whether an octal mode lets others write, or read what lies in a file. A folder that others may list (`755`) still
/// guards its files by their own modes.
#[must_use]
pub fn opens_octal(mode: &str, deep: bool) -> Option<bool> {
    let digits = mode.strip_prefix("0o").unwrap_or(mode);
    let fits = (3..=5).contains(&digits.len()) && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let others = digits.chars().next_back().filter(|_| fits)?.to_digit(8)?;
    let lists_only = others == 5 && !deep;
    Some(others & 2 != 0 || others & 4 != 0 && !lists_only)
}

fn opens_symbolic(mode: &str) -> bool {
    mode.split(',').any(|part| {
        let Some((who, what)) = part.split_once(['+', '=']) else { return false };
        let others = who.is_empty() || who.contains(['o', 'a']);
        others && !who.starts_with('-') && what.contains(['r', 'w'])
    })
}

/// Tells whether a path is one of keys, passwords or tokens by its name. What guards the engine interface is shared on purpose.
#[must_use]
pub fn holds_keys(path: &str) -> bool {
    const WORDS: [&str; 14] = [
        "keystore",
        "validator_keys",
        "validator-keys",
        "wallet",
        "password",
        "passphrase",
        "mnemonic",
        "api-token",
        "api_token",
        "keymanager-token",
        "private-key",
        "private_key",
        "validator_definitions",
        "slashing_protection",
    ];
    let path = path.trim_matches(['"', '\'']).to_ascii_lowercase();
    let public = [
        "range",
        "marker",
        "acme",
        "jwt",
        "ee-secret",
        ".pub",
        "public",
        ".crt",
        "known_hosts",
        "/usr/",
        ".sh",
        "keyring",
        "keyrings",
    ];
    if path.starts_with('-') || public.iter().any(|word| path.contains(word)) {
        return false;
    }
    let folder = |part: &str| ["keys", "secrets", "validators"].contains(&part);
    WORDS.iter().any(|word| path.contains(word)) || path.split('/').any(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(line: &str) -> Option<&str> {
        let words: Vec<&str> = line.split(' ').collect();
        opened(&words).map(|opened| opened.path)
    }

    #[test]
    fn modes_that_open_keys_are_found() {
        assert_eq!(path("chmod -R 777 /data/validator_keys"), Some("/data/validator_keys"));
        assert_eq!(path("sudo chmod 0644 /secrets/password.txt"), Some("/secrets/password.txt"));
        assert_eq!(path("chmod -R 755 ./keys"), Some("./keys"));
        assert_eq!(path("chmod a+rw wallet/x"), Some("wallet/x"));
        assert_eq!(path("install -m 0644 keystore.json /etc/x"), Some("keystore.json"));
        assert_eq!(path("install --mode=666 a /etc/keys/b"), Some("/etc/keys/b"));
    }

    #[test]
    fn modes_that_keep_them_are_not() {
        for line in [
            "chmod 700 /data/validator_keys",
            "chmod 755 /data/keys",
            "chmod 640 /data/keys/password.txt",
            "chmod 777 /var/lib/ee-secret",
            "chmod u+rw /data/keys",
            "chmod +x keys.sh",
            "chmod 644 /etc/ssl/public/keys.crt",
            "install -m 0600 keystore.json /etc/x",
            "chmod $MODE /data/keys",
            "echo chmod",
        ] {
            assert_eq!(path(line), None, "{line}");
        }
    }
}
