//! What is done to the world from outside, and how it refuses.

use std::rc::Rc;

use crate::broker::group::offsets_topic;
use crate::broker::{Broker, Ending};
use crate::client::consumer::Consumer;
use crate::client::producer::Producer;
use crate::controller::{ControllerEvent, NewTopic};
use crate::protocol::config::{Scope, Settings};
use crate::protocol::{
    ClientId, Connection, MessageId, MetadataRecord, NodeId, Offset, Outputs, Refusal, SortedMap,
    Topic, TopicPartition,
};
use crate::sim::action::Action;
use crate::sim::client::{Client, ClientKind, Flow, record};
use crate::sim::event::{Cause, Event, What};
use crate::sim::network::Notice;
use crate::sim::rng::Rng;
use crate::sim::scenario::{ConsumerSpec, PartitionSpec, ProducerSpec, TopicSpec};
use crate::sim::world::{Refused, World, stream};

/// A JSON pointer is empty, or begins with a slash (RFC 6901).
fn check_pointer(pointer: Option<&str>) -> Result<(), Refused> {
    match pointer {
        Some(pointer) if !pointer.is_empty() && !pointer.starts_with('/') => {
            Err(Refused(format!("{pointer} is no JSON pointer: it begins with /")))
        }
        _ => Ok(()),
    }
}

fn not_on_its_way() -> Refused {
    Refused("this message is no longer on its way".into())
}

impl World {
    pub(super) fn perform(
        &mut self,
        action: &Action,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        let cause = Cause::Action(self.actions_seen);
        self.actions_seen += 1;
        let done = self.try_perform(action, cause, events);
        if let Err(refused) = &done {
            self.tell(events, cause, What::ActionRefused(refused.0.clone()));
        }
        done
    }

