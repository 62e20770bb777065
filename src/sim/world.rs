//! The world: one broker with its controller, clients, and what travels between them.
//!
//! A run is a function of scenario, seed and actions. A **step** handles one thing that is due: a
//! message, a node's own clock, a producer's next record, or an action; the *event index* counts steps.

use std::rc::Rc;

use crate::broker::group::offsets_topic;
use crate::broker::{Broker, BrokerEvent, BrokerPace};
use crate::client::consumer::{Consumer, ConsumerApp, ConsumerEvent};
use crate::client::producer::{Producer, ProducerEvent, ProducerRecord};
use crate::controller::{Controller, ControllerEvent, NewTopic};
use crate::protocol::config::{ConfigError, Scope, Settings};
use crate::protocol::request::Body;
use crate::protocol::{
    BrokerId, ClientId, Connection, MetadataRecord, NodeId, Outgoing, Outputs, Refusal, SortedMap,
    Topic,
};
use crate::sim::action::Action;
use crate::sim::client::{Client, ClientKind, Flow, record};
use crate::sim::digest::Digest;
use crate::sim::event::{Cause, Event, What};
use crate::sim::network::{Arrival, Message, Network, Notice};
use crate::sim::rng::Rng;
use crate::sim::scenario::{ConsumerSpec, ProducerSpec, Scenario, TopicSpec};
use crate::storage::CleanerPace;

/// Why a scenario cannot begin, or an action is refused: Kafka's sentence where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.to_string())
    }
}

impl From<ConfigError> for Refused {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

/// Streams of the world's seed; the n-th client has the stream `CLIENTS + n`.
mod stream {
    pub(super) const NETWORK: u64 = 0;
    pub(super) const CONTROLLER: u64 = 1;
    pub(super) const BROKER: u64 = 2;
    pub(super) const CLIENTS: u64 = 16;
}

/// Whose turn it is at the next step. Among things due at the same millisecond the order is this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Action,
    Network,
    Broker,
    Client(ClientId),
}

/// A Kafka cluster, its clients and the time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    scenario: Rc<Scenario>,
    seed: u64,
    now_ms: u64,
    event_index: u64,
    /// How many of the scenario's actions have happened.
    actions_done: u32,
    /// How many things were done from outside, the scenario's own among them.
    actions_seen: u64,
    controller: Controller,
    controller_rng: Rng,
    broker: Rc<Broker>,
    broker_rng: Rng,
    clients: Vec<Client>,
    network: Network,
}

impl World {
    /// A world that begins as the scenario says.
    ///
    /// # Errors
    /// [`Refused`] where a setting, a topic or a name is not possible.
    pub fn new(
        scenario: Rc<Scenario>,
        seed: u64,
        events: &mut Vec<Event>,
    ) -> Result<Self, Refused> {
        let now_ms = scenario.start_ms;
        let [spec] = &scenario.brokers[..] else {
            return Err(Refused("a scenario has exactly one broker, for now".into()));
        };
        let mut settings = Settings::new(Scope::Broker, scenario.profile.into());
        for (name, value) in &spec.settings {
            settings.set(name, value)?;
        }
        settings.check_together()?;
        let id = BrokerId(spec.id);
        let latencies = scenario.latencies;
        let pace = BrokerPace {
            append_ms: latencies.append_ms,
            cleaner: CleanerPace {
                phase_ms: latencies.clean_phase_ms,
                ms_per_mib: latencies.clean_ms_per_mib,
            },
        };
        let mut world = Self {
            now_ms,
            event_index: 0,
            actions_done: 0,
            actions_seen: 0,
            controller: Controller::new(vec![id], &settings),
            controller_rng: Rng::stream(seed, stream::CONTROLLER),
            broker: Rc::new(Broker::new(now_ms, id, settings, pace)),
            broker_rng: Rng::stream(seed, stream::BROKER),
            clients: Vec::new(),
            network: Network::new(latencies, Rng::stream(seed, stream::NETWORK)),
            scenario: Rc::clone(&scenario),
            seed,
        };
        for topic in &scenario.topics {
            world.create_topic(topic, Cause::Start, events)?;
        }
        for producer in &scenario.producers {
            world.add_producer(producer, Cause::Start, events)?;
        }
        for consumer in &scenario.consumers {
            world.add_consumer(consumer, Cause::Start, events)?;
        }
        Ok(world)
    }

