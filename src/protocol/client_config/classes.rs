//! The classes that a client's settings can name: those of Kafka's own jar that do something for a client.

use super::check::split;
use super::thrown::{KAFKA_EXCEPTION, Thrown};

/// What a class can be used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Serializer,
    Deserializer,
    Partitioner,
    Assignor,
    MetricsReporter,
    /// None is in Kafka's jar.
    ProducerInterceptor,
    /// None is in Kafka's jar.
    ConsumerInterceptor,
}

impl Role {
    /// The interface, with its package.
    pub(crate) fn interface(self) -> &'static str {
        match self {
            Self::Serializer => "org.apache.kafka.common.serialization.Serializer",
            Self::Deserializer => "org.apache.kafka.common.serialization.Deserializer",
            Self::Partitioner => "org.apache.kafka.clients.producer.Partitioner",
            Self::Assignor => "org.apache.kafka.clients.consumer.ConsumerPartitionAssignor",
            Self::MetricsReporter => "org.apache.kafka.common.metrics.MetricsReporter",
            Self::ProducerInterceptor => "org.apache.kafka.clients.producer.ProducerInterceptor",
            Self::ConsumerInterceptor => "org.apache.kafka.clients.consumer.ConsumerInterceptor",
        }
    }
}

/// The book's partitioner: it asks only for the customer of a `PurchaseKey`.
pub(crate) const PURCHASE_KEY_PARTITIONER: &str = "book.PurchaseKeyPartitioner";
/// What writes a `PurchaseKey`, as JSON.
pub(crate) const PURCHASE_KEY_SERIALIZER: &str = "book.PurchaseKeySerializer";

const SERIALIZATION: &str = "org.apache.kafka.common.serialization.";
const SERIALIZED: [&str; 12] = [
    "String",
    "Integer",
    "Long",
    "Short",
    "Float",
    "Double",
    "Boolean",
    "Bytes",
    "ByteArray",
    "ByteBuffer",
    "UUID",
    "Void",
];

/// What the class is, if there is one of this name.
pub(crate) fn role(class: &str) -> Option<Role> {
    if let Some(name) = class.strip_prefix(SERIALIZATION) {
        let role = |ending: &str, role| {
            name.strip_suffix(ending).filter(|name| SERIALIZED.contains(name)).map(|_| role)
        };
        return role("Deserializer", Role::Deserializer).or(role("Serializer", Role::Serializer));
    }
    match class {
        // Kafka Connect's, and an application's own.
        "org.apache.kafka.connect.json.JsonSerializer" | PURCHASE_KEY_SERIALIZER => {
            Some(Role::Serializer)
        }
        "org.apache.kafka.connect.json.JsonDeserializer" => Some(Role::Deserializer),
        PURCHASE_KEY_PARTITIONER => Some(Role::Partitioner),
        "org.apache.kafka.common.metrics.JmxReporter" => Some(Role::MetricsReporter),
        "org.apache.kafka.clients.producer.RoundRobinPartitioner" => Some(Role::Partitioner),
        _ => {
            let name = class.strip_prefix("org.apache.kafka.clients.consumer.")?;
            ["RangeAssignor", "RoundRobinAssignor", "StickyAssignor", "CooperativeStickyAssignor"]
                .contains(&name)
                .then_some(Role::Assignor)
        }
    }
}

/// The classes that `security` settings may name and that a test of ours sets; they do nothing here.
const OTHERS: [&str; 2] = [
    "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever",
    "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
];

pub(crate) fn exists(class: &str) -> bool {
    role(class).is_some() || OTHERS.contains(&class)
}

/// Gone in 4.x; the book's own partitioner extends it.
pub(crate) const DEFAULT_PARTITIONER: &str =
    "org.apache.kafka.clients.producer.internals.DefaultPartitioner";

/// 1.0.0's own, and `RoundRobinPartitioner`, which the book profile has as well.
pub(super) fn exists_in_book(class: &str) -> bool {
    let newer = ["CooperativeSticky", "UUID", "Boolean", "Void"];
    let is_newer =
        class.rsplit('.').next().is_some_and(|name| newer.iter().any(|new| name.starts_with(new)));
    class == DEFAULT_PARTITIONER || (exists(class) && !is_newer)
}

/// `AbstractConfig.getConfiguredInstance`, of a setting that holds one class.
pub(crate) fn instance(class: &str, role_asked: Role) -> Result<(), Thrown> {
    if role(class) == Some(role_asked) {
        return Ok(());
    }
    Err(Thrown::kafka(format!("class {class} is not an instance of {}", role_asked.interface())))
}

/// `AbstractConfig.getConfiguredInstances`, of a setting that holds a list of names.
pub(super) fn instances(names: &str, role_asked: Role) -> Result<(), Thrown> {
    for class in names.split(',').filter(|class| !class.is_empty()) {
        if !exists(class) {
            return Err(Thrown::kafka(format!("Class {class} cannot be found"))
                .caused_by(Thrown::new("java.lang.ClassNotFoundException", class)));
        }
        if role(class) != Some(role_asked) {
            return Err(Thrown::new("java.lang.ClassCastException", format!("class {class}")));
        }
    }
    Ok(())
}

/// `ConsumerPartitionAssignor.getAssignorInstances`.
pub(crate) fn assignors(names: &str) -> Result<(), Thrown> {
    for class in names.split(',').filter(|class| !class.is_empty()) {
        if !exists(class) {
            return Err(Thrown::new(
                KAFKA_EXCEPTION,
                format!("{class} ClassNotFoundException exception occurred"),
            )
            .caused_by(Thrown::new("java.lang.ClassNotFoundException", class)));
        }
        if role(class) != Some(Role::Assignor) {
            return Err(Thrown::kafka(format!(
                "class {class} is not an instance of {}",
                Role::Assignor.interface()
            )));
        }
    }
    Ok(())
}

/// What 1.0.0 says of a setting that holds one class.
pub(crate) fn book_instance(class: &str, asked: Role) -> Result<(), Thrown> {
    let is_default = asked == Role::Partitioner && class == DEFAULT_PARTITIONER;
    if is_default || role(class) == Some(asked) {
        return Ok(());
    }
    Err(Thrown::kafka(format!("{class} is not an instance of {}", interface_in_1_0(asked))))
}

/// What 1.0.0 says of a setting that holds a list of names.
pub(crate) fn book_instances(names: &str, asked: Role) -> Result<(), Thrown> {
    for class in split(names) {
        if !exists_in_book(class) {
            return Err(Thrown::kafka(format!(
                "{class} ClassNotFoundException exception occurred"
            ))
            .caused_by(Thrown::new("java.lang.ClassNotFoundException", class)));
        }
        if role(class) != Some(asked) {
            return Err(Thrown::new("java.lang.ClassCastException", format!("class {class}")));
        }
    }
    Ok(())
}

fn interface_in_1_0(role: Role) -> &'static str {
    match role {
        Role::Assignor => "org.apache.kafka.clients.consumer.internals.PartitionAssignor",
        _ => role.interface(),
    }
}
