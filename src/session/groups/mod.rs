//! The Groups room: one group's states, members, assignment, and what is stored of it.
//!
//! Everything is read from the coordinator, from the consumers and from the bytes of `__consumer_offsets`: what moved
//! at the last rebalance is the difference of the last two assignments in that log.

mod assigned;
mod explain;
mod machine;
mod stored;
#[cfg(test)]
mod tests;

use crate::broker::{Awaiting, Group, GroupState};
use crate::protocol::java::{abs, group_partition, string_hash};
use crate::protocol::{ClientId, GroupId, NodeId, Subject, Topic, TopicPartition};
use crate::sim::World;
use crate::words::{Line, Words};

pub use machine::{EdgeView, NodeView};
pub use stored::RecordView;

/// How many colours owners have.
const COLOURS: usize = 8;

/// A person chose another group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupsAction {
    /// This one.
    Choose(GroupId),
    /// Adds a consumer to the group, or to a new one.
    Add {
        /// Which assignor, and so which protocol.
        assignor: AddedAssignor,
        /// Not to this group, but to a new one of its own.
        in_new_group: bool,
    },
}

/// What an added consumer assigns by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddedAssignor {
    /// As the others of the group.
    #[default]
    Same,
    /// Classic, `RangeAssignor`.
    Range,
    /// Classic, `RoundRobinAssignor`.
    RoundRobin,
    /// Classic, `StickyAssignor`.
    Sticky,
    /// Classic, `CooperativeStickyAssignor`.
    CooperativeSticky,
    /// `group.protocol=consumer`, `uniform`.
    Uniform,
    /// `group.protocol=consumer`, `range`.
    ServerRange,
}

impl AddedAssignor {
    /// All, in the order of the menu.
    pub const ALL: [Self; 7] = [
        Self::Same,
        Self::Range,
        Self::RoundRobin,
        Self::Sticky,
        Self::CooperativeSticky,
        Self::Uniform,
        Self::ServerRange,
    ];

    /// As the menu names it, but for the first.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Range => "classic · range",
            Self::RoundRobin => "classic · roundrobin",
            Self::Sticky => "classic · sticky",
            Self::CooperativeSticky => "classic · cooperative-sticky",
            Self::Uniform => "consumer · uniform",
            Self::ServerRange => "consumer · range",
        }
    }

    /// From its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assignor| assignor.name() == name)
    }
}

/// One group of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupLine {
    /// Its name.
    pub id: GroupId,
    /// `Stable`, or empty while its coordinator does not know it.
    pub state: &'static str,
    /// Whether it is the one that is shown.
    pub chosen: bool,
}

/// A clock that runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// What ends.
    pub label: Line,
    /// How long until then, rounded to what is shown.
    pub left_ms: u64,
    /// Of how much, in percent.
    pub percent: u64,
}

/// A consumer of the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// The client's name.
    pub name: String,
    /// To open it.
    pub subject: Option<Subject>,
    /// Its id, shortened; empty while it has none.
    pub member_id: String,
    /// `group.instance.id`.
    pub instance_id: Option<String>,
    /// Whether it leads the group.
    pub leads: bool,
    /// Where it stands, in Kafka's words.
    pub state: String,
    /// Its epoch, under the new protocol.
    pub epoch: Option<i32>,
    /// Session, next heartbeat, revocation.
    pub clocks: Vec<ClockView>,
    /// The number of its colour, from 1.
    pub colour: u8,
    /// How many partitions it has.
    pub owned: u32,
    /// Its process runs.
    pub running: bool,
    /// Its application hangs.
    pub hanging: bool,
    /// What it should have and has not, and the other way round.
    pub on_the_way: Option<Line>,
}

/// A partition in the bands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellView {
    /// Its number.
    pub partition: u32,
    /// Its owner's name and colour.
    pub owner: Option<(String, u8)>,
    /// Who should have it, where that is somebody else.
    pub target: Option<(String, u8)>,
    /// Its owner has to give it up.
    pub revoking: bool,
    /// It moved at the last rebalance.
    pub moved: bool,
}

/// A topic's partitions, coloured by owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandView {
    /// The topic.
    pub topic: String,
    /// Its partitions.
    pub cells: Vec<CellView>,
}

/// What the room shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupsView {
    /// All groups.
    pub groups: Vec<GroupLine>,
    /// The one that is shown.
    pub chosen: Option<GroupId>,
    /// Whether it speaks the new protocol.
    pub is_modern: bool,
    /// One sentence about it.
    pub title: Line,
    /// The state machine's nodes.
    pub nodes: Vec<NodeView>,
    /// The state machine's edges.
    pub edges: Vec<EdgeView>,
    /// How it came into its state.
    pub cause: Line,
    /// Name, value, and what it is.
    pub facts: Vec<(Line, String, Line)>,
    /// Its consumers, by name.
    pub members: Vec<MemberView>,
    /// Who has what.
    pub bands: Vec<BandView>,
    /// By which rule.
    pub assignor: Line,
    /// Step by step.
    pub steps: Vec<Line>,
    /// What moved at the last rebalance.
    pub moved: Vec<Line>,
    /// How the group's partition of `__consumer_offsets` is found.
    pub place: Vec<Line>,
    /// That partition.
    pub partition: Option<TopicPartition>,
    /// Its last records, oldest first.
    pub records: Vec<RecordView>,
}

