//! How often each setting, fault and event kind occurred over all worlds.

use std::collections::{BTreeMap, BTreeSet};

use brokerscope::broker::BrokerEvent;
use brokerscope::client::consumer::ConsumerEvent;
use brokerscope::client::producer::ProducerEvent;
use brokerscope::protocol::config::{DEFINITIONS, Scope, Setting};
use brokerscope::sim::{Action, Event, Scenario, What};
use brokerscope::storage::LogEvent;

use crate::cli::check::kinds::{self, Impossible};

/// All counts.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    /// Worlds in which a setting was set in a scope, at the start or live.
    settings: BTreeMap<(Scope, Setting), u64>,
    /// Things done from outside that were not refused.
    faults: BTreeMap<&'static str, u64>,
    events: BTreeMap<&'static str, u64>,
}

impl Occurrences {
    /// Counts what a scenario sets, from the start or later.
    pub(super) fn see_settings(&mut self, scenario: &Scenario) {
        let mut seen: BTreeSet<(Scope, Setting)> = BTreeSet::new();
        let mut see = |scope: Scope, name: &str| {
            let of_scope = DEFINITIONS.iter().filter(|definition| definition.scope == scope);
            seen.extend(
                of_scope
                    .filter(|definition| definition.setting.name() == name)
                    .map(|definition| (scope, definition.setting)),
            );
        };
        let start = scenario.brokers.iter().map(|broker| (Scope::Broker, &broker.settings));
        let topics = scenario.topics.iter().map(|topic| (Scope::Topic, &topic.settings));
        let producers = scenario.producers.iter().map(|p| (Scope::Producer, &p.settings));
        let consumers = scenario.consumers.iter().map(|c| (Scope::Consumer, &c.settings));
        for (scope, settings) in start.chain(topics).chain(producers).chain(consumers) {
            settings.keys().for_each(|name| see(scope, name));
        }
        for timed in &scenario.actions {
            match &timed.action {
                Action::SetTopic { name, .. } => see(Scope::Topic, name),
                Action::SetBroker { name, .. } => see(Scope::Broker, name),
                Action::CreateTopic(spec) => {
                    spec.settings.keys().for_each(|name| see(Scope::Topic, name));
                }
                Action::AddProducer(spec) => {
                    spec.settings.keys().for_each(|name| see(Scope::Producer, name));
                }
                Action::AddConsumer(spec) => {
                    spec.settings.keys().for_each(|name| see(Scope::Consumer, name));
                }
                _ => {}
            }
        }
        for setting in seen {
            *self.settings.entry(setting).or_default() += 1;
        }
    }

    /// Counts what happened in a step, and the action that it was.
    pub(super) fn see_step(&mut self, action: Option<&Action>, events: &[Event]) {
        let mut refused = false;
        for event in events {
            self.see(kinds::event(&event.what));
            refused |= matches!(event.what, What::ActionRefused(_));
            match &event.what {
                What::Broker(_, BrokerEvent::Log(_, event)) => self.see_log(event),
                What::Broker(_, BrokerEvent::MemberRemoved { reason, .. }) => {
                    self.see(kinds::removal_reason(reason));
                }
                What::Producer(_, ProducerEvent::RecordAccumulated { choice, .. }) => {
                    self.see(kinds::partition_choice(choice));
                }
                What::Consumer(_, ConsumerEvent::CommitSent { reason, .. }) => {
                    self.see(kinds::commit_reason(reason));
                }
                What::Consumer(_, ConsumerEvent::PositionSet { source, .. }) => {
                    self.see(kinds::position_source(source));
                }
                _ => {}
            }
        }
        if let Some(action) = action.filter(|_| !refused) {
            *self.faults.entry(kinds::action(action)).or_default() += 1;
        }
    }

    fn see_log(&mut self, event: &LogEvent) {
        match event {
            LogEvent::SegmentRolled { reason, .. } => self.see(kinds::roll_reason(reason)),
            LogEvent::SegmentsDeleted { reason, .. } => self.see(kinds::deletion_reason(reason)),
            LogEvent::SegmentsCleaned { records, .. } => {
                for reason in records.iter().filter_map(|record| record.dropped) {
                    self.see(kinds::drop_reason(&reason));
                }
            }
            _ => {}
        }
    }

    fn see(&mut self, kind: &'static str) {
        *self.events.entry(kind).or_default() += 1;
    }

    /// Prints all counts; what did not occur, though it could; what cannot, and why.
    pub(super) fn print(&self) {
        let settings: Vec<(String, u64, Impossible)> = DEFINITIONS
            .iter()
            .map(|definition| {
                let key = (definition.scope, definition.setting);
                let name = format!("{:?} {}", definition.scope, definition.setting.name());
                (name, self.settings.get(&key).copied().unwrap_or(0), None)
            })
            .collect();
        print_counts("settings, by worlds", &settings);
        let count = |counts: &BTreeMap<&'static str, u64>, kinds: &[(&'static str, Impossible)]| {
            let of = |(kind, why): &(&'static str, Impossible)| {
                ((*kind).to_owned(), counts.get(kind).copied().unwrap_or(0), *why)
            };
            kinds.iter().map(of).collect::<Vec<_>>()
        };
        print_counts("faults and changes", &count(&self.faults, kinds::ACTIONS));
        let all = [
            kinds::WORLD_EVENTS,
            kinds::CONTROLLER_EVENTS,
            kinds::BROKER_EVENTS,
            kinds::LOG_EVENTS,
            kinds::PRODUCER_EVENTS,
            kinds::CONSUMER_EVENTS,
        ];
        print_counts("event kinds", &count(&self.events, &all.concat()));
        let all = [
            kinds::ROLL_REASONS,
            kinds::DELETION_REASONS,
            kinds::DROP_REASONS,
            kinds::REMOVAL_REASONS,
            kinds::PARTITION_CHOICES,
            kinds::COMMIT_REASONS,
            kinds::POSITION_SOURCES,
        ];
        print_counts("reasons", &count(&self.events, &all.concat()));
    }
}

fn print_counts(what: &str, counts: &[(String, u64, Impossible)]) {
    println!("{what}:");
    for (name, count, why) in counts {
        match why {
            None => println!("  {count:>9}  {name}"),
            Some(_) if *count > 0 => println!("  {count:>9}  {name}"),
            Some(why) => println!("          –  {name}: cannot occur, {why}"),
        }
    }
    let missing: Vec<&str> = counts
        .iter()
        .filter(|(_, count, why)| *count == 0 && why.is_none())
        .map(|(name, ..)| name.as_str())
        .collect();
    if !missing.is_empty() {
        println!("  did not occur: {}", missing.join(", "));
    }
}
