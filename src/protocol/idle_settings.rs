//! Topic settings of Kafka that change nothing in this simulator: their values are checked, no more.
//!
//! Kafka: `LogConfig.CONFIG`. What has an effect here is in [`crate::protocol::config`].

/// What Kafka lets through.
#[derive(Clone, Copy, Debug)]
enum Values {
    Boolean,
    /// Tiered storage is switched off in the broker, so only false.
    False,
    /// 32 bits, at least and at most.
    Int(i32, i32),
    /// 64 bits, at least.
    Long(i64),
    /// `partition:broker`, separated by commas, or `*`.
    Replicas,
}

const SETTINGS: &[(&str, Values)] = &[
    ("compression.gzip.level", Values::Int(-1, 9)),
    ("compression.lz4.level", Values::Int(1, 17)),
    ("compression.zstd.level", Values::Int(-131_072, 22)),
    ("follower.replication.throttled.replicas", Values::Replicas),
    ("leader.replication.throttled.replicas", Values::Replicas),
    ("local.retention.bytes", Values::Long(-2)),
    ("local.retention.ms", Values::Long(-2)),
    ("preallocate", Values::Boolean),
    ("remote.log.copy.disable", Values::Boolean),
    ("remote.log.delete.on.disable", Values::Boolean),
    ("remote.storage.enable", Values::False),
    ("unclean.leader.election.enable", Values::Boolean),
];

/// Why Kafka refuses `text` as a value of `name`; `None` if it takes it. An unknown name has no answer.
pub(super) fn check(name: &str, text: &str) -> Option<Option<String>> {
    let (_, values) = SETTINGS.iter().find(|(known, _)| *known == name)?;
    Some(refusal(name, *values, text))
}

fn refusal(name: &str, values: Values, text: &str) -> Option<String> {
    let invalid = |why: &str| Some(format!("Invalid value {text} for configuration {name}: {why}"));
    let trimmed = text.trim();
    match values {
        Values::Boolean | Values::False => match trimmed.to_ascii_lowercase().as_str() {
            "true" if matches!(values, Values::False) => {
                Some("Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.".into())
            }
            "true" | "false" => None,
            _ => invalid("Expected value to be either true or false"),
        },
        Values::Int(least, most) => match trimmed.parse::<i32>() {
            // Not a level, though between the default, −1, and the least one.
            Ok(0) if name == "compression.gzip.level" => invalid("Value must be between 1 and 9 or equal to -1"),
            Ok(number) if number < least => invalid(&format!("Value must be at least {least}")),
            Ok(number) if number > most => invalid(&format!("Value must be no more than {most}")),
            Ok(_) => None,
            Err(_) => invalid("Not a number of type INT"),
        },
        Values::Long(least) => match trimmed.parse::<i64>() {
            Ok(number) if number < least => invalid(&format!("Value must be at least {least}")),
            Ok(_) => None,
            Err(_) => invalid("Not a number of type LONG"),
        },
        Values::Replicas => {
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let replica = |word: &str| {
                let word = word.trim();
                word.is_empty() || word.split_once(':').is_some_and(|(partition, broker)| digits(partition) && digits(broker))
            };
            let fits = trimmed == "*" || trimmed.split(',').all(replica);
            (!fits).then(|| {
                format!(
                    "Invalid value {text} for configuration {name}: {name} must be the literal '*' or a list of replicas \
                     in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."
                )
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_as_kafka_checks_them() {
        let taken = [
            ("compression.gzip.level", "-1"),
            ("compression.gzip.level", "9"),
            ("local.retention.ms", " 0 "),
            ("preallocate", "FALSE"),
            ("leader.replication.throttled.replicas", "0:1, 1:2"),
            ("leader.replication.throttled.replicas", "*"),
        ];
        for (name, text) in taken {
            assert_eq!(check(name, text), Some(None), "{name}={text}");
        }
        let refused = [
            ("compression.gzip.level", "0"),
            ("compression.gzip.level", "10"),
            ("compression.lz4.level", "0"),
            ("local.retention.ms", "-3"),
            ("local.retention.bytes", "x"),
            ("remote.storage.enable", "true"),
            ("leader.replication.throttled.replicas", "0:1,x"),
        ];
        for (name, text) in refused {
            assert!(check(name, text).is_some_and(|refusal| refusal.is_some()), "{name}={text}");
        }
        assert_eq!(check("no.such.setting", "1"), None);
    }
}
