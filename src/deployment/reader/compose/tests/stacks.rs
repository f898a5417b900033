//! Stacks of which the tree holds the settings alone.

use crate::deployment::read;
use crate::deployment::show::units;
use crate::workspace::Workspace;

const ENV: &str = "COMPOSE_FILE=lighthouse-vc-only.yml:custom.yml\nNETWORK=mainnet\nDOPPELGANGER=false\nVC_EXTRAS=\nLH_DOCKER_TAG=v8.0.1\n";

#[test]
fn the_settings_of_a_known_stack_are_enough() {
    let shown = units(&[("hosts/a/.env", ENV)]);
    assert!(shown.starts_with("a/validator sigp/lighthouse:v8.0.1\n"), "{shown}");
    let other = units(&[("hosts/a.env", ENV), ("hosts/default.env", ENV)]);
    assert!(other.starts_with("hosts/a/validator") && other.matches("sigp/lighthouse").count() == 1, "{other}");
}

#[test]
fn values_stand_where_the_settings_have_them() {
    let inventory = read(&Workspace::of(&[(".env", ENV)]));
    let slice = |span: crate::source::Span| &ENV[span.start as usize..span.end as usize];
    let unit = &inventory.units[0];
    assert_eq!(slice(unit.name.span), "lighthouse-vc-only.yml");
    let image = unit.image.as_ref().expect("an image");
    assert_eq!(slice(image.slice(16..22).span()), "v8.0.1");
    let doppelganger = unit.env.iter().find(|variable| variable.name.value == "DOPPELGANGER").expect("a variable");
    assert_eq!((slice(doppelganger.value.span()), doppelganger.value.origin()), ("false", None));
}

#[test]
fn compose_files_of_the_tree_are_read_in_the_place_of_known_ones() {
    let own = "services: { validator: { image: own/lighthouse:v1 } }\n";
    let shown = units(&[(".env", ENV), ("lighthouse-vc-only.yml", own)]);
    assert!(shown.starts_with("/validator own/lighthouse:v1\n") && !shown.contains("sigp"), "{shown}");
    let laid_over = "services: { validator: { restart: on-failure } }\n";
    let shown = units(&[(".env", ENV), ("custom.yml", laid_over)]);
    assert!(shown.contains("restart: OnFailure") && shown.contains("sigp/lighthouse:v8.0.1"), "{shown}");
}

#[test]
fn what_nothing_tells_to_be_a_stack_is_none() {
    assert_eq!(units(&[(".env", "COMPOSE_FILE=lighthouse-vc-only.yml\nNETWORK=mainnet\n")]), "");
    assert_eq!(units(&[(".env", "VL_INSTANCE_NAME=LighthouseValidator\n")]), "");
    let sedge = "VL_INSTANCE_NAME=LighthouseValidator\nVL_IMAGE_VERSION=sigp/lighthouse:v8.0.1\n";
    assert!(units(&[(".env", sedge)]).contains("sigp/lighthouse:v8.0.1"));
    assert_eq!(units(&[(".env", sedge), ("docker-compose.yml", "services: {}\n")]), "", "nothing of it is started");
}

#[test]
fn settings_beside_the_compose_files_that_were_made_of_them_make_no_second_unit() {
    let settings = "root: { consensusClientMode: local, executionClientMode: external, consensusClient: teku }\nteku: { containerTag: 'consensys/teku:26.1.0' }\n";
    let made = "services: { validator: { image: consensys/teku:25.1.0 } }\n";
    let alone = units(&[("a/user-settings.yml", settings)]);
    assert_eq!(alone.matches("consensys/teku:26.1.0").count(), 2, "{alone}");
    let both = units(&[("a/user-settings.yml", settings), ("a/runtime/validator.yml", made)]);
    assert!(both.contains("25.1.0") && !both.contains("26.1.0"), "{both}");
    let over = "services: { validator: { restart: on-failure } }\n";
    let overridden = units(&[("a/user-settings.yml", settings), ("a/override/validator.yml", over)]);
    assert!(overridden.contains("restart: OnFailure"), "{overridden}");
}
