//! A fee recipient is an address, and one that somebody owns.

use crate::ethereum::{Address, AddressProblem};
use crate::finding::{Edit, Fix};
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::recipient::{Named, Recipient, recipients};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of the value of fee recipients.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeeRecipientValue {
    /// What is wrong with a value.
    fault: Fault,
}

/// What can be wrong with the value of a fee recipient.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// It is no address, or its case is not the checksum of EIP-55.
    Malformed,
    /// It is an address that nobody can spend from.
    Burnt,
}

impl Check for FeeRecipientValue {
    fn check(&self, scene: &mut Scene<'_>) {
        for recipient in recipients(scene) {
            let Some(value) = recipient.text.known().map(str::trim).filter(|value| !value.is_empty()) else { continue };
            let Some(says) = self.fault.of(value, &recipient) else { continue };
            let workload = recipient.client.workload;
            let whose = match recipient.named_by {
                Named::Setting(_) | Named::Default => "the rewards of its blocks",
                Named::Entry(_) => "a key's rewards",
            };
            let headline = format!("{} sends {whose} to {says}", called(workload));
            let report = Report::on(workload, recipient.spot(), headline).subject(recipient.subject()).cause(says);
            scene.report(report.fix(respelled(&recipient)));
        }
    }
}

/// Sets the case of one letter right. Where more of them are wrong, or any digit can be, the checksum has done what it is for.
fn respelled(recipient: &Recipient<'_>) -> Option<Fix> {
    let value = recipient.text.known()?;
    let Err(AddressProblem::Checksum(address)) = Address::parse(value) else { return None };
    let sound = address.to_string();
    let digits = sound.get(sound.len().checked_sub(hex_digits(value).len())?..)?;
    let start = value.len() - digits.len();
    let wrong = digits.bytes().zip(hex_digits(value).bytes()).filter(|(one, other)| one != other).count();
    let span = recipient.text.exact(start..value.len()).filter(|_| wrong == 1)?;
    Some(Fix::of("write the address with its checksum", Edit::replace(span, hex_digits(value), digits)))
}

fn hex_digits(value: &str) -> &str {
    value.strip_prefix("0x").unwrap_or(value)
}

impl Fault {
    fn of(&self, value: &str, recipient: &Recipient<'_>) -> Option<String> {
        match self {
            Self::Malformed => {
                let problem = Address::parse(value).err()?;
                let to_fill_in = recipient.client.workload.unit.template && !looks_meant(value);
                (!to_fill_in).then(|| format!("what is no address: {problem}"))
            }
            Self::Burnt => {
                let address = Address::parse(&value.to_ascii_lowercase()).ok()?;
                address.is_burn().then(|| format!("`{address}`, from where nobody can fetch them"))
            }
        }
    }
}

/// Tells a mistyped address from the placeholder of an example.
fn looks_meant(value: &str) -> bool {
    let digits = hex_digits(value);
    digits.len() >= 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
