//! An exception of Kafka's Java clients: its class and its words, and what caused it.

use std::fmt;

use crate::protocol::config::Scope;

/// What a Java program would see thrown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Thrown {
    /// The class with its package.
    pub class: &'static str,
    /// What `getMessage()` says.
    pub message: String,
    /// What `getCause()` gives.
    pub cause: Option<Box<Thrown>>,
}

pub(super) const CONFIG_EXCEPTION: &str = "org.apache.kafka.common.config.ConfigException";
pub(super) const KAFKA_EXCEPTION: &str = "org.apache.kafka.common.KafkaException";

impl Thrown {
    /// Without a cause.
    #[must_use]
    pub fn new(class: &'static str, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), cause: None }
    }

    pub(super) fn config(message: impl Into<String>) -> Self {
        Self::new(CONFIG_EXCEPTION, message)
    }

    pub(super) fn kafka(message: impl Into<String>) -> Self {
        Self::new(KAFKA_EXCEPTION, message)
    }

    /// `new ConfigException(name, value, why)`.
    pub(super) fn invalid(name: &str, value: &str, why: &str) -> Self {
        Self::config(format!("Invalid value {value} for configuration {name}: {why}"))
    }

    pub(super) fn caused_by(self, cause: Self) -> Self {
        Self { cause: Some(Box::new(cause)), ..self }
    }

    /// As a constructor throws it on.
    pub(crate) fn failed_to_construct(self, scope: Scope) -> Self {
        let what = if scope == Scope::Consumer { "consumer" } else { "producer" };
        Self::kafka(format!("Failed to construct kafka {what}")).caused_by(self)
    }

    /// It and what caused it, the outermost first.
    pub fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |thrown| thrown.cause.as_deref())
    }

    /// The sentence that says what is wrong: of the first that is not a wrapping "Failed to construct …".
    #[must_use]
    pub fn sentence(&self) -> &str {
        match &self.cause {
            Some(cause) if self.message.starts_with("Failed to construct") => cause.sentence(),
            _ => &self.message,
        }
    }
}

/// As `printStackTrace` begins its lines.
impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, thrown) in self.chain().enumerate() {
            let before = if at > 0 { "\nCaused by: " } else { "" };
            write!(f, "{before}{}: {}", thrown.class, thrown.message)?;
        }
        Ok(())
    }
}
