//! What a client's settings say together: what its configuration and its constructor check after each value.
//!
//! Kafka: `ProducerConfig.postProcessParsedConfig`, `ConsumerConfig.postProcessParsedConfig`, then the
//! constructors of `KafkaProducer`, `ClassicKafkaConsumer` and `AsyncKafkaConsumer`, each in its order.

use super::Given;
use super::check::split;
use super::classes::{self, Role};
use super::thrown::Thrown;
use crate::protocol::Topic;
use crate::protocol::config::{Profile, Scope};

/// A client while it is built.
pub(super) struct Client<'a> {
    pub(super) scope: Scope,
    pub(super) given: &'a [Given],
    pub(super) values: Vec<(&'static str, Option<String>)>,
}

const INVALID_CONFIGURATION: &str = "org.apache.kafka.common.errors.InvalidConfigurationException";

impl Client<'_> {
    fn optional(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.and_then(|(_, value)| value.as_deref())
    }

    fn text(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_default()
    }

    fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    fn put(&mut self, name: &str, value: String) {
        if let Some((_, old)) = self.values.iter_mut().find(|(known, _)| *known == name) {
            *old = Some(value);
        }
    }

    fn is_given(&self, name: &str) -> bool {
        super::text(self.given, name).is_some()
    }

    /// 4.3.1.
    pub(super) fn check(&mut self) -> Result<(), Thrown> {
        let sasl = self.text("security.protocol").to_uppercase().starts_with("SASL");
        if sasl && self.text("sasl.mechanism").is_empty() {
            return Err(Thrown::invalid(
                "sasl.mechanism",
                "null",
                "When the security.protocol configuration enables SASL, mechanism must be non-null and \
                 non-empty string.",
            ));
        }
        self.reconnect();
        if self.scope == Scope::Consumer {
            self.name_consumer()?;
            self.check_consumer()?;
            self.construct_consumer().map_err(|cause| {
                Thrown::kafka("Failed to construct kafka consumer").caused_by(cause)
            })
        } else {
            self.check_producer()?;
            self.name_producer();
            self.construct_producer().map_err(|cause| {
                Thrown::kafka("Failed to construct kafka producer").caused_by(cause)
            })
        }
    }

    /// `reconnect.backoff.ms` alone makes the back-off constant.
    fn reconnect(&mut self) {
        if self.is_given("reconnect.backoff.ms") && !self.is_given("reconnect.backoff.max.ms") {
            self.put("reconnect.backoff.max.ms", self.text("reconnect.backoff.ms").to_owned());
        }
    }

    /// PROD-36: idempotence asks for retries, all acks and at most five requests in flight.
    fn check_producer(&mut self) -> Result<(), Thrown> {
        if self.text("acks") == "all" {
            self.put("acks", "-1".into());
        }
        if self.is("enable.idempotence") {
            let asked = self.is_given("enable.idempotence");
            let mut disable = false;
            if self.number("retries") == 0 {
                if asked {
                    return Err(Thrown::config(
                        "Must set retries to non-zero when using the idempotent producer.",
                    ));
                }
                disable = true;
            }
            if self.text("acks") != "-1" {
                if asked {
                    return Err(Thrown::config(
                        "Must set acks to all in order to use the idempotent producer. Otherwise we cannot \
                         guarantee idempotence.",
                    ));
                }
                disable = true;
            }
            let in_flight = self.number("max.in.flight.requests.per.connection");
            if in_flight > 5 {
                return Err(Thrown::config(format!(
                    "To use the idempotent producer, max.in.flight.requests.per.connection must be set to at \
                     most 5. Current value is {in_flight}."
                )));
            }
            if disable {
                self.put("enable.idempotence", "false".into());
            }
        }
        if !self.is("enable.idempotence") && self.is_given("transactional.id") {
            return Err(Thrown::config(
                "Cannot set a transactional.id without also enabling idempotence.",
            ));
        }
        if self.is("transaction.two.phase.commit.enable") && self.is_given("transaction.timeout.ms")
        {
            return Err(Thrown::config(
                "Cannot set transaction.timeout.ms when transaction.two.phase.commit.enable is set to true. \
                 Transactions will not expire with two-phase commit enabled.",
            ));
        }
        Ok(())
    }

    fn name_producer(&mut self) {
        if !self.is_given("client.id") {
            let id = self.optional("transactional.id").unwrap_or("N");
            self.put("client.id", format!("producer-{id}"));
        }
    }

    fn name_consumer(&mut self) -> Result<(), Thrown> {
        if !self.text("client.id").is_empty() {
            return Ok(());
        }
        self.check_instance_id()?;
        let group = self.optional("group.id").unwrap_or("null");
        let instance = self.optional("group.instance.id").unwrap_or("N");
        self.put("client.id", format!("consumer-{group}-{instance}"));
        Ok(())
    }

    fn check_instance_id(&self) -> Result<(), Thrown> {
        let Some(id) = self.optional("group.instance.id") else { return Ok(()) };
        Topic::check_name("Group instance id", id)
            .map_err(|sentence| Thrown::new(INVALID_CONFIGURATION, sentence))
    }

    fn check_consumer(&mut self) -> Result<(), Thrown> {
        if self.optional("group.id").is_none() {
            if !self.is_given("enable.auto.commit") {
                self.put("enable.auto.commit", "false".into());
            } else if self.is("enable.auto.commit") {
                return Err(Thrown::new(
                    INVALID_CONFIGURATION,
                    "enable.auto.commit cannot be set to true when default group id (null) is used.",
                ));
            }
        }
        let protocol = self.text("group.protocol").to_uppercase();
        let unsupported: &[&str] = match &*protocol {
            "CLASSIC" => {
                &["group.remote.assignor", "share.acknowledgement.mode", "share.acquire.mode"]
            }
            _ => &[
                "partition.assignment.strategy",
                "heartbeat.interval.ms",
                "session.timeout.ms",
                "share.acknowledgement.mode",
                "share.acquire.mode",
            ],
        };
        let is_set = |name: &&str| {
            super::text(self.given, name)
                .is_some_and(|text| !crate::protocol::java::trim(text).is_empty())
        };
        let invalid: Vec<&str> = unsupported.iter().copied().filter(is_set).collect();
        if invalid.is_empty() {
            return Ok(());
        }
        Err(Thrown::config(format!(
            "{} cannot be set when group.protocol={protocol}",
            invalid.join(", ")
        )))
    }

    fn construct_producer(&self) -> Result<(), Thrown> {
        classes::instances(self.text("metric.reporters"), Role::MetricsReporter)?;
        if let Some(class) = self.optional("partitioner.class") {
            classes::instance(class, Role::Partitioner)?;
        }
        classes::instance(self.text("key.serializer"), Role::Serializer)?;
        classes::instance(self.text("value.serializer"), Role::Serializer)?;
        classes::instances(self.text("interceptor.classes"), Role::ProducerInterceptor)?;
        // PROD-28.
        let linger_ms = self.number("linger.ms").min(i64::from(i32::MAX));
        let least_ms = (linger_ms + self.number("request.timeout.ms")).min(i64::from(i32::MAX));
        let timeout = "delivery.timeout.ms";
        if self.is_given(timeout) && self.number(timeout) < least_ms {
            return Err(Thrown::config(
                "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms",
            ));
        }
        self.check_addresses(true)
    }

    fn construct_consumer(&self) -> Result<(), Thrown> {
        self.check_instance_id()?;
        if self.optional("group.id") == Some("") {
            return Err(Thrown::new(
                "org.apache.kafka.common.errors.InvalidGroupIdException",
                "The configured group.id should not be an empty string or whitespace.",
            ));
        }
        classes::instances(self.text("metric.reporters"), Role::MetricsReporter)?;
        classes::instances(self.text("interceptor.classes"), Role::ConsumerInterceptor)?;
        classes::instance(self.text("key.deserializer"), Role::Deserializer)?;
        classes::instance(self.text("value.deserializer"), Role::Deserializer)?;
        self.check_addresses(true)?;
        if self.text("group.protocol").eq_ignore_ascii_case("consumer") {
            return Ok(());
        }
        classes::assignors(self.text("partition.assignment.strategy"))?;
        if self.optional("group.id").is_some() {
            self.check_heartbeat()?;
            let heartbeat_ms = self.number("heartbeat.interval.ms");
            if heartbeat_ms < 0 {
                return Err(Thrown::new(
                    "java.lang.IllegalArgumentException",
                    format!("Invalid negative timeout {heartbeat_ms}"),
                ));
            }
        }
        Ok(())
    }

    fn check_heartbeat(&self) -> Result<(), Thrown> {
        if self.number("heartbeat.interval.ms") >= self.number("session.timeout.ms") {
            return Err(Thrown::new(
                "java.lang.IllegalArgumentException",
                "Heartbeat must be set lower than the session timeout",
            ));
        }
        Ok(())
    }

    /// `ClientUtils.parseAndValidateAddresses`. Names are taken to be known.
    fn check_addresses(&self, strict: bool) -> Result<(), Thrown> {
        let urls = split(self.text("bootstrap.servers"));
        for url in urls.iter().filter(|url| !url.is_empty()) {
            let wrong = match port(url, strict) {
                None => "url",
                Some(port) if port.parse::<u16>().is_err() => "port",
                Some(_) => continue,
            };
            return Err(Thrown::config(format!("Invalid {wrong} in bootstrap.servers: {url}")));
        }
        if urls.iter().all(|url| url.is_empty()) {
            return Err(Thrown::config("No resolvable bootstrap urls given in bootstrap.servers"));
        }
        Ok(())
    }

    /// 1.0.0: all of it happens in the constructors.
    pub(super) fn check_book(&mut self) -> Result<(), Thrown> {
        self.reconnect();
        let result = match self.scope {
            Scope::Consumer => self.construct_book_consumer(),
            _ => self.construct_book_producer(),
        };
        result.map_err(|cause| cause.failed_to_construct(self.scope))
    }

    fn construct_book_producer(&self) -> Result<(), Thrown> {
        classes::book_instances(self.text("metric.reporters"), Role::MetricsReporter)?;
        if self.is_given("partitioner.class") {
            classes::book_instance(self.text("partitioner.class"), Role::Partitioner)?;
        }
        classes::book_instance(self.text("key.serializer"), Role::Serializer)?;
        classes::book_instance(self.text("value.serializer"), Role::Serializer)?;
        classes::book_instances(self.text("interceptor.classes"), Role::ProducerInterceptor)?;
        let codec = self.text("compression.type");
        if !["none", "gzip", "snappy", "lz4"].contains(&codec) {
            return Err(Thrown::new(
                "java.lang.IllegalArgumentException",
                format!("Unknown compression name: {codec}"),
            ));
        }
        let transactional = self.is_given("transactional.id");
        let idempotent = self.is("enable.idempotence");
        if !idempotent && self.is_given("enable.idempotence") && transactional {
            return Err(Thrown::config(
                "Cannot set a transactional.id without also enabling idempotence.",
            ));
        }
        if idempotent || transactional {
            if self.is_given("retries") && self.number("retries") == 0 {
                return Err(Thrown::config(
                    "Must set retries to non-zero when using the idempotent producer.",
                ));
            }
            if self.number("max.in.flight.requests.per.connection") > 5 {
                return Err(Thrown::config(
                    "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent \
                     producer.",
                ));
            }
            if self.is_given("acks") && !["all", "-1"].contains(&self.text("acks")) {
                return Err(Thrown::config(
                    "Must set acks to all in order to use the idempotent producer. Otherwise we cannot \
                     guarantee idempotence.",
                ));
            }
        }
        self.check_addresses(false)
    }

    fn construct_book_consumer(&self) -> Result<(), Thrown> {
        let timeout_ms = self.number("request.timeout.ms");
        if timeout_ms <= self.number("session.timeout.ms")
            || timeout_ms <= self.number("fetch.max.wait.ms")
        {
            return Err(Thrown::config(
                "request.timeout.ms should be greater than session.timeout.ms and fetch.max.wait.ms",
            ));
        }
        classes::book_instances(self.text("metric.reporters"), Role::MetricsReporter)?;
        classes::book_instances(self.text("interceptor.classes"), Role::ConsumerInterceptor)?;
        classes::book_instance(self.text("key.deserializer"), Role::Deserializer)?;
        classes::book_instance(self.text("value.deserializer"), Role::Deserializer)?;
        self.check_addresses(false)?;
        classes::book_instances(self.text("partition.assignment.strategy"), Role::Assignor)?;
        self.check_heartbeat()
    }

    /// Whether a name that was set stays unread, so that the client logs it.
    pub(super) fn leaves_unused(&self, profile: Profile, name: &str) -> bool {
        if !super::is_known(self.scope, profile, name) {
            return true;
        }
        if profile == Profile::Book {
            return false; // The channel's builder reads them all.
        }
        if let Some(level) =
            name.strip_prefix("compression.").and_then(|n| n.strip_suffix(".level"))
        {
            return level != self.text("compression.type");
        }
        match name {
            "sasl.mechanism" => false,
            "security.providers" | "config.providers" => true,
            _ => name.starts_with("ssl.") || name.starts_with("sasl."),
        }
    }
}

/// The port of `host:port`, `[host]:port` or `protocol://host:port`; what is not one of these has none.
///
/// 1.0.0 lets anything stand before the host.
fn port(url: &str, strict: bool) -> Option<&str> {
    let (before, port) = url.rsplit_once(':')?;
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let host = |c: char| c.is_ascii_alphanumeric() || "-%._".contains(c);
    if !strict {
        return Some(port);
    }
    let protocol = before.split_once("://").filter(|(protocol, _)| protocol.chars().all(host));
    let rest = protocol.map_or(before, |(_, rest)| rest);
    let rest = rest.strip_prefix('[').unwrap_or(rest);
    let rest = rest.strip_suffix(']').unwrap_or(rest);
    rest.chars().all(|c| host(c) || c == ':').then_some(port)
}
