//! Whether a producer is idempotent: what it asks for, and what switches that off without a word (PROD-36).
//! What contradicts it is refused in `client_config`.
//!
//! Kafka: `ProducerConfig.postProcessAndValidateIdempotenceConfigs`.

use crate::protocol::config::{Profile, Setting as S, Settings, Value};

impl Settings {
    /// Whether a producer with these settings is idempotent: asked for or by default, and not silently
    /// switched off by another setting.
    ///
    /// # Panics
    /// If these are not a producer's settings.
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.get(S::EnableIdempotence) == Value::Boolean(true) && self.idempotence_off().is_empty()
    }

    /// Kafka's log lines about why idempotence is off though nobody switched it off; none of them: it is not.
    #[must_use]
    pub fn idempotence_off(&self) -> Vec<String> {
        let by_default = !self.is_set(S::EnableIdempotence)
            && self.get(S::EnableIdempotence) == Value::Boolean(true);
        let mut lines = Vec::new();
        if by_default && self.number(S::Retries) == 0 {
            lines.push("Idempotence will be disabled because retries is set to 0.".to_owned());
        }
        if by_default && let Some(acks) = self.acks_but_all() {
            lines.push(format!(
                "Idempotence will be disabled because acks is set to {acks}, not set to 'all'."
            ));
        }
        lines
    }

    /// `acks`, unless it stands for all replicas. The book's default is no wish: it gives way.
    fn acks_but_all(&self) -> Option<String> {
        let acks = self.text(S::Acks).filter(|acks| !matches!(&**acks, "all" | "-1"))?;
        (self.profile() == Profile::V4 || self.is_set(S::Acks)).then(|| acks.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::config::Scope;

    /// `kafka-transcripts.md`, "Bad settings": word for word; and what is silently switched off.
    #[test]
    fn idempotence_gives_way_or_refuses_as_in_kafka() {
        const RETRIES: &str = "Must set retries to non-zero when using the idempotent producer.";
        const ACKS: &str = "Must set acks to all in order to use the idempotent producer. Otherwise we \
                            cannot guarantee idempotence.";
        const IN_FLIGHT: &str = "To use the idempotent producer, max.in.flight.requests.per.connection must \
                                 be set to at most 5. Current value is 6.";
        const BOOK: &str = "Must set max.in.flight.requests.per.connection to at most 5 to use the \
                            idempotent producer.";
        let on = ("enable.idempotence", "true");
        let many = ("max.in.flight.requests.per.connection", "6");
        type Case<'a> = (Profile, &'a [(&'a str, &'a str)], Result<bool, &'a str>);
        let cases: &[Case<'_>] = &[
            (Profile::V4, &[], Ok(true)),
            (Profile::V4, &[("acks", "-1")], Ok(true)),
            (Profile::V4, &[("acks", "1")], Ok(false)),
            (Profile::V4, &[("acks", "0")], Ok(false)),
            (Profile::V4, &[("retries", "0")], Ok(false)),
            (Profile::V4, &[("retries", "1"), ("acks", "all")], Ok(true)),
            (Profile::V4, &[("enable.idempotence", "false"), many], Ok(false)),
            (Profile::V4, &[on, ("retries", "0")], Err(RETRIES)),
            (Profile::V4, &[on, ("acks", "1")], Err(ACKS)),
            (Profile::V4, &[on, many], Err(IN_FLIGHT)),
            (Profile::V4, &[many], Err(IN_FLIGHT)),
            (Profile::V4, &[many, ("acks", "1")], Err(IN_FLIGHT)),
            (Profile::V4, &[many, on, ("acks", "1")], Err(ACKS)),
            (Profile::Book, &[], Ok(false)),
            (Profile::Book, &[on], Ok(true)),
            (Profile::Book, &[on, ("acks", "1")], Err(ACKS)),
            (Profile::Book, &[on, ("retries", "0")], Err(RETRIES)),
            (Profile::Book, &[on, many], Err(BOOK)),
            (Profile::Book, &[many], Ok(false)),
        ];
        for (profile, pairs, expected) in cases {
            let mut settings = Settings::new(Scope::Producer, *profile);
            for (name, value) in *pairs {
                settings.set(name, value).unwrap();
            }
            let found = settings.check_together().map(|()| settings.is_idempotent());
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, *expected, "{profile:?} {pairs:?}"),
                (Err(found), Err(expected)) => {
                    let found = found.to_string();
                    assert!(found.ends_with(expected), "{profile:?} {pairs:?}: {found}");
                }
                (found, _) => panic!("{profile:?} {pairs:?}: {found:?}"),
            }
        }
    }
}
