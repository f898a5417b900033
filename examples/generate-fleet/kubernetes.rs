//! Hosts as namespaces of one cluster: three StatefulSets each, and the keystores as a generated Secret.

use super::{Options, folder, host_name, keystore_name};
use std::fmt::Write as _;
use std::fs;
use std::io;

/// Writes four manifests a host.
pub fn write(options: &Options) -> io::Result<()> {
    let (execution, beacon) = (EXECUTION.manifest(), BEACON.manifest());
    for host in 0..options.hosts {
        let (path, name) = (folder(options, host), host_name(host));
        fs::create_dir_all(&path)?;
        fs::write(path.join("execution.yaml"), &execution)?;
        fs::write(path.join("beacon.yaml"), &beacon)?;
        fs::write(path.join("validator.yaml"), VALIDATOR)?;
        let mut text = KUSTOMIZATION.replace("@HOST@", &name);
        for index in (host..options.keys).step_by(options.hosts) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "      - keys/{}", keystore_name(index));
        }
        let text = if host < options.keys { text } else { text.split("secretGenerator").take(1).collect() };
        fs::write(path.join("kustomization.yaml"), text)?;
    }
    Ok(())
}

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: @HOST@
resources:
  - execution.yaml
  - beacon.yaml
  - validator.yaml
secretGenerator:
  - name: validator-keys
    files:
";

/// A client that keeps a chain: its name, how it is launched, how much it stores, and whom it serves.
struct Node {
    name: &'static str,
    launch: &'static str,
    storage: &'static str,
    service: &'static str,
}

impl Node {
    fn manifest(&self) -> String {
        let text = NODE.replace("@LAUNCH@", self.launch).replace("@SERVICE@", self.service);
        text.replace("@STORAGE@", self.storage).replace("@NAME@", self.name)
    }
}

const EXECUTION: Node = Node {
    name: "geth",
    launch: "          image: ethereum/client-go:v1.17.10
          args: [--mainnet, --datadir=/data, --authrpc.addr=0.0.0.0, --authrpc.vhosts=geth, --authrpc.jwtsecret=/jwt/jwt.hex]
",
    storage: "2Ti",
    service: "spec:
  clusterIP: None
  selector: {app: geth}
  ports:
    - {name: engine, port: 8551}
",
};

const BEACON: Node = Node {
    name: "beacon",
    launch: "          image: sigp/lighthouse:v8.3.3
          command: [lighthouse, bn]
          args:
            - --network=mainnet
            - --datadir=/data
            - --http
            - --http-address=0.0.0.0
            - --execution-endpoint=http://geth:8551
            - --execution-jwt=/jwt/jwt.hex
            - --checkpoint-sync-url=https://beaconstate.info
",
    storage: "500Gi",
    service: "spec:
  selector: {app: beacon}
  ports:
    - {name: http, port: 5052}
",
};

const NODE: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: @NAME@
spec:
  serviceName: @NAME@
  replicas: 1
  selector:
    matchLabels: {app: @NAME@}
  template:
    metadata:
      labels: {app: @NAME@}
    spec:
      terminationGracePeriodSeconds: 180
      containers:
        - name: @NAME@
@LAUNCH@          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: jwt, mountPath: /jwt, readOnly: true}
      volumes:
        - name: jwt
          secret: {secretName: jwt}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: @STORAGE@}}
---
apiVersion: v1
kind: Service
metadata:
  name: @NAME@
@SERVICE@";

const VALIDATOR: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: validator
spec:
  serviceName: validator
  replicas: 1
  podManagementPolicy: OrderedReady
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain
  selector:
    matchLabels: {app: validator}
  template:
    metadata:
      labels: {app: validator}
    spec:
      terminationGracePeriodSeconds: 180
      containers:
        - name: lighthouse
          image: sigp/lighthouse:v8.3.3
          command: [lighthouse, vc]
          args:
            - --network=mainnet
            - --datadir=/data
            - --beacon-nodes=http://beacon:5052
            - --suggested-fee-recipient=0x8bab81E05ED7799F14C3A23BFb9A0be87955ED3D
            - --enable-doppelganger-protection
            - --metrics
            - --metrics-address=0.0.0.0
          resources:
            limits: {memory: 4Gi}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: keys, mountPath: /data/validators/keys, readOnly: true}
      volumes:
        - name: keys
          secret: {secretName: validator-keys}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOncePod]
        storageClassName: kept
        resources: {requests: {storage: 10Gi}}
";
