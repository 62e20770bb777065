use super::table::{Fallback, rows};
use super::*;
use crate::protocol::config::{DEFINITIONS, Scope, Setting, Settings};

const RECORDED: [(Profile, &str); 2] = [
    (Profile::V4, include_str!("../../../tests/files/client-settings-4.3.1.txt")),
    (Profile::Book, include_str!("../../../tests/files/client-settings-1.0.0.txt")),
];

/// What `ConfigDef` of 4.3.1 and of 1.0.0 says: names in order, defaults, types and valid values.
#[test]
fn every_setting_of_kafkas_clients_is_known_as_kafka_defines_it() {
    for (profile, text) in RECORDED {
        for (client, scope) in [("producer", Scope::Producer), ("consumer", Scope::Consumer)] {
            let recorded = text.lines().filter(|line| line.starts_with(client));
            let ours: Vec<String> = rows(scope, profile)
                .map(|row| {
                    let fallback = match row.fallback(profile) {
                        Fallback::Required => "(required)",
                        Fallback::Null => "(null)",
                        Fallback::Is(text) => text,
                    };
                    let (kind, valid) = row.check(profile).described();
                    format!("{client}\t{}\t{kind}\t{fallback}\t{valid}", row.name)
                })
                .collect();
            let kafkas: Vec<String> = recorded
                .map(|line| {
                    let fields: Vec<&str> = line.split('\t').collect();
                    let fallback = fields[3].replace("class ", "");
                    [fields[0], fields[1], fields[2], &fallback, fields[4]].join("\t")
                })
                .collect();
            assert!(kafkas.len() > 50, "{client} {profile:?}");
            assert_eq!(ours, kafkas, "{client} {profile:?}");
        }
    }
}

/// The settings that have an effect here have Kafka's defaults.
#[test]
fn what_is_modelled_has_the_defaults_of_the_table() {
    for definition in DEFINITIONS {
        if !matches!(definition.scope, Scope::Producer | Scope::Consumer) {
            continue;
        }
        let name = definition.setting.name();
        for profile in [Profile::V4, Profile::Book] {
            if is_known(definition.scope, profile, name) {
                let ours = definition.default_in(profile);
                // A null list, a null class: what 1.0.0 takes for none.
                let kafkas = default(definition.scope, profile, name);
                let same = ours.unwrap_or_default() == kafkas.unwrap_or_default()
                    || name == "partitioner.class";
                assert!(same, "{name} {profile:?}: {ours:?}, where Kafka has {kafkas:?}");
            }
        }
    }
}

fn given(text: &str) -> Vec<Given> {
    let read = read_properties(text).unwrap();
    read.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
}

/// What 1.0.0 says: recorded from its own constructors.
#[test]
fn the_book_profile_builds_clients_as_1_0_0_does() {
    let base = |what: &str, class: &str| {
        let class = format!("org.apache.kafka.common.serialization.String{class}");
        format!("bootstrap.servers=localhost:1\nkey.{what}={class}\nvalue.{what}={class}\n")
    };
    let producer = base("serializer", "Serializer");
    let consumer = base("deserializer", "Deserializer");
    let cases = include_str!("../../../tests/files/clients-1.0.0.txt");
    let mut count = 0;
    for block in cases.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let (asked, said) = block.trim().split_once(" => ").unwrap();
        let (client, settings) = asked.split_once(' ').unwrap();
        let (scope, base) = match client {
            "producer" => (Scope::Producer, &producer),
            _ => (Scope::Consumer, &consumer),
        };
        let text = format!("{base}{}", settings.replace(' ', "\n"));
        let answer = match build(scope, Profile::Book, &given(&text)) {
            Ok(built) => unused_log(Profile::Book, &built.unused).unwrap_or("built".into()),
            Err(thrown) => thrown.to_string(),
        };
        assert_eq!(answer, said, "{asked}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn properties_are_read_as_java_reads_them() {
    let cases = [
        ("a=1", "a", "1"),
        ("a:1", "a", "1"),
        ("a 1", "a", "1"),
        ("  a \t = \u{c} 1 ", "a", "1 "),
        ("a = = 1", "a", "= 1"),
        ("a", "a", ""),
        ("=1", "", "1"),
        ("a\\=b=1", "a=b", "1"),
        ("a\\ b 1", "a b", "1"),
        ("a=\\u0041\\uD83D\\uDD11\\n\\q\\\\", "a", "A🔑\nq\\"),
        ("a=1,\\\n    2,\\\r\n\t3", "a", "1,2,3"),
        ("a=1\\\n#2", "a", "1#2"),
        ("a=1\\\\\n# no more", "a", "1\\"),
        ("# c\n! d\n\n   # e\na=1", "a", "1"),
        ("a=1\na=2", "a", "2"),
        ("a=한글", "a", "한글"),
        ("\\\na=1", "a", "1"),
        ("\\", "", ""),
        ("\\\n", "", ""),
        ("\\\n#a=1\n b", "b", ""),
    ];
    for (text, name, value) in cases {
        assert_eq!(read_properties(text), Ok(vec![(name.into(), value.into())]), "{text:?}");
    }
    assert_eq!(read_properties("\\\r\n"), Ok(Vec::new()));
    assert_eq!(read_properties("a=1\nb=\\u00g0"), Err(Malformed { line: 2 }));
    assert_eq!(read_properties("a=\\u12"), Err(Malformed { line: 1 }));
}

#[test]
fn properties_that_are_written_are_read_back() {
    let pairs = [
        ("a b", " 1 "),
        ("=", ":"),
        ("#x", "!y"),
        ("\\", "\\u"),
        ("키", "\t\n값\r\u{c}"),
        ("", ""),
    ];
    let text = write_properties(pairs.iter().copied());
    let read = read_properties(&text).unwrap();
    let read: Vec<(&str, &str)> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(read, pairs);
}

#[test]
fn a_group_protocol_is_taken_in_any_case() {
    let mut settings = Settings::new(Scope::Consumer, Profile::V4);
    assert_eq!(settings.set("group.protocol", "CONSUMER"), Ok(()));
    assert_eq!(settings.text(Setting::GroupProtocol).as_deref(), Some("consumer"));
    assert!(settings.set("group.protocol", "streams").is_err());
}
