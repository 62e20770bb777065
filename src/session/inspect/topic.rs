//! A topic: its partitions and its settings, with the one that holds where two say the same.

use crate::protocol::config::Setting;
use crate::protocol::{Subject, Topic, TopicPartition};
use crate::session::inspect::gates::policy;
use crate::session::inspect::partition::policy_explain;
use crate::session::inspect::segment::counts;
use crate::session::inspect::settings::{SettingsOwner, view};
use crate::session::inspect::{NodeAction, Sheet, line_of};
use crate::storage::LogConfig;
use crate::words::{code, number, size, strong};

pub(super) fn inspect(sheet: &mut Sheet<'_>, topic: &Topic) -> Option<()> {
    let words = sheet.words;
    let broker = sheet.world.broker();
    let image = broker.topic(topic)?;
    let partitions = (0..image.partitions.len() as u32).map(|n| TopicPartition::new(topic, n));
    let logs: Vec<_> = partitions.filter_map(|p| broker.logs().get(&p)).collect();
    let config = LogConfig::new(&image.settings, broker.settings());
    sheet.title(
        line_of(strong(topic)),
        words.topic_subtitle(image.partitions.len() as u64, policy(&config)),
    );
    let records: u64 =
        logs.iter().flat_map(|log| log.segments()).map(|segment| counts(segment).0).sum();
    sheet.fact(words.label_records(), number(records), words.topic_records_explain());
    let bytes: u64 = logs.iter().map(|log| log.size_bytes()).sum();
    let segments: u64 = logs.iter().map(|log| log.segments().len() as u64).sum();
    sheet.fact(words.label_size(), size(bytes), words.log_size_explain(segments));
    sheet.fact(words.label_policy(), code(policy(&config)), policy_explain(sheet, &config));
    let explain = if config.segment_bytes_is_internal {
        words.segment_limit_internal()
    } else if image.settings.is_set(Setting::SegmentBytes) {
        words.segment_limit_own()
    } else {
        words.segment_limit_broker()
    };
    sheet.fact(words.label_segment_limit(), size(config.segment_bytes), explain);
    let leader = sheet.name(crate::protocol::NodeId::Broker(broker.id()));
    let opens = Subject::Broker(broker.id());
    sheet.fact_to(words.label_leader(), code(leader), words.leader_explain(), opens);
    sheet.fact(words.label_topic_id(), code(image.id), words.topic_id_explain());

    let rows = logs.iter().map(|log| {
        let partition = log.partition();
        let bytes = size(log.size_bytes());
        let line = words.row_partition(partition.partition, log.log_end_offset(), bytes);
        (line, Some(Subject::Partition(partition.clone())))
    });
    sheet.list(words.label_partitions(), rows.collect());
    let owner = SettingsOwner::Topic(topic.clone());
    let settings = view(owner, &image.settings, Some(broker.settings()), words);
    sheet.inspection.settings = Some(settings);
    if !topic.is_internal() {
        sheet.inspection.actions.extend([NodeAction::SendHere, NodeAction::AddConsumer]);
    }
    Some(())
}
