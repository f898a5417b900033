//! Scripts that a service starts: in the manifest, or in files of the tree.

use super::compose;
use crate::deployment::show::units;
use insta::assert_snapshot;

#[test]
fn scripts_in_the_manifest_are_taken_apart() {
    assert_snapshot!(compose(
        r#"
services:
  one:
    image: a
    command: sh -c "rm -f /data/lock && exec lighthouse vc --fee=$$FEE $$MORE"
    environment: [FEE=0xAb]
  two:
    image: a
    entrypoint: ["/bin/bash", "-euo", "pipefail", "-c"]
    command:
      - |
        args=(--a)
        exec tini -- lighthouse vc \
          "$${args[@]}" "$$@"
      - bash
      - --b
  three:
    image: a
    entrypoint: /opt/wrap-entrypoint.sh lighthouse vc
"#
    ), @r#"
/one a
  before: rm | -f | /data/lock
  words: lighthouse | vc | --fee=0xAb | $MORE
  env: FEE=0xAb
/two a
  program: tini | -- | lighthouse | vc | --a | --b
/three a
  wrappers: /opt/wrap-entrypoint.sh
  program: lighthouse | vc
  open: Script("wrap-entrypoint.sh")
"#);
}

#[test]
fn scripts_of_the_tree_are_followed() {
    let texts = [
        (
            "a/compose.yml",
            "services:\n  mounted:\n    image: a\n    entrypoint: [tini, --, /run.sh]\n    command: --x\n    volumes: [\"./run.sh:/run.sh:ro\"]\n    environment: { NETWORK: hoodi }\n  built:\n    build: ./image\n    command: --y\n  named:\n    image: local\n    build: { context: ./image, args: { TAG: v2 } }\n    entrypoint: start.sh\n  same: { image: local, entrypoint: start.sh a }\n  missing: { image: b, entrypoint: /gone.sh, command: --z }\n",
        ),
        ("a/run.sh", "#!/bin/sh\nexport A=1\nexec lighthouse vc --network=$NETWORK \"$@\"\n"),
        (
            "a/image/Dockerfile",
            "ARG TAG=v1\nFROM sigp/lighthouse:$TAG\nENV FROM_IMAGE=1\nCOPY scripts/ /usr/local/bin/\nENTRYPOINT [\"start.sh\", \"inner\"]\nCMD [\"--default\"]\n",
        ),
        ("a/image/scripts/start.sh", "#!/bin/bash\nexec lighthouse bn \"$@\"\n"),
    ];
    assert_snapshot!(units(&texts), @r#"
a/mounted a
  project: a
  wrappers: /run.sh
  program: lighthouse | vc | --network=hoodi | --x
  env: NETWORK=hoodi A=1
  mounts: tree:a/run.sh -> /run.sh ro
a/built sigp/lighthouse:v1
  project: a
  wrappers: start.sh
  program: lighthouse | bn | inner | --y
  env: FROM_IMAGE=1
a/named local
  project: a
  wrappers: start.sh
  program: lighthouse | bn
  env: FROM_IMAGE=1
a/same local
  project: a
  wrappers: start.sh
  program: lighthouse | bn | a
  env: FROM_IMAGE=1
a/missing b
  project: a
  wrappers: /gone.sh
  program: --z
  open: Script("gone.sh")
"#);
}
