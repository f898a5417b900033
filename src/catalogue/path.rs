//! Paths of a client's files, built from its settings.

/// A path with canonical settings in braces: `{data-dir}/validators/slashing_protection.sqlite`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathTemplate<'t>(pub &'t str);

impl<'t> PathTemplate<'t> {
    /// Answers the settings that it needs, in order.
    pub fn settings(self) -> impl Iterator<Item = &'t str> {
        self.0.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(setting, _)| setting)
    }

    /// Fills in every setting; nothing if one of them has no value.
    pub fn fill(self, value_of: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut parts = self.0.split('{');
        let mut path = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (setting, rest) = part.split_once('}')?;
            path.push_str(&value_of(setting)?);
            path.push_str(rest);
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_or_it_is_nothing() {
        let template = PathTemplate("{data-dir}/x/{network}.db");
        let value_of = |setting: &str| (setting == "data-dir").then(|| "/data".to_owned());
        assert_eq!(template.fill(value_of), None);
        assert_eq!(template.fill(|setting| Some(setting.to_uppercase())), Some("DATA-DIR/x/NETWORK.db".into()));
        assert_eq!(template.settings().collect::<Vec<_>>(), ["data-dir", "network"]);
        assert_eq!(PathTemplate("/plain").fill(|_| None), Some("/plain".into()));
    }
}
