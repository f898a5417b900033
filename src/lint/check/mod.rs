//! The ways to look, one file each; a card names one of them and gives it parameters.

mod advisory;
mod agreement;
mod cleared_history;
mod client_lock;
mod conflicting_setting;
mod dangling_endpoint;
mod definitions;
mod duplicate_key;
mod dvt_and_solo;
mod dvt_bypass;
mod dvt_identity;
mod dvt_lock;
mod dvt_majority;
mod elsewhere;
mod engine_secret;
mod exposed_endpoint;
mod fee_recipient_missing;
mod fee_recipient_value;
mod flag_standing;
mod flag_value;
mod fork_ready;
mod fresh_history;
mod history_place;
mod image_pin;
mod interchange_age;
mod interchange_conflict;
mod interchange_cover;
mod interchange_format;
mod interchange_network;
mod keystore_password;
mod left_over;
mod malformed_key;
mod network_agreement;
mod plain_secret;
mod prerelease;
mod repeated_flag;
mod repeated_key;
mod replicas;
mod retired_network;
mod safety_exit;
mod setting;
mod shared_signer;
mod shared_source;
mod signer_history;
mod signer_protection;
mod signer_storage;
mod threshold;
mod two_clients;
mod unquoted_hex;
mod unreadable_file;
mod unset_variable;
mod version_skew;
mod volatile_data;
mod wildcard;

use super::model::Check;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Makes a check from the parameters of a card.
pub type Bind = fn(Value) -> Result<Box<dyn Check>, String>;

/// Every way to look, by the name that cards call it.
pub const CHECKS: &[(&str, Bind)] = &[
    ("agreement", bind::<agreement::Agreement>),
    ("cleared-history", bind::<cleared_history::ClearedHistory>),
    ("client-lock", bind::<client_lock::ClientLock>),
    ("conflicting-setting", bind::<conflicting_setting::ConflictingSetting>),
    ("dangling-endpoint", bind::<dangling_endpoint::DanglingEndpoint>),
    ("definitions", bind::<definitions::Definitions>),
    ("duplicate-key", bind::<duplicate_key::DuplicateKey>),
    ("dvt-and-solo", bind::<dvt_and_solo::DvtAndSolo>),
    ("dvt-bypass", bind::<dvt_bypass::DvtBypass>),
    ("dvt-identity", bind::<dvt_identity::DvtIdentity>),
    ("dvt-lock", bind::<dvt_lock::DvtLock>),
    ("dvt-majority", bind::<dvt_majority::DvtMajority>),
    ("elsewhere", bind::<elsewhere::Elsewhere>),
    ("engine-secret", bind::<engine_secret::EngineSecret>),
    ("exposed-endpoint", bind::<exposed_endpoint::ExposedEndpoint>),
    ("fee-recipient-missing", bind::<fee_recipient_missing::FeeRecipientMissing>),
    ("fee-recipient-value", bind::<fee_recipient_value::FeeRecipientValue>),
    ("flag-standing", bind::<flag_standing::FlagStanding>),
    ("flag-value", bind::<flag_value::FlagValue>),
    ("fork-ready", bind::<fork_ready::ForkReady>),
    ("fresh-history", bind::<fresh_history::FreshHistory>),
    ("history-place", bind::<history_place::HistoryPlace>),
    ("image-pin", bind::<image_pin::ImagePin>),
    ("interchange-age", bind::<interchange_age::InterchangeAge>),
    ("interchange-conflict", bind::<interchange_conflict::InterchangeConflict>),
    ("interchange-cover", bind::<interchange_cover::InterchangeCover>),
    ("interchange-format", bind::<interchange_format::InterchangeFormat>),
    ("interchange-network", bind::<interchange_network::InterchangeNetwork>),
    ("keystore-password", bind::<keystore_password::KeystoreWithPassword>),
    ("known-fault", bind::<advisory::KnownFault>),
    ("left-over", bind::<left_over::LeftOver>),
    ("malformed-key", bind::<malformed_key::MalformedKey>),
    ("network-agreement", bind::<network_agreement::NetworkAgreement>),
    ("plain-secret", bind::<plain_secret::PlainSecret>),
    ("prerelease", bind::<prerelease::Prerelease>),
    ("repeated-flag", bind::<repeated_flag::RepeatedFlag>),
    ("repeated-key", bind::<repeated_key::RepeatedKey>),
    ("replicas", bind::<replicas::ReplicatedValidator>),
    ("retired-network", bind::<retired_network::RetiredNetwork>),
    ("safety-exit", bind::<safety_exit::SafetyExit>),
    ("setting", bind::<setting::Setting>),
    ("shared-signer", bind::<shared_signer::SharedSigner>),
    ("shared-source", bind::<shared_source::SharedSource>),
    ("signer-history", bind::<signer_history::SignerHistory>),
    ("signer-protection", bind::<signer_protection::SignerProtection>),
    ("signer-storage", bind::<signer_storage::SignerStorage>),
    ("threshold", bind::<threshold::Threshold>),
    ("two-clients", bind::<two_clients::TwoClients>),
    ("unquoted-hex", bind::<unquoted_hex::UnquotedHex>),
    ("unreadable-file", bind::<unreadable_file::UnreadableFile>),
    ("unset-variable", bind::<unset_variable::UnsetVariable>),
    ("version-skew", bind::<version_skew::VersionSkew>),
    ("volatile-data", bind::<volatile_data::VolatileData>),
    ("wildcard", bind::<wildcard::Wildcard>),
];

fn bind<C: Check + DeserializeOwned + 'static>(parameters: Value) -> Result<Box<dyn Check>, String> {
    let check: Result<C, _> = serde_json::from_value(parameters);
    check.map(|check| Box::new(check) as Box<dyn Check>).map_err(|error| error.to_string())
}
