//! A consumer from inside: its program with the line it is at, what it holds of each partition, its clocks.
//!
//! Everything is read from the consumer's own state, and from the broker's where a newcomer must see both:
//! the committed offset is the group's, the session is the coordinator's.

use std::cmp::Ordering;

use crate::client::consumer::{Consumer, MembershipState, ProgramLine};
use crate::protocol::config::{Profile, Setting};
use crate::protocol::request::ApiKey;
use crate::protocol::{Connection, NodeId, Offset, Subject, TopicPartition};
use crate::scene;
use crate::session::inspect::Meter;
use crate::sim::{Client, LineName, World};
use crate::storage::Log;
use crate::words::{Line, Words, code, key_text, line, span_of_ms};

/// So many records of a partition are drawn; the others are counted.
const MOST_TILES: u64 = 24;
/// So many records before the first that matters are drawn.
const TILES_BEFORE: u64 = 2;
/// So many partitions are drawn.
const MOST_PARTITIONS: usize = 12;

/// A line of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// How far it is moved in.
    pub indent: u8,
    /// Java.
    pub text: String,
    /// What it does; `None` for brackets and loops.
    pub line: Option<LineName>,
    /// The application is in front of it (false) or inside it (true).
    pub here: Option<bool>,
    /// Its process dies before (false) or after (true) it.
    pub dies: Option<bool>,
}

/// What a record is to the consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileState {
    /// Below the committed offset: done for the group.
    Committed,
    /// Processed, not committed: read again after a crash.
    Done,
    /// Being processed.
    AtWork,
    /// Returned by `poll`, waiting to be processed.
    Handed,
    /// Returned by `poll` or lost with the process, but committed: never processed if it dies.
    Skipped,
    /// Fetched, waiting for the next `poll`.
    Buffered,
    /// At the broker only.
    Away,
}

/// A record as a tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Its offset.
    pub offset: Offset,
    /// The first letter of its key.
    pub letter: String,
    /// The number of its key's colour, from 1; 0: none.
    pub colour: u8,
    /// What it is to the consumer.
    pub state: TileState,
    /// The same in words.
    pub told: String,
}

/// A partition with its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionRow {
    /// Which.
    pub partition: TopicPartition,
    /// `position`; `None`: not known, or the process is dead.
    pub position: Option<Offset>,
    /// `committed` in the group; `None`: nothing.
    pub committed: Option<Offset>,
    /// Up to where it may read.
    pub end: Offset,
    /// From the position to there.
    pub lag: u64,
    /// Whether `poll` leaves it out.
    pub paused: bool,
    /// Its records around the position.
    pub tiles: Vec<Tile>,
    /// How many stand before the tiles, from the log's start, and after them.
    pub more: (u64, u64),
    /// What happens to it after a crash, in a sentence; `None`: nothing is repeated or lost.
    pub risk: Option<Line>,
}

/// One of its clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRow {
    /// The setting.
    pub setting: &'static str,
    /// How much of it is over; `None`: it does not run.
    pub meter: Option<Meter>,
    /// Where it stands.
    pub value: Line,
    /// What starts it anew, and what happens when it runs out.
    pub ends: Line,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightRow {
    /// What, and where it is.
    pub text: Line,
    /// The message, while it travels.
    pub opens: Option<Subject>,
}

/// A consumer from inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerView {
    /// Its name.
    pub name: String,
    /// What its application does, in a sentence.
    pub says: Line,
    /// Whether its process runs.
    pub running: bool,
    /// Whether it has closed.
    pub closed: bool,
    /// Whether its application hangs.
    pub hanging: bool,
    /// Whether it stands in front of a line, stepped through.
    pub halted: bool,
    /// The program.
    pub code: Vec<CodeRow>,
    /// When it commits, in a sentence.
    pub commits: Line,
    /// Its partitions.
    pub partitions: Vec<PartitionRow>,
    /// How many more there are.
    pub more_partitions: u64,
    /// Its clocks.
    pub clocks: Vec<ClockRow>,
    /// What the heartbeat thread does.
    pub heartbeat: Line,
    /// Requests without an answer.
    pub flights: Vec<FlightRow>,
}

pub(super) fn view(
    world: &World,
    client: &Client,
    consumer: &Consumer,
    words: &dyn Words,
) -> ConsumerView {
    let eye = Eye { world, client, consumer, words };
    let all = eye.partitions();
    ConsumerView {
        name: client.name.to_string(),
        says: eye.says(),
        running: consumer.is_running(),
        closed: consumer.is_closed(),
        hanging: consumer.is_paused(),
        halted: consumer.is_halted(),
        code: eye.code(),
        commits: eye.commits(),
        more_partitions: all.len().saturating_sub(MOST_PARTITIONS) as u64,
        partitions: all
            .into_iter()
            .take(MOST_PARTITIONS)
            .filter_map(|p| eye.partition(p))
            .collect(),
        clocks: eye.clocks(),
        heartbeat: eye.heartbeat(),
        flights: eye.flights(),
    }
}

