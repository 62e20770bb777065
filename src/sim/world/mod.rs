//! The world: one broker with its controller, clients, and what travels between them.
//!
//! A run is a function of scenario, seed and actions. A **step** handles one thing that is due: a
//! message, a node's own clock, a producer's next record, or an action; the *event index* counts steps.

mod actions;
mod console;

use std::rc::Rc;

pub use console::Printed;

use crate::broker::{Broker, BrokerEvent, BrokerPace};
use crate::client::consumer::{Consumer, ConsumerEvent};
use crate::client::producer::{Producer, ProducerEvent, ProducerRecord};
use crate::controller::Controller;
use crate::protocol::config::{ConfigError, Scope, Settings};
use crate::protocol::request::{Body, Response};
use crate::protocol::{BrokerId, ClientId, Connection, NodeId, Offset, Outgoing, Outputs, Refusal};
use crate::sim::action::Action;
use crate::sim::client::{Client, ClientKind};
use crate::sim::digest::Digest;
use crate::sim::event::{Cause, Event, What};
use crate::sim::follow::Followed;
use crate::sim::network::{Arrival, Message, Network, Notice, Sent};
use crate::sim::rng::Rng;
use crate::sim::scenario::Scenario;
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
    printed: Rc<Vec<Printed>>,
    followed: Followed,
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
            printed: Rc::default(),
            network: Network::new(latencies, Rng::stream(seed, stream::NETWORK)),
            followed: Followed::default(),
            scenario: Rc::clone(&scenario),
            seed,
        };
        // A broker that has run before has ids to give; one that starts anew has to ask for them.
        world.allocate_producer_ids(Cause::Start, events);
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
            self.event_index,
            &self.controller,
            &self.broker,
            &self.clients,
            &self.network,
            &self.followed,
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
        let before = events.len();
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
        self.print(&events[before..]);
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
        let before = events.len();
        let done = self.perform(action, events);
        self.print(&events[before..]);
        done
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
        self.broker_did(cause, out, events);
    }

    fn broker_did(&mut self, cause: Cause, out: Outputs<BrokerEvent>, events: &mut Vec<Event>) {
        let id = self.broker.id();
        self.send_all(NodeId::Broker(id), cause, out.messages, events);
        for event in out.events {
            let wanted = match &event {
                BrokerEvent::TopicWanted { topic } => Some(topic.clone()),
                _ => None,
            };
            let ids_wanted = event == BrokerEvent::ProducerIdsWanted;
            self.tell(events, cause, What::Broker(id, event));
            if let Some(topic) = wanted {
                self.create_wanted_topic(&topic, cause, events);
            }
            if ids_wanted {
                self.allocate_producer_ids(cause, events);
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
        self.followed.sent(id, &out.events);
        self.client_did(id, cause, out, What::Producer, events);
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
        // It may have died of its own accord, at a line of its program.
        let died = out.events.contains(&ConsumerEvent::Crashed);
        self.client_did(id, cause, out, What::Consumer, events);
        if died {
            self.client_died(id);
        }
    }

    fn client_did<E>(
        &mut self,
        id: ClientId,
        cause: Cause,
        out: Outputs<E>,
        what: fn(ClientId, E) -> What,
        events: &mut Vec<Event>,
    ) {
        self.send_all(NodeId::Client(id), cause, out.messages, events);
        for event in out.events {
            self.tell(events, cause, what(id, event));
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
            let follows = self.follow(&outgoing);
            let (to, api_key) = (outgoing.to, outgoing.body.api_key());
            let Sent { id, late_ms, copy } =
                self.network.send(self.now_ms, from, epoch, self.event_index, outgoing);
            if late_ms > 0 {
                self.tell(events, cause, What::MessageDelayed { message: id, by_ms: late_ms });
            }
            if let Some(copy) = copy {
                let what = What::MessageDuplicated { message: id, copy, api_key, from, to };
                self.tell(events, cause, what);
            }
            for what in follows {
                self.tell(events, cause, what);
            }
        }
    }

    /// What an answer to a Produce request shows of the log: batches that are there twice, or out of order.
    fn follow(&mut self, outgoing: &Outgoing) -> Vec<What> {
        let (NodeId::Client(id), Body::Response(Response::Produce { partitions })) =
            (outgoing.to, &outgoing.body)
        else {
            return Vec::new();
        };
        let request = (id, outgoing.correlation_id);
        let appended = partitions.iter().filter_map(|answer| {
            let (base_offset, _) = answer.appended.as_ref().ok()?;
            Some((&answer.partition, Offset::from_i64(*base_offset)?))
        });
        let followed = &mut self.followed;
        appended.filter_map(|(at, base)| followed.appended(request, at, base)).collect()
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
            Arrival::Message(message) if message.lost => {
                self.lose(&message, Cause::Network, events)
            }
            Arrival::Message(message) => match message.to {
                NodeId::Broker(_) => self.receive_request(&message, events),
                NodeId::Client(id) => self.receive_response(id, &message, events),
            },
        }
    }

    pub(super) fn lose(&self, message: &Message, cause: Cause, events: &mut Vec<Event>) {
        let what = What::MessageLost {
            message: message.id,
            api_key: message.body.api_key(),
            from: message.from,
            to: message.to,
        };
        self.tell(events, cause, what);
    }

    fn receive_request(&mut self, message: &Message, events: &mut Vec<Event>) {
        let Body::Request(request) = &*message.body else { return };
        if !self.broker.is_running() {
            self.lose(message, Cause::Network, events);
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
            self.lose(message, Cause::Network, events);
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
}

fn broker_name(id: BrokerId) -> String {
    format!("broker-{}", id.0)
}