    /// The model's clock, in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Where the clock began.
    #[must_use]
    pub fn start_ms(&self) -> u64 {
        self.scenario.start_ms
    }

    /// How many steps there were.
    #[must_use]
    pub fn event_index(&self) -> u64 {
        self.event_index
    }

    /// How many of the scenario's actions have happened.
    #[must_use]
    pub fn actions_done(&self) -> u32 {
        self.actions_done
    }

    /// What the world began as.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The world's seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The broker.
    #[must_use]
    pub fn broker(&self) -> &Rc<Broker> {
        &self.broker
    }

    /// The controller.
    #[must_use]
    pub fn controller(&self) -> &Controller {
        &self.controller
    }

    /// All clients in the order of their ids; closed ones are among them.
    #[must_use]
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// A client.
    #[must_use]
    pub fn client(&self, id: ClientId) -> Option<&Client> {
        self.clients.get(id.0 as usize)
    }

    /// The messages on their way, in the order of their arrival.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.network.messages()
    }

    /// An event as one plain line: when, who, what.
    #[must_use]
    pub fn line(&self, event: &Event) -> String {
        let ms = event.at_ms - self.start_ms();
        let who = match &event.what {
            What::Producer(id, what) => format!("{}: {what}", self.name(NodeId::Client(*id))),
            What::Consumer(id, what) => format!("{}: {what}", self.name(NodeId::Client(*id))),
            What::ClientAdded(id) => format!("{}: added", self.name(NodeId::Client(*id))),
            what => what.to_string(),
        };
        format!("{}.{:03} s  {who}", ms / 1000, ms % 1000)
    }

    /// The name of a node.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        match node {
            NodeId::Broker(id) => broker_name(id),
            NodeId::Client(id) => {
                self.client(id).map_or_else(|| format!("client {}", id.0), |c| c.name.to_string())
            }
        }
    }

    /// The node of a name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<NodeId> {
        if broker_name(self.broker.id()) == name {
            return Some(NodeId::Broker(self.broker.id()));
        }
        self.clients.iter().find(|client| *client.name == *name).map(|c| NodeId::Client(c.id))
    }

    /// Over the state and the disks of all nodes, and what is on its way.
    #[must_use]
    pub fn digest(&self) -> u64 {
        Digest::of(&(
            self.now_ms,
            self.event_index,
            &self.controller,
            &self.broker,
            &self.clients,
            &self.network,
        ))
    }

    /// When the next step happens, if anything is due ever.
    #[must_use]
    pub fn next_step_ms(&self) -> Option<u64> {
        self.next_turn().map(|(due_ms, _)| due_ms.max(self.now_ms))
    }

    fn next_turn(&self) -> Option<(u64, Turn)> {
        let action = self.scenario.actions.get(self.actions_done as usize);
        let action = action.map(|action| (self.start_ms() + action.at_ms, Turn::Action));
        let network = self.network.next_due_ms().map(|due_ms| (due_ms, Turn::Network));
        let broker = self.broker.next_due_ms().map(|due_ms| (due_ms, Turn::Broker));
        let clients = self.clients.iter().filter_map(|client| {
            client.next_due_ms().map(|due_ms| (due_ms, Turn::Client(client.id)))
        });
        [action, network, broker].into_iter().flatten().chain(clients).min()
    }

    /// Does the next thing that is due. False if nothing ever is.
    pub fn step(&mut self, events: &mut Vec<Event>) -> bool {
        let Some((due_ms, turn)) = self.next_turn() else { return false };
        self.begin_step(due_ms);
        match turn {
            Turn::Action => {
                let scenario = Rc::clone(&self.scenario);
                self.actions_done += 1;
                let action = &scenario.actions[self.actions_done as usize - 1].action;
                self.perform(action, events).ok();
            }
            Turn::Network => {
                if let Some(arrival) = self.network.arrive() {
                    self.receive(arrival, events);
                }
            }
            Turn::Broker => {
                let cause = Cause::Timer(NodeId::Broker(self.broker.id()));
                self.on_broker(cause, events, |broker, now_ms, chance, out| {
                    broker.tick(now_ms, chance, out);
                });
            }
            Turn::Client(id) => self.tick_client(id, events),
        }
        true
    }

    /// Does all that is due up to `now_ms`, and lets the clock stand there.
    pub fn advance_to(&mut self, now_ms: u64, events: &mut Vec<Event>) {
        while self.next_step_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.step(events);
        }
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// Lets the clock stand at `now_ms`, or at the next step if that comes first.
    pub fn stand_at(&mut self, now_ms: u64) {
        let limit_ms = self.next_step_ms().unwrap_or(now_ms);
        self.now_ms = self.now_ms.max(now_ms.min(limit_ms));
    }

    /// Something is done to the world now: a step of its own.
    ///
    /// # Errors
    /// [`Refused`] with Kafka's sentence where it has one. Nothing but the event index changed.
    pub fn act(&mut self, action: &Action, events: &mut Vec<Event>) -> Result<(), Refused> {
        self.begin_step(self.now_ms);
        self.perform(action, events)
    }

    fn begin_step(&mut self, due_ms: u64) {
        self.now_ms = self.now_ms.max(due_ms);
        self.event_index += 1;
    }

    fn tell(&self, events: &mut Vec<Event>, cause: Cause, what: What) {
        events.push(Event { index: self.event_index, at_ms: self.now_ms, cause, what });
    }

    // Nodes.

    fn on_broker(
        &mut self,
        cause: Cause,
        events: &mut Vec<Event>,
        act: impl FnOnce(&mut Broker, u64, &mut dyn FnMut() -> u32, &mut Outputs<BrokerEvent>),
    ) {
        let mut out = Outputs::default();
        let rng = &mut self.broker_rng;
        act(Rc::make_mut(&mut self.broker), self.now_ms, &mut || rng.next_u32(), &mut out);
        let id = self.broker.id();
        self.send_all(NodeId::Broker(id), cause, out.messages, events);
        for event in out.events {
            let wanted = match &event {
                BrokerEvent::TopicWanted { topic } => Some(topic.clone()),
                _ => None,
            };
            self.tell(events, cause, What::Broker(id, event));
            if let Some(topic) = wanted {
                self.create_wanted_topic(&topic, cause, events);
            }
        }
    }

    fn on_producer(
        &mut self,
        id: ClientId,
        cause: Cause,
        events: &mut Vec<Event>,
        act: impl FnOnce(&mut Producer, u64, &mut dyn FnMut() -> u32, &mut Outputs<ProducerEvent>),
    ) {
        let now_ms = self.now_ms;
        let client = &mut self.clients[id.0 as usize];
        let ClientKind::Producer(producer, _) = &mut client.kind else { return };
        let mut out = Outputs::default();
        let rng = &mut client.rng;
        act(Rc::make_mut(producer), now_ms, &mut || rng.next_u32(), &mut out);
        self.send_all(NodeId::Client(id), cause, out.messages, events);
        for event in out.events {
            self.tell(events, cause, What::Producer(id, event));
        }
    }

    fn on_consumer(
        &mut self,
        id: ClientId,
        cause: Cause,
        events: &mut Vec<Event>,
        act: impl FnOnce(&mut Consumer, u64, &mut dyn FnMut() -> u32, &mut Outputs<ConsumerEvent>),
    ) {
        let now_ms = self.now_ms;
        let client = &mut self.clients[id.0 as usize];
        let ClientKind::Consumer(consumer) = &mut client.kind else { return };
        let mut out = Outputs::default();
        let rng = &mut client.rng;
        act(Rc::make_mut(consumer), now_ms, &mut || rng.next_u32(), &mut out);
        self.send_all(NodeId::Client(id), cause, out.messages, events);
        for event in out.events {
            self.tell(events, cause, What::Consumer(id, event));
        }
    }

    fn send_all(
        &mut self,
        from: NodeId,
        cause: Cause,
        messages: Vec<Outgoing>,
        events: &mut Vec<Event>,
    ) {
        for outgoing in messages {
            let client = match (from, outgoing.to) {
                (NodeId::Client(id), _) | (_, NodeId::Client(id)) => self.client(id),
                _ => None,
            };
            let epoch = client.map_or(0, |client| client.epoch);
            let (message, by_ms) =
                self.network.send(self.now_ms, from, epoch, self.event_index, outgoing);
            if by_ms > 0 {
                self.tell(events, cause, What::MessageDelayed { message, by_ms });
            }
        }
    }

    fn tick_client(&mut self, id: ClientId, events: &mut Vec<Event>) {
        let now_ms = self.now_ms;
        let client = &mut self.clients[id.0 as usize];
        let running = client.is_running();
        if let ClientKind::Producer(_, Some(flow)) = &mut client.kind
            && running
            && flow.next_ms.is_some_and(|due_ms| due_ms <= now_ms)
        {
            let records = flow.take(now_ms, &mut client.rng);
            self.send_records(id, records, Cause::Workload(id), events);
            return;
        }
        let cause = Cause::Timer(NodeId::Client(id));
        match client.kind {
            ClientKind::Producer(..) => {
                self.on_producer(id, cause, events, Producer::tick);
            }
            ClientKind::Consumer(_) => {
                self.on_consumer(id, cause, events, Consumer::tick);
            }
        }
    }

    fn send_records(
        &mut self,
        id: ClientId,
        records: Vec<ProducerRecord>,
        cause: Cause,
        events: &mut Vec<Event>,
    ) {
        for record in records {
            self.on_producer(id, cause, events, |producer, now_ms, chance, out| {
                producer.send(now_ms, record, chance, out);
            });
        }
    }

    // The network.

    fn receive(&mut self, arrival: Arrival, events: &mut Vec<Event>) {
        match arrival {
            Arrival::Notice(Notice::ToBroker(client)) => {
                if self.broker.is_running() {
                    let now_ms = self.now_ms;
                    Rc::make_mut(&mut self.broker).disconnected(now_ms, client);
                }
            }
            Arrival::Notice(Notice::ToClient(NodeId::Client(id), connection)) => {
                self.disconnect_client(id, connection, events);
            }
            Arrival::Notice(Notice::ToClient(..)) => {}
            Arrival::Message(message) if message.lost => self.lose(&message, events),
            Arrival::Message(message) => match message.to {
                NodeId::Broker(_) => self.receive_request(&message, events),
                NodeId::Client(id) => self.receive_response(id, &message, events),
            },
        }
    }

    fn lose(&self, message: &Message, events: &mut Vec<Event>) {
        let what = What::MessageLost {
            message: message.id,
            api_key: message.body.api_key(),
            from: message.from,
            to: message.to,
        };
        self.tell(events, Cause::Network, what);
    }

    fn receive_request(&mut self, message: &Message, events: &mut Vec<Event>) {
        let Body::Request(request) = &*message.body else { return };
        if !self.broker.is_running() {
            self.lose(message, events);
            self.network.notify(self.now_ms, Notice::ToClient(message.from, message.connection));
            return;
        }
        let (from, connection, correlation_id) =
            (message.from, message.connection, message.correlation_id);
        let request = request.clone();
        self.on_broker(Cause::Message(message.id), events, |broker, now_ms, chance, out| {
            broker.handle(now_ms, from, connection, correlation_id, request, chance, out);
        });
    }

    fn receive_response(&mut self, id: ClientId, message: &Message, events: &mut Vec<Event>) {
        let Body::Response(response) = &*message.body else { return };
        let client = &self.clients[id.0 as usize];
        if !client.is_running() || client.epoch != message.client_epoch {
            self.lose(message, events);
            return;
        }
        let cause = Cause::Message(message.id);
        let (connection, correlation_id) = (message.connection, message.correlation_id);
        let response = response.clone();
        match client.kind {
            ClientKind::Producer(..) => {
                self.on_producer(id, cause, events, |producer, now_ms, chance, out| {
                    producer.handle(now_ms, connection, correlation_id, response, chance, out);
                });
            }
            ClientKind::Consumer(_) => {
                self.on_consumer(id, cause, events, |consumer, now_ms, chance, out| {
                    consumer.handle(now_ms, connection, correlation_id, response, chance, out);
                });
            }
        }
    }

    fn disconnect_client(&mut self, id: ClientId, connection: Connection, events: &mut Vec<Event>) {
        let client = &self.clients[id.0 as usize];
        if !client.is_running() {
            return;
        }
        match client.kind {
            ClientKind::Producer(..) => {
                self.on_producer(id, Cause::Network, events, Producer::disconnected);
            }
            ClientKind::Consumer(_) => {
                self.on_consumer(id, Cause::Network, events, |consumer, now_ms, chance, out| {
                    consumer.disconnected(now_ms, connection, chance, out);
                });
            }
        }
    }

    // Actions.

    fn perform(&mut self, action: &Action, events: &mut Vec<Event>) -> Result<(), Refused> {
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
                let mut settings = Settings::new(old.scope(), old.profile());
                for (name, value) in all {
                    settings.set(name, value)?;
                }
                self.reconfigure(id, settings, cause, events)
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
            Action::Restart { node } => self.restart(node, cause, events),
            Action::Hang { consumer, hanging } => {
                let id = self.running_client(consumer)?;
                let hanging = *hanging;
                self.on_consumer(id, cause, events, |consumer, now_ms, _, _| {
                    consumer.pause_app(now_ms, hanging);
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

    fn create_topic(
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

    fn create_wanted_topic(&mut self, topic: &Topic, cause: Cause, events: &mut Vec<Event>) {
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

    fn add_producer(
        &mut self,
        spec: &ProducerSpec,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<(), Refused> {
        let (id, rng) = self.new_client(&spec.name)?;
        let settings = self.client_settings(Scope::Producer, &spec.settings)?;
        let mut out = Outputs::default();
        let broker = NodeId::Broker(self.broker.id());
        let producer = Producer::new(self.now_ms, &spec.name, broker, settings, &mut out)?;
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

    fn add_consumer(
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
        let app = ConsumerApp {
            topics: spec.topics.iter().map(|topic| Topic::from(topic.as_str())).collect(),
            process_ms: spec.process_ms,
            poll_timeout_ms: spec.poll_timeout_ms,
            commit_sync: spec.commit_sync,
        };
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

    fn crash(&mut self, node: &str, cause: Cause, events: &mut Vec<Event>) -> Result<(), Refused> {
        match self.node(node) {
            Some(NodeId::Broker(_)) if self.broker.is_running() => {
                self.on_broker(cause, events, |broker, now_ms, _, out| broker.crash(now_ms, out));
                for client in &self.clients {
                    let id = NodeId::Client(client.id);
                    for connection in [Connection::Data, Connection::Coordinator] {
                        self.network.notify(self.now_ms, Notice::ToClient(id, connection));
                    }
                }
                Ok(())
            }
            Some(NodeId::Broker(_)) => Err(Refused(format!("{node} is not running"))),
            _ => {
                let id = self.running_client(node)?;
                self.clients[id.0 as usize].epoch += 1;
                match self.clients[id.0 as usize].kind {
                    ClientKind::Producer(..) => {
                        self.on_producer(id, cause, events, |node, now_ms, _, out| {
                            node.crash(now_ms, out)
                        });
                    }
                    ClientKind::Consumer(_) => {
                        self.on_consumer(id, cause, events, |node, now_ms, _, out| {
                            node.crash(now_ms, out)
                        });
                    }
                }
                self.network.notify(self.now_ms, Notice::ToBroker(NodeId::Client(id)));
                Ok(())
            }
        }
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

fn broker_name(id: BrokerId) -> String {
    format!("broker-{}", id.0)
}