struct Eye<'a> {
    world: &'a World,
    client: &'a Client,
    consumer: &'a Consumer,
    words: &'a dyn Words,
}

impl Eye<'_> {
    fn until_ms(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.world.now_ms())
    }

    fn code(&self) -> Vec<CodeRow> {
        let (at, inside) = self.consumer.line();
        let crash = self.consumer.crashes_at();
        let rows = self.consumer.app().code().into_iter();
        rows.map(|row| CodeRow {
            indent: row.indent,
            text: row.text,
            line: row.line.map(LineName::of),
            here: (self.consumer.is_running() && row.line == Some(at)).then_some(inside),
            dies: crash.filter(|(line, _)| row.line == Some(*line)).map(|(_, after)| after),
        })
        .collect()
    }

    fn says(&self) -> Line {
        let (words, consumer) = (self.words, self.consumer);
        let (line, inside) = consumer.line();
        if consumer.is_closed() {
            return words.client_closed();
        }
        if !consumer.is_running() {
            return words.consumer_dead();
        }
        if consumer.is_halted() {
            return words.consumer_halted();
        }
        if consumer.is_paused() {
            return words.consumer_hangs();
        }
        match line {
            ProgramLine::Process => match consumer.processing() {
                Some((partition, offset)) => {
                    let others = u64::from(consumer.unprocessed_count().saturating_sub(1));
                    words.consumer_works(offset, &partition.to_string(), others)
                }
                None => words.client_running(),
            },
            ProgramLine::Commit if inside => words.consumer_commits(),
            ProgramLine::Close => words.consumer_closes(),
            ProgramLine::Poll
                if consumer.app().assign.is_empty()
                    && consumer.membership() != MembershipState::Stable =>
            {
                words.consumer_joins()
            }
            ProgramLine::Poll => words.consumer_polls(),
            ProgramLine::Commit | ProgramLine::Subscribe => words.client_running(),
        }
    }

    fn commits(&self) -> Line {
        let (words, consumer) = (self.words, self.consumer);
        let automatic = consumer.settings().boolean(Setting::EnableAutoCommit)
            && !consumer.group().as_str().is_empty();
        let callbacks = u64::from(consumer.pending_callbacks());
        match consumer.app().commit {
            Some(_) if callbacks > 0 => words.consumer_callbacks(callbacks),
            Some(style) if style.before => words.consumer_before(),
            Some(style) if !style.offsets => words.consumer_positions(),
            Some(_) => words.consumer_after(),
            None if automatic => words.consumer_automatic(),
            None => words.commit_never_explain(),
        }
    }

    /// What it reads; of a dead process what it had read.
    fn partitions(&self) -> Vec<TopicPartition> {
        if self.consumer.is_running() {
            return self.consumer.assignment().to_vec();
        }
        self.consumer.processed_before().keys().cloned().collect()
    }

    fn committed(&self, partition: &TopicPartition) -> Option<Offset> {
        let group = self.world.broker().group(&self.consumer.group())?;
        group.committed(partition).map(|committed| committed.offset)
    }

    fn partition(&self, partition: TopicPartition) -> Option<PartitionRow> {
        let consumer = self.consumer;
        let log = self.world.broker().logs().get(&partition)?;
        let committed = self.committed(&partition);
        let read_committed =
            consumer.settings().text(Setting::IsolationLevel).as_deref() == Some("read_committed");
        let end = if read_committed { log.last_stable_offset() } else { log.high_watermark() };
        let position = consumer.position(&partition);
        // Up to where its application has come, now or when it died.
        let waiting = consumer.unprocessed().find(|(of, _)| *of == partition);
        let done = match consumer.is_running() {
            true => waiting.map(|(_, offset)| *offset).or(position),
            false => consumer.processed_before().get(&partition).copied(),
        };
        let low = committed.into_iter().chain(done).min().unwrap_or(end);
        let high = position.or(done).unwrap_or(low);
        let from = low.0.saturating_sub(TILES_BEFORE);
        let from = from.max((high.0 + 8).saturating_sub(MOST_TILES)).max(log.log_start_offset().0);
        let tiles = self.tiles(log, &partition, from, committed, done);
        let next = tiles.last().map_or(from, |tile| tile.offset.0 + 1);
        let more = (from - log.log_start_offset().0, end.0.saturating_sub(next));
        Some(PartitionRow {
            position,
            committed,
            end,
            lag: position.map_or(0, |position| end.0.saturating_sub(position.0)),
            paused: consumer.is_paused_at(&partition),
            tiles,
            more,
            risk: self.risk(committed, done),
            partition,
        })
    }

    /// What a crash now would cost, or what the one that was has cost.
    fn risk(&self, committed: Option<Offset>, done: Option<Offset>) -> Option<Line> {
        let (committed, done) = (committed.unwrap_or_default(), done?);
        let dead = !self.consumer.is_running();
        let words = self.words;
        let which = |from: Offset, end: Offset| match end.0 - from.0 {
            1 => words.offsets_one(from),
            _ => words.offsets_many(from, Offset(end.0 - 1)),
        };
        match (done.cmp(&committed), dead) {
            (Ordering::Equal, _) => None,
            (Ordering::Greater, true) => Some(words.risk_again_dead(which(committed, done))),
            (Ordering::Greater, false) => Some(words.risk_again(which(committed, done))),
            (Ordering::Less, true) => Some(words.risk_lost_dead(which(done, committed))),
            (Ordering::Less, false) => Some(words.risk_lost(which(done, committed))),
        }
    }

    fn tiles(
        &self,
        log: &Log,
        partition: &TopicPartition,
        from: u64,
        committed: Option<Offset>,
        done: Option<Offset>,
    ) -> Vec<Tile> {
        let consumer = self.consumer;
        let committed = committed.unwrap_or_default();
        let handed: Vec<Offset> = consumer
            .unprocessed()
            .filter(|(of, _)| of == partition)
            .map(|(_, offset)| *offset)
            .collect();
        let at_work = consumer.processing().filter(|(of, _)| *of == partition);
        let (line, inside) = consumer.line();
        let at_work = at_work.filter(|_| line == ProgramLine::Process && inside);
        let at_work = at_work.map(|(_, offset)| offset);
        let buffered = consumer.buffered_offsets();
        let buffered = buffered.iter().filter(|(of, _)| of == partition);
        let buffered: Vec<Offset> = buffered.flat_map(|(_, offsets)| offsets).copied().collect();
        let position = consumer.position(partition).or(done).unwrap_or_default();
        let state = |offset: Offset| match offset {
            offset if at_work == Some(offset) => TileState::AtWork,
            offset if handed.contains(&offset) && offset < committed => TileState::Skipped,
            offset if handed.contains(&offset) => TileState::Handed,
            offset if buffered.contains(&offset) => TileState::Buffered,
            offset
                if !consumer.is_running()
                    && done.is_some_and(|done| offset >= done)
                    && offset < committed =>
            {
                TileState::Skipped
            }
            offset if offset < committed => TileState::Committed,
            offset if offset < position => TileState::Done,
            _ => TileState::Away,
        };
        let Some(first) = Offset::from_i64(from.cast_signed()).and_then(|at| log.floor_segment(at))
        else {
            return Vec::new();
        };
        let mut tiles: Vec<Tile> = Vec::new();
        for segment in &log.segments()[first..] {
            let (_, start) = segment.offset_index().lookup(from.cast_signed());
            for batch in segment.batches_from(start).filter_map(Result::ok) {
                if tiles.len() as u64 >= MOST_TILES {
                    return tiles;
                }
                if batch.is_control() || batch.last_offset() < from.cast_signed() {
                    continue;
                }
                tiles.extend(batch.filter_records(|record| {
                    let offset = Offset::from_i64(record.offset).filter(|o| o.0 >= from)?;
                    let text = record.key.map(key_text);
                    let letter = text.as_ref().and_then(|text| text.chars().next());
                    let state = state(offset);
                    let key = text.map_or_else(|| self.words.tile_no_key(), |text| line![text]);
                    Some(Tile {
                        offset,
                        letter: letter.map_or_else(|| "–".to_owned(), String::from),
                        colour: record.key.map_or(0, |key| scene::key_colour(self.world, key)),
                        told: self.told(state, offset, key).plain_text(),
                        state,
                    })
                }));
            }
        }
        tiles.truncate(MOST_TILES as usize);
        tiles
    }

    fn told(&self, state: TileState, offset: Offset, key: Line) -> Line {
        let words = self.words;
        match state {
            TileState::Committed => words.tile_committed(offset, key),
            TileState::Done => words.tile_done(offset, key),
            TileState::AtWork => words.tile_at_work(offset, key),
            TileState::Handed => words.tile_handed(offset, key),
            TileState::Skipped => words.tile_skipped(offset, key),
            TileState::Buffered => words.tile_buffered(offset, key),
            TileState::Away => words.tile_away(offset, key),
        }
    }

    /// How much of `whole_ms` is over when it runs out at `due_ms`.
    fn meter(&self, due_ms: u64, whole_ms: u64) -> Meter {
        let left = self.until_ms(due_ms).min(whole_ms);
        let filled = (whole_ms - left) * 1000 / whole_ms.max(1);
        Meter { filled: filled as u16, mark: 1000 }
    }

    /// The clocks that it lives by (CONS-4, CONS-22, GRP-14).
    fn clocks(&self) -> Vec<ClockRow> {
        let (words, consumer) = (self.words, self.consumer);
        let settings = consumer.settings();
        let broker = self.world.broker().settings();
        let row = |setting: Setting, due_ms: Option<u64>, idle: Line, ends: Line| {
            // Under the new protocol the coordinator sets the pace.
            let of_group = matches!(
                setting,
                Setting::GroupConsumerHeartbeatIntervalMs | Setting::GroupConsumerSessionTimeoutMs
            );
            let whole_ms =
                if of_group { broker.unsigned(setting) } else { settings.unsigned(setting) };
            let value = due_ms.map_or(idle, |due_ms| {
                words.clock_left(span_of_ms(self.until_ms(due_ms)), span_of_ms(whole_ms))
            });
            let meter = due_ms.map(|due_ms| self.meter(due_ms, whole_ms));
            ClockRow { setting: setting.name(), meter, value, ends }
        };
        let group = self.world.broker().group(&consumer.group());
        let member = group.and_then(|group| {
            let own = NodeId::Client(self.client.id);
            group.members().find(|member| member.client == own)
        });
        let session_ms = member.and_then(|member| member.session_due_ms);
        let modern = group.and_then(|group| group.modern());
        let modern = modern.and_then(|group| group.member(consumer.member_id()));
        let session_ms = session_ms.or(modern.and_then(|member| member.session_due_ms()));
        let is_modern = settings.profile() == Profile::V4
            && settings.text(Setting::GroupProtocol).as_deref() == Some("consumer");
        let (heartbeat, session) = match is_modern {
            false => (Setting::HeartbeatIntervalMs, Setting::SessionTimeoutMs),
            true => {
                (Setting::GroupConsumerHeartbeatIntervalMs, Setting::GroupConsumerSessionTimeoutMs)
            }
        };
        let polling = consumer.is_running() && consumer.line() == (ProgramLine::Poll, true);
        let idle = if polling { words.clock_in_poll() } else { words.clock_idle() };
        let mut rows = vec![
            row(
                heartbeat,
                consumer.next_heartbeat_ms(),
                words.clock_idle(),
                words.clock_heartbeat(),
            ),
            row(session, session_ms, words.clock_idle(), words.clock_session()),
            row(Setting::MaxPollIntervalMs, consumer.poll_due_ms(), idle, words.clock_poll()),
        ];
        if settings.boolean(Setting::EnableAutoCommit) {
            let due_ms = consumer.next_auto_commit_ms();
            let ends = words.clock_commit();
            rows.push(row(Setting::AutoCommitIntervalMs, due_ms, words.clock_idle(), ends));
        }
        rows
    }

    fn heartbeat(&self) -> Line {
        let (words, consumer) = (self.words, self.consumer);
        if !consumer.is_running() {
            return words.heartbeat_dead();
        }
        if !consumer.app().assign.is_empty() {
            return words.heartbeat_by_hand();
        }
        let sent = consumer
            .in_flight()
            .find(|(_, api)| matches!(api, ApiKey::Heartbeat | ApiKey::ConsumerGroupHeartbeat));
        match (sent, consumer.next_heartbeat_ms()) {
            (Some((id, _)), _) => words.heartbeat_waits(id),
            (None, Some(at_ms)) => words.heartbeat_sleeps(span_of_ms(self.until_ms(at_ms))),
            (None, None) => words.heartbeat_off(),
        }
    }

    fn flights(&self) -> Vec<FlightRow> {
        let own = NodeId::Client(self.client.id);
        let rows = self.consumer.in_flight().map(|(id, api)| {
            let connection = match api {
                ApiKey::Metadata
                | ApiKey::FindCoordinator
                | ApiKey::ListOffsets
                | ApiKey::Fetch => Connection::Data,
                _ => Connection::Coordinator,
            };
            let mut messages = self.world.messages().filter(|message| {
                message.correlation_id == id
                    && message.connection == connection
                    && (message.from == own || message.to == own)
            });
            let message = messages.find(|m| m.client_epoch == self.client.epoch);
            let name = code(api.name());
            let text = match message {
                None => self.words.flight_held(name, id),
                Some(message) => {
                    let left = span_of_ms(self.until_ms(message.due_ms));
                    match message.from == own {
                        true => self.words.flight_out(name, id, left),
                        false => self.words.flight_back(name, id, left),
                    }
                }
            };
            FlightRow { text, opens: message.map(|message| Subject::Message(message.id)) }
        });
        rows.collect()
    }
}
