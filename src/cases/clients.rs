//! `client_config`: what a producer or a consumer makes of a `.properties` text.
//!
//! A kind for our own verification: `tests/oracle` builds a client of Kafka's jar with the same text.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cases::{Answer, NoAnswer, invalid, object};
use crate::protocol::client_config::{Given, Malformed, build, default, read_properties};
use crate::protocol::config::{Profile, Scope};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientConfig {
    client: String,
    properties: String,
    /// Only how Java reads the text.
    #[serde(default)]
    read_only: bool,
}

pub(super) fn client_config(case: ClientConfig) -> Answer {
    let scope = match &*case.client {
        "producer" => Scope::Producer,
        "consumer" => Scope::Consumer,
        other => return Err(invalid(format!("{other} is neither producer nor consumer"))),
    };
    let Ok(properties) = read_properties(&case.properties) else {
        let thrown = format!("java.lang.IllegalArgumentException: {}", Malformed::MESSAGE);
        return Ok(object(json!({ "thrown": [thrown] })));
    };
    if case.read_only {
        let read: Map<String, Value> =
            properties.into_iter().map(|(name, value)| (name, value.into())).collect();
        return Ok(object(json!({ "properties": read })));
    }
    let given: Vec<Given> = properties
        .iter()
        .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
        .collect();
    let built = match build(scope, Profile::V4, &given) {
        Ok(built) => built,
        Err(thrown) => {
            let chain: Vec<String> =
                thrown.chain().map(|one| format!("{}: {}", one.class, one.message)).collect();
            return Ok(object(json!({ "thrown": chain })));
        }
    };
    let protocol = built.values.iter().find(|(name, _)| *name == "security.protocol");
    if !matches!(protocol, Some((_, Some(value))) if value.eq_ignore_ascii_case("PLAINTEXT")) {
        return Err(NoAnswer::Unsupported("client_config.security.protocol".into()));
    }
    let mut values = Map::new();
    for (name, value) in built.values {
        if value.as_deref() != default(scope, Profile::V4, name) {
            values.insert(name.into(), value.into());
        }
    }
    let unused: Vec<&str> = built.unused.iter().map(|name| &**name).collect();
    Ok(object(json!({ "values": values, "unused": unused })))
}