/// A consumer of the world that belongs to a group, with its colour.
pub(super) struct Owner<'a> {
    pub(super) client: ClientId,
    pub(super) name: &'a str,
    pub(super) colour: u8,
}

/// The consumers of a group in the order in which they were added, and so with colours that stay.
pub(super) fn owners<'a>(world: &'a World, group: &GroupId) -> Vec<Owner<'a>> {
    let of_group = world
        .clients()
        .iter()
        .filter(|client| client.consumer().is_some_and(|consumer| consumer.group() == *group));
    let coloured = of_group.enumerate().map(|(at, client)| Owner {
        client: client.id,
        name: &client.name,
        colour: (at % COLOURS) as u8 + 1,
    });
    coloured.collect()
}

impl GroupsView {
    /// The room as it is now, with this group or the first.
    #[must_use]
    pub fn new(world: &World, wanted: Option<&GroupId>, words: &dyn Words) -> Self {
        let ids = group_ids(world);
        let chosen = wanted.filter(|id| ids.contains(id)).or(ids.first()).cloned();
        let broker = world.broker();
        let line = |id: &GroupId| GroupLine {
            id: id.clone(),
            state: broker.group(id).map_or("", |group| group.state().name()),
            chosen: chosen.as_ref() == Some(id),
        };
        let mut view = Self {
            groups: ids.iter().map(line).collect(),
            chosen: chosen.clone(),
            is_modern: false,
            title: words.groups_none(),
            nodes: Vec::new(),
            edges: Vec::new(),
            cause: Line::default(),
            facts: Vec::new(),
            members: Vec::new(),
            bands: Vec::new(),
            assignor: Line::default(),
            steps: Vec::new(),
            moved: Vec::new(),
            place: Vec::new(),
            partition: None,
            records: Vec::new(),
        };
        let Some(id) = chosen else { return view };
        let owners = owners(world, &id);
        let group = broker.group(&id);
        view.is_modern = match group {
            Some(group) => group.modern().is_some(),
            None => owners.iter().any(|owner| speaks_modern(world, owner.client)),
        };
        let state = group.map(Group::state);
        view.title = match state {
            None => words.groups_unknown(id.as_str()),
            Some(GroupState::Empty) => words.groups_empty(id.as_str()),
            Some(GroupState::PreparingRebalance) => words.groups_preparing(id.as_str()),
            Some(GroupState::CompletingRebalance) => words.groups_completing(id.as_str()),
            Some(GroupState::Assigning) => words.groups_assigning(id.as_str()),
            Some(GroupState::Reconciling) => words.groups_reconciling(id.as_str()),
            Some(_) => words.groups_stable(id.as_str()),
        };
        (view.nodes, view.edges) = machine::draw(group, view.is_modern);
        if let Some(group) = group {
            let clock = world_clock(world, group.state_ms());
            view.cause = words.groups_since(
                group.previous_state().name(),
                group.state().name(),
                &clock,
                words.group_cause(group.cause()),
            );
            view.facts = facts(world, group, words);
        }
        let history = stored::assignments(world, &id);
        view.members = owners.iter().map(|owner| member(world, group, owner, words)).collect();
        view.bands = assigned::bands(world, group, &id, &owners, &history);
        (view.assignor, view.steps) = explain::explain(world, group, &owners, &history, words);
        view.moved = explain::moved(&history, words);
        view.place_of(world, &id, words);
        view
    }

    fn place_of(&mut self, world: &World, id: &GroupId, words: &dyn Words) {
        let topic = Topic::from(Topic::CONSUMER_OFFSETS);
        let Some(image) = world.broker().topic(&topic) else {
            self.place = vec![words.groups_no_offsets_topic()];
            return;
        };
        let count = image.partitions.len() as u32;
        let hash = string_hash(id.as_str());
        let number = group_partition(id.as_str(), count);
        self.place = vec![
            words.step_group_hash(id.as_str(), hash),
            words.step_group_modulo(abs(hash), count, number),
        ];
        let partition = TopicPartition::new(topic, number);
        self.records = stored::last_records(world, &partition, id, words);
        self.partition = Some(partition);
    }
}

/// All groups: those that the coordinator knows, and those that only consumers know yet.
fn group_ids(world: &World) -> Vec<GroupId> {
    let mut ids: Vec<GroupId> = world.broker().groups().map(|group| group.id().clone()).collect();
    for consumer in world.clients().iter().filter_map(|client| client.consumer()) {
        if !ids.contains(&consumer.group()) {
            ids.push(consumer.group());
        }
    }
    ids.sort();
    ids
}

fn speaks_modern(world: &World, client: ClientId) -> bool {
    let consumer = world.client(client).and_then(|client| client.consumer());
    let protocol =
        consumer.and_then(|c| c.settings().text(crate::protocol::config::Setting::GroupProtocol));
    protocol.as_deref() == Some("consumer")
}

