//! Tags name releases as each project names its own.

use crate::catalogue::{Catalogue, Tag, Version};

#[test]
fn tags_of_each_client_name_releases_as_its_project_does() {
    let catalogue = Catalogue::builtin();
    let read = |id: &str, tag: &str| catalogue.client(id).map(|client| client.tags.read(tag));
    let releases = [
        ("lighthouse", "v5.3.0-amd64-modern", "5.3.0"),
        ("lighthouse", "v8.0.0-rc.1", "8.0.0-rc.1"),
        ("prysm", "v7.1.0-debug", "7.1.0"),
        ("teku", "25.10.0-jdk21", "25.10.0"),
        ("nimbus", "multiarch-v25.9.1", "25.9.1"),
        ("lodestar", "v1.44.0", "1.44.0"),
        ("grandine", "2.0.1", "2.0.1"),
        ("geth", "alltools-v1.13.14", "1.13.14"),
        ("nethermind", "1.35.2-chiseled", "1.35.2"),
        ("besu", "25.11.0-openjdk-latest", "25.11.0"),
        ("erigon", "v3.0.0-alpha3", "3.0.0-alpha3"),
        ("web3signer", "25.11.0-distroless", "25.11.0"),
        ("mev-boost", "1.9", "1.9"),
        ("charon", "v2.0.0-rc2", "2.0.0-rc2"),
    ];
    for (id, tag, text) in releases {
        let version = Version::parse(text).expect("a version");
        assert_eq!(read(id, tag), Some(Tag::Release(version)), "{id}:{tag}");
    }
    let moving = [
        ("lighthouse", "latest-unstable"),
        ("prysm", "stable"),
        ("nimbus", "multiarch-latest"),
        ("geth", "release-1.16"),
    ];
    for (id, tag) in moving {
        assert_eq!(read(id, tag), Some(Tag::Moving), "{id}:{tag}");
    }
    assert_eq!(read("prysm", "HEAD-1fc464"), Some(Tag::Build));
}