    fn try_perform(
        &mut self,
        action: &Action,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        match action {
            Action::Send { producer, topic, records } => {
                let id = self.running_client(producer)?;
                if self.clients[id.0 as usize].producer().is_none() {
                    return Err(Refused(format!("{producer} is no producer")));
                }
                Topic::check(topic).map_err(Refused)?;
                let topic = Topic::from(topic.as_str());
                let records = records.iter().map(|spec| record(&topic, spec)).collect();
                self.send_records(id, records, cause, events);
                Ok(())
            }
            Action::CreateTopic(topic) => self.create_topic(topic, cause, events),
            Action::SetTopic { topic, name, value } => {
                let topic = Topic::from(topic.as_str());
                let mut told = Vec::new();
                let altered =
                    self.controller.alter_config(&topic, name, value.as_deref(), &mut told);
                self.tell_controller(told, cause, events);
                let record = altered?;
                self.apply_metadata(&record, cause, events);
                Ok(())
            }
            Action::SetBroker { name, value } => {
                self.set_broker(name, value.as_deref(), cause, events)
            }
            Action::SetClient { client, name, value } => {
                let id = self.open_client(client)?;
                let mut settings = self.settings_of(id).clone();
                match value {
                    Some(value) => settings.set(name, value)?,
                    None => settings.reset(name),
                }
                self.reconfigure(id, settings, cause, events)
            }
            Action::SetClientAll { client, settings: all } => {
                let id = self.open_client(client)?;
                let old = self.settings_of(id);
                let all = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let settings = Settings::of_client(old.scope(), old.profile(), all)?;
                self.reconfigure(id, settings, cause, events)
            }
            Action::SetPartitioner { producer, part } => {
                let id = self.open_client(producer)?;
                if self.clients[id.0 as usize].producer().is_none() {
                    return Err(Refused(format!("{producer} is no producer")));
                }
                check_pointer(part.as_deref())?;
                self.on_producer(id, cause, events, |producer, now_ms, _, out| {
                    producer.set_partitioner(now_ms, part.as_deref(), out);
                });
                Ok(())
            }
            Action::SetWorkload { producer, running } => {
                let id = self.open_client(producer)?;
                let now_ms = self.now_ms;
                match &mut self.clients[id.0 as usize].kind {
                    ClientKind::Producer(_, Some(flow)) => flow.set_running(*running, now_ms),
                    _ => return Err(Refused(format!("{producer} has no flow of its own"))),
                }
                Ok(())
            }
            Action::AddProducer(spec) => self.add_producer(spec, cause, events),
            Action::AddConsumer(spec) => self.add_consumer(spec, cause, events),
            Action::Close { client } => {
                let id = self.running_client(client)?;
                match self.clients[id.0 as usize].kind {
                    ClientKind::Producer(..) => {
                        self.on_producer(id, cause, events, Producer::close)
                    }
                    ClientKind::Consumer(_) => self.on_consumer(id, cause, events, Consumer::close),
                }
                Ok(())
            }
            Action::Crash { node } => self.crash(node, cause, events),
            Action::PowerLoss { node } => self.end_broker(node, Ending::PowerLoss, cause, events),
            Action::StopBroker { node } => self.end_broker(node, Ending::CleanStop, cause, events),
            Action::DeleteRecords { topic, partition, before_offset } => {
                if !self.broker.is_running() {
                    return Err(Refused("no broker is running".into()));
                }
                let partition = TopicPartition::new(topic.as_str(), *partition);
                let mut deleted = Ok(Offset(0));
                self.on_broker(cause, events, |broker, now_ms, _, out| {
                    deleted = broker.delete_records(now_ms, &partition, *before_offset, out);
                });
                deleted?;
                Ok(())
            }
            Action::Restart { node } => self.restart(node, cause, events),
            Action::Hang { consumer, hanging } => {
                let id = self.running_client(consumer)?;
                let hanging = *hanging;
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.pause_app(now_ms, hanging);
                });
                Ok(())
            }
            Action::CrashAt { consumer, line, after } => {
                let id = self.open_consumer(consumer)?;
                let at = line.map(|line| (line.line(), *after));
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.crash_at(now_ms, at);
                });
                Ok(())
            }
            Action::StepLine { consumer } => {
                let id = self.running_consumer(consumer)?;
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.step_line(now_ms);
                });
                Ok(())
            }
            Action::GoOn { consumer } => {
                let id = self.running_consumer(consumer)?;
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.go_on(now_ms);
                });
                Ok(())
            }
            Action::Seek { consumer, topic, partition, to } => {
                let id = self.running_consumer(consumer)?;
                let partition = TopicPartition::new(topic.as_str(), *partition);
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.seek(now_ms, partition, to.to());
                });
                Ok(())
            }
            Action::PausePartitions { consumer, partitions, paused } => {
                let id = self.running_consumer(consumer)?;
                let partitions = partitions.iter().map(PartitionSpec::partition).collect();
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.pause(now_ms, partitions, *paused);
                });
                Ok(())
            }
            Action::Lose { client, count } => {
                let id = self.open_client(client)?;
                self.network.lose(NodeId::Client(id), *count);
                Ok(())
            }
            Action::Delay { client, count, by_ms } => {
                let id = self.open_client(client)?;
                self.network.delay(NodeId::Client(id), *count, *by_ms);
                Ok(())
            }
            Action::Duplicate { client, count } => {
                let id = self.open_client(client)?;
                self.network.duplicate(NodeId::Client(id), *count);
                Ok(())
            }
            Action::DropMessage { message } => {
                let dropped = self.network.drop_message(MessageId(*message));
                self.lose(&dropped.ok_or_else(not_on_its_way)?, cause, events);
                Ok(())
            }
            Action::DelayMessage { message, by_ms } => {
                let (message, by_ms) = (MessageId(*message), *by_ms);
                if !self.network.delay_message(message, by_ms) {
                    return Err(not_on_its_way());
                }
                self.tell(events, cause, What::MessageDelayed { message, by_ms });
                Ok(())
            }
            Action::DuplicateMessage { message } => {
                let message = MessageId(*message);
                let copy = self.network.duplicate_message(message).ok_or_else(not_on_its_way)?;
                let found = self.network.messages().find(|found| found.id == message);
                let Some((api_key, from, to)) =
                    found.map(|found| (found.body.api_key(), found.from, found.to))
                else {
                    return Err(not_on_its_way());
                };
                let what = What::MessageDuplicated { message, copy, api_key, from, to };
                self.tell(events, cause, what);
                Ok(())
            }
        }
    }

    fn open_client(&self, name: &str) -> Result<ClientId, Refused> {
        match self.clients.iter().find(|client| *client.name == *name) {
            Some(client) if !client.is_closed() => Ok(client.id),
            Some(_) => Err(Refused(format!("{name} has closed"))),
            None => Err(Refused(format!("there is no client {name}"))),
        }
    }

    fn running_client(&self, name: &str) -> Result<ClientId, Refused> {
        let id = self.open_client(name)?;
        if self.clients[id.0 as usize].is_running() {
            Ok(id)
        } else {
            Err(Refused(format!("{name} is not running")))
        }
    }

    fn open_consumer(&self, name: &str) -> Result<ClientId, Refused> {
        let id = self.open_client(name)?;
        match self.clients[id.0 as usize].kind {
            ClientKind::Consumer(_) => Ok(id),
            ClientKind::Producer(..) => Err(Refused(format!("{name} is no consumer"))),
        }
    }

    fn running_consumer(&self, name: &str) -> Result<ClientId, Refused> {
        self.open_consumer(name)?;
        self.running_client(name)
    }

    fn settings_of(&self, id: ClientId) -> &Settings {
        match &self.clients[id.0 as usize].kind {
            ClientKind::Producer(producer, _) => producer.settings(),
            ClientKind::Consumer(consumer) => consumer.settings(),
        }
    }

    fn reconfigure(
        &mut self,
        id: ClientId,
        settings: Settings,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        settings.check_together()?;
        let mut done = Ok(());
        match self.clients[id.0 as usize].kind {
            ClientKind::Producer(..) => {
                self.on_producer(id, cause, events, |producer, now_ms, _, out| {
                    done = producer.set_settings(now_ms, settings, out);
                });
            }
            ClientKind::Consumer(_) => {
                self.on_consumer(id, cause, events, |consumer, now_ms, _, out| {
                    done = consumer.set_settings(now_ms, settings, out);
                });
            }
        }
        Ok(done?)
    }

    fn set_broker(
        &mut self,
        name: &str,
        value: Option<&str>,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        let mut settings = self.broker.settings().clone();
        match value {
            Some(value) => settings.set(name, value)?,
            None => settings.reset(name),
        }
        settings.check_together()?;
        self.controller.set_broker_defaults(&settings);
        let told = What::BrokerConfigured {
            broker: self.broker.id(),
            name: name.to_owned(),
            value: value.map(str::to_owned),
        };
        self.tell(events, cause, told);
        self.on_broker(cause, events, |broker, now_ms, _, out| {
            broker.set_settings(now_ms, settings, out);
        });
        Ok(())
    }

    pub(super) fn create_topic(
        &mut self,
        spec: &TopicSpec,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        let new = NewTopic {
            name: spec.name.clone(),
            partitions: spec.partitions,
            replication_factor: spec.replication_factor,
            settings: spec.settings.clone(),
        };
        let record = self.ask_controller(&new, cause, events)?;
        self.apply_metadata(&record, cause, events);
        Ok(())
    }

    pub(super) fn create_wanted_topic(
        &mut self,
        topic: &Topic,
        cause: Cause,
        events: &mut Vec<Event>,
    ) {
        let new = if topic.as_str() == Topic::CONSUMER_OFFSETS {
            let wanted = offsets_topic(self.broker.settings());
            NewTopic {
                name: wanted.name.to_owned(),
                partitions: wanted.partitions,
                replication_factor: wanted.replication_factor,
                settings: wanted.settings,
            }
        } else {
            NewTopic {
                name: topic.to_string(),
                partitions: -1,
                replication_factor: -1,
                settings: SortedMap::new(),
            }
        };
        if let Ok(record) = self.ask_controller(&new, cause, events) {
            self.apply_metadata(&record, cause, events);
        }
    }

    /// The controller gives the broker a block of producer ids.
    pub(super) fn allocate_producer_ids(&mut self, cause: Cause, events: &mut Vec<Event>) {
        let mut told = Vec::new();
        let (first, count) = self.controller.allocate_producer_ids(&mut told);
        self.tell_controller(told, cause, events);
        Rc::make_mut(&mut self.broker).grant_producer_ids(first, count);
    }

    fn ask_controller(
        &mut self,
        new: &NewTopic,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<MetadataRecord, Refusal> {
        let mut told = Vec::new();
        let rng = &mut self.controller_rng;
        let created = self.controller.create_topic(new, &mut || rng.next_u32(), &mut told);
        self.tell_controller(told, cause, events);
        created
    }

    fn tell_controller(&self, told: Vec<ControllerEvent>, cause: Cause, events: &mut Vec<Event>) {
        for event in told {
            self.tell(events, cause, What::Controller(event));
        }
    }

    fn apply_metadata(&mut self, record: &MetadataRecord, cause: Cause, events: &mut Vec<Event>) {
        self.on_broker(cause, events, |broker, now_ms, chance, out| {
            broker.apply_metadata(now_ms, record, chance, out);
        });
    }

    fn new_client(&self, name: &str) -> Result<(ClientId, Rng), Refused> {
        if name.trim().is_empty() || name.len() > 40 {
            return Err(Refused("a client's name has 1 to 40 characters".into()));
        }
        if self.node(name).is_some() {
            return Err(Refused(format!("there is a {name} already")));
        }
        let n = self.clients.len() as u64;
        let rng = Rng::stream(self.seed, stream::CLIENTS + n);
        Ok((ClientId(n as u32), rng))
    }

    pub(super) fn add_producer(
        &mut self,
        spec: &ProducerSpec,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        let (id, rng) = self.new_client(&spec.name)?;
        let settings = self.client_settings(Scope::Producer, &spec.settings)?;
        let mut out = Outputs::default();
        let broker = NodeId::Broker(self.broker.id());
        check_pointer(spec.partition_by.as_deref())?;
        let mut producer = Producer::new(self.now_ms, &spec.name, broker, settings, &mut out)?;
        producer.begin_partitioned(spec.partition_by.as_deref());
        let flow = spec.workload.clone().map(|workload| Flow::new(workload, self.now_ms));
        let kind = ClientKind::Producer(Rc::new(producer), flow);
        let name = spec.name.as_str().into();
        self.clients.push(Client { id, name, kind, epoch: 0, rng });
        self.tell(events, cause, What::ClientAdded(id));
        self.send_all(NodeId::Client(id), cause, out.messages, events);
        for event in out.events {
            self.tell(events, cause, What::Producer(id, event));
        }
        Ok(())
    }

    pub(super) fn add_consumer(
        &mut self,
        spec: &ConsumerSpec,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        let (id, rng) = self.new_client(&spec.name)?;
        let settings = self.client_settings(Scope::Consumer, &spec.settings)?;
        for topic in &spec.topics {
            Topic::check(topic).map_err(Refused)?;
        }
        for partition in &spec.assign {
            Topic::check(&partition.topic).map_err(Refused)?;
        }
        let app = spec.app();
        let mut out = Outputs::default();
        let broker = NodeId::Broker(self.broker.id());
        let consumer = Consumer::new(self.now_ms, &spec.name, broker, settings, app, &mut out)?;
        let kind = ClientKind::Consumer(Rc::new(consumer));
        let name = spec.name.as_str().into();
        self.clients.push(Client { id, name, kind, epoch: 0, rng });
        self.tell(events, cause, What::ClientAdded(id));
        self.send_all(NodeId::Client(id), cause, out.messages, events);
        for event in out.events {
            self.tell(events, cause, What::Consumer(id, event));
        }
        Ok(())
    }

    fn client_settings(
        &self,
        scope: Scope,
        values: &SortedMap<String, String>,
    ) -> Result<Settings, Refused> {
        let mut settings = Settings::new(scope, self.scenario.profile.into());
        for (name, value) in values {
            settings.set(name, value)?;
        }
        settings.check_together()?;
        Ok(settings)
    }

    fn end_broker(
        &mut self,
        node: &str,
        way: Ending,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        match self.node(node) {
            Some(NodeId::Broker(_)) if self.broker.is_running() => {}
            Some(NodeId::Broker(_)) => return Err(Refused(format!("{node} is not running"))),
            _ => return Err(Refused(format!("{node} is not a broker"))),
        }
        self.on_broker(cause, events, |broker, now_ms, _, out| broker.end(now_ms, way, out));
        for client in &self.clients {
            let id = NodeId::Client(client.id);
            for connection in [Connection::Data, Connection::Coordinator] {
                self.network.notify(self.now_ms, Notice::ToClient(id, connection));
            }
        }
        Ok(())
    }

    fn crash(&mut self, node: &str, cause: Cause, events: &mut Vec<Event>) -> Result<(), Refused> {
        match self.node(node) {
            Some(NodeId::Broker(_)) => self.end_broker(node, Ending::Crash, cause, events),
            _ => {
                let id = self.running_client(node)?;
                match self.clients[id.0 as usize].kind {
                    ClientKind::Producer(..) => {
                        self.on_producer(id, cause, events, |node, now_ms, _, out| {
                            node.crash(now_ms, out)
                        });
                        self.client_died(id);
                    }
                    ClientKind::Consumer(_) => {
                        self.on_consumer(id, cause, events, |node, now_ms, _, out| {
                            node.crash(now_ms, out)
                        });
                    }
                }
                Ok(())
            }
        }
    }

    /// A client's process is gone: late answers find nobody, and the broker learns that its connections are.
    pub(super) fn client_died(&mut self, id: ClientId) {
        self.clients[id.0 as usize].epoch += 1;
        self.network.notify(self.now_ms, Notice::ToBroker(NodeId::Client(id)));
    }

    fn restart(
        &mut self,
        node: &str,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        match self.node(node) {
            Some(NodeId::Broker(_)) if !self.broker.is_running() => {
                self.on_broker(cause, events, Broker::restart);
                Ok(())
            }
            Some(NodeId::Broker(_)) => Err(Refused(format!("{node} is running"))),
            _ => {
                let id = self.open_client(node)?;
                if self.clients[id.0 as usize].is_running() {
                    return Err(Refused(format!("{node} is running")));
                }
                match self.clients[id.0 as usize].kind {
                    ClientKind::Producer(..) => {
                        self.on_producer(id, cause, events, |node, now_ms, _, out| {
                            node.restart(now_ms, out)
                        });
                    }
                    ClientKind::Consumer(_) => {
                        self.on_consumer(id, cause, events, |node, now_ms, _, out| {
                            node.restart(now_ms, out)
                        });
                    }
                }
                Ok(())
            }
        }
    }
}
