//! Settings as a form: every setting of a topic, a client or the broker under its Kafka name.

use crate::protocol::Topic;
use crate::protocol::client_config::{default, is_known, write_properties};
use crate::protocol::config::{Kind, Scope, Setting, Settings, Several, Value, definitions};
use crate::sim::World;
use crate::words::{Line, Words};

/// Whose settings they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsOwner {
    /// A topic's.
    Topic(Topic),
    /// A client's, by its name.
    Client(String),
    /// The broker's.
    Broker,
}

/// How a value is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// `true` or `false`.
    Boolean,
    /// A whole number, with the least one that Kafka takes.
    Number(Option<i64>),
    /// A number from 0 to 1.
    Ratio,
    /// One of these.
    One(&'static [&'static str]),
    /// Any of these, with commas between them.
    Several(&'static [&'static str]),
    /// Any text.
    Text,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingRow {
    /// Which.
    pub setting: Setting,
    /// Kafka's name.
    pub name: &'static str,
    /// The value in force, as text; empty where it is null.
    pub value: String,
    /// Its default, as text; empty where that is null.
    pub default: String,
    /// Somebody has set it.
    pub is_set: bool,
    /// How a value is given.
    pub choices: Choices,
    /// One sentence: what it does.
    pub explain: Line,
    /// What holds in its place.
    pub note: Option<Line>,
}

/// All settings of one owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsView {
    /// Whose.
    pub owner: SettingsOwner,
    /// In the order in which Kafka's documentation groups them.
    pub rows: Vec<SettingRow>,
    /// Kafka's log line about names that the client does not know (PROD-37).
    pub unused: Option<String>,
    /// What is set and changes nothing here: a name that Kafka knows, its value and its default.
    pub idle: Vec<(String, String, &'static str)>,
    /// What is said of these.
    pub idle_note: Line,
    /// What is set, as a `.properties` text.
    pub properties: String,
}

/// The broker's settings.
#[must_use]
pub fn broker_settings(world: &World, words: &dyn Words) -> SettingsView {
    view(SettingsOwner::Broker, world.broker().settings(), None, words)
}

/// `broker`: where a topic's settings come from if the topic does not set them.
pub(in crate::session) fn view(
    owner: SettingsOwner,
    settings: &Settings,
    broker: Option<&Settings>,
    words: &dyn Words,
) -> SettingsView {
    let is_client = matches!(settings.scope(), Scope::Producer | Scope::Consumer);
    let known = definitions(settings.scope()).filter(|definition| {
        !is_client || is_known(settings.scope(), settings.profile(), definition.setting.name())
    });
    let rows = known.map(|definition| {
        let setting = definition.setting;
        let value = match settings.get(setting) {
            Value::Null => String::new(),
            value => value.to_string(),
        };
        let default = definition.default_in(settings.profile()).unwrap_or_default().to_owned();
        SettingRow {
            setting,
            name: setting.name(),
            value,
            default,
            is_set: settings.is_set(setting),
            choices: choices(definition.kind),
            explain: words.setting(settings.scope(), setting),
            note: note(settings, broker, setting, words),
        }
    });
    let given: Vec<_> = settings.given().collect();
    let idle = settings.without_effect().map(|(name, text)| {
        let default = default(settings.scope(), settings.profile(), name).unwrap_or_default();
        (name.to_owned(), text.to_owned(), default)
    });
    SettingsView {
        owner,
        rows: rows.collect(),
        unused: settings.unused(),
        idle: idle.collect(),
        idle_note: words.note_without_effect(),
        properties: write_properties(given.iter().map(|(name, text)| (*name, &**text))),
    }
}

fn choices(kind: Kind) -> Choices {
    match kind {
        Kind::Boolean => Choices::Boolean,
        Kind::Int(least) | Kind::Long(least) => Choices::Number(least),
        Kind::Ratio(..) => Choices::Ratio,
        Kind::Choice(words) | Kind::Classes(words, Several::One) => Choices::One(words),
        Kind::List(words) | Kind::Classes(words, Several::List) => Choices::Several(words),
        Kind::Text => Choices::Text,
        Kind::OffsetReset => Choices::One(&["earliest", "latest", "none"]),
    }
}

/// What the broker calls a topic's setting, the strongest first (LOG-19, RET-11).
fn synonyms(setting: Setting) -> &'static [Setting] {
    use Setting as S;
    match setting {
        S::CleanupPolicy => &[S::LogCleanupPolicy],
        S::SegmentBytes => &[S::LogSegmentBytes],
        S::SegmentMs => &[S::LogRollMs, S::LogRollHours],
        S::SegmentJitterMs => &[S::LogRollJitterMs, S::LogRollJitterHours],
        S::SegmentIndexBytes => &[S::LogIndexSizeMaxBytes],
        S::IndexIntervalBytes => &[S::LogIndexIntervalBytes],
        S::RetentionMs => &[S::LogRetentionMs, S::LogRetentionMinutes, S::LogRetentionHours],
        S::RetentionBytes => &[S::LogRetentionBytes],
        S::FileDeleteDelayMs => &[S::LogSegmentDeleteDelayMs],
        S::MinCleanableDirtyRatio => &[S::LogCleanerMinCleanableRatio],
        S::DeleteRetentionMs => &[S::LogCleanerDeleteRetentionMs],
        S::MinCompactionLagMs => &[S::LogCleanerMinCompactionLagMs],
        S::MaxCompactionLagMs => &[S::LogCleanerMaxCompactionLagMs],
        S::MaxMessageBytes => &[S::MessageMaxBytes],
        S::MessageTimestampType => &[S::LogMessageTimestampType],
        S::MessageTimestampBeforeMaxMs => &[S::LogMessageTimestampBeforeMaxMs],
        S::MessageTimestampAfterMaxMs => &[S::LogMessageTimestampAfterMaxMs],
        _ => &[],
    }
}

fn note(
    settings: &Settings,
    broker: Option<&Settings>,
    setting: Setting,
    words: &dyn Words,
) -> Option<Line> {
    if settings.scope() == Scope::Topic {
        let internal = settings.optional_number(Setting::InternalSegmentBytes);
        match (setting, internal) {
            (Setting::SegmentBytes, Some(bytes)) => {
                return Some(words.note_internal_segment_bytes(bytes));
            }
            (Setting::InternalSegmentBytes, None) => {
                return Some(words.note_internal_is_for_tests());
            }
            _ => {}
        }
    }
    if setting == Setting::EnableIdempotence && settings.scope() == Scope::Producer {
        return settings.idempotence_off().first().map(|line| words.note_idempotence(line));
    }
    let broker = broker.filter(|_| !settings.is_set(setting))?;
    let set = synonyms(setting).iter().find(|synonym| broker.is_set(**synonym))?;
    Some(words.note_from_broker(set.name(), &broker.get(*set).to_string()))
}