fn world_clock(world: &World, at_ms: u64) -> String {
    crate::words::clock(at_ms.cast_signed() - world.start_ms().cast_signed())
}

fn facts(world: &World, group: &Group, words: &dyn Words) -> Vec<(Line, String, Line)> {
    let mut facts = Vec::new();
    if let Some(modern) = group.modern() {
        facts.push((
            words.groups_group_epoch(),
            modern.group_epoch().to_string(),
            words.groups_group_epoch_is(),
        ));
        let epoch = match modern.assignment_epoch() {
            -1 => "–".to_owned(),
            epoch => epoch.to_string(),
        };
        facts.push((words.groups_assignment_epoch(), epoch, words.groups_assignment_epoch_is()));
    } else {
        facts.push((
            words.label_generation(),
            group.generation().to_string(),
            words.generation_explain(),
        ));
    }
    if let Some(due_ms) = group.rebalance_due_ms() {
        let left_ms = due_ms.saturating_sub(world.now_ms());
        facts.push((words.label_rebalance(), spanned(left_ms), words.rebalance_explain()));
    }
    facts
}

/// A time that is left, as a clock shows it.
fn spanned(ms: u64) -> String {
    crate::words::span_of_ms(rounded(ms)).text
}

/// To tenths of a second from a second on, so that clocks do not flicker.
fn rounded(ms: u64) -> u64 {
    if ms >= 1000 { ms / 100 * 100 } else { ms / 20 * 20 }
}

fn clock_view(label: Line, due_ms: Option<u64>, of_ms: u64, now_ms: u64) -> Option<ClockView> {
    let left_ms = rounded(due_ms?.saturating_sub(now_ms));
    Some(ClockView { label, left_ms, percent: (left_ms * 100 / of_ms.max(1)).min(100) })
}

fn member(
    world: &World,
    group: Option<&Group>,
    owner: &Owner<'_>,
    words: &dyn Words,
) -> MemberView {
    use crate::protocol::config::Setting as S;
    let now_ms = world.now_ms();
    let client = world.client(owner.client).expect("owners are clients of the world");
    let consumer = client.consumer().expect("owners are consumers");
    let node = NodeId::Client(owner.client);
    let running = consumer.is_running();
    let mut view = MemberView {
        name: owner.name.to_owned(),
        subject: Some(Subject::Client(owner.client)),
        member_id: String::new(),
        instance_id: consumer.settings().text(S::GroupInstanceId).map(|id| id.to_string()),
        leads: false,
        state: String::new(),
        epoch: None,
        clocks: Vec::new(),
        colour: owner.colour,
        owned: 0,
        running,
        hanging: consumer.is_paused(),
        on_the_way: None,
    };
    let mut session = None;
    let of_group = group.into_iter();
    if let Some(member) = of_group.clone().flat_map(Group::members).find(|m| m.client == node) {
        view.member_id = crate::words::short_member_id(&member.member_id);
        view.leads = group.and_then(Group::leader) == Some(&*member.member_id);
        view.state = match member.awaiting {
            Awaiting::Join => "JoinGroup …",
            Awaiting::Sync => "SyncGroup …",
            Awaiting::Nothing => "",
        }
        .to_owned();
        let of_ms = u64::try_from(member.session_timeout_ms).unwrap_or(1);
        session = clock_view(words.label_session(), member.session_due_ms, of_ms, now_ms);
    }
    let modern = group.and_then(Group::modern);
    if let Some(member) =
        modern.and_then(|modern| modern.members().find(|m| m.client() == Some(node)))
    {
        view.member_id = crate::words::short_member_id(member.member_id());
        view.state = member.state().name().to_owned();
        view.epoch = Some(member.epoch());
        let of_ms = world.broker().settings().unsigned(S::GroupConsumerSessionTimeoutMs);
        session = clock_view(words.label_session(), member.session_due_ms(), of_ms, now_ms);
        let due_ms = member.rebalance_due_ms();
        let of_ms = consumer.settings().unsigned(S::MaxPollIntervalMs);
        view.clocks.extend(clock_view(words.groups_revocation(), due_ms, of_ms, now_ms));
        let missing = modern
            .map_or(0, |m| m.target(member.member_id()).count())
            .saturating_sub(member.assigned().count());
        let giving = member.pending_revocation().count();
        view.on_the_way = match (giving, missing) {
            (0, 0) => None,
            (0, missing) => Some(words.groups_waits(missing as u64)),
            (giving, _) => Some(words.groups_gives_up(giving as u64)),
        };
    }
    if running {
        let of_ms = match modern {
            Some(_) => world.broker().settings().unsigned(S::GroupConsumerHeartbeatIntervalMs),
            None => consumer.settings().unsigned(S::HeartbeatIntervalMs),
        };
        let next_ms = consumer.next_heartbeat_ms();
        view.clocks.extend(clock_view(words.label_next_heartbeat(), next_ms, of_ms, now_ms));
    }
    view.clocks.extend(session);
    view.owned = if running { consumer.assignment().len() as u32 } else { 0 };
    view
}
