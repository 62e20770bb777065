//! `log`: one replica's log, leader side, operation by operation.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cases::batch::BatchCase;
use crate::cases::{Answer, Hex, NoAnswer, error_answer, invalid, not_null, object};
use crate::protocol::config::{Profile, Scope, Settings};
use crate::protocol::record::Batches;
use crate::protocol::{ErrorCode, Offset, TopicPartition, sort_by_key};
use crate::storage::{
    AppendOrigin, Checkpoints, CleanerConfig, Directory, FileKind, FileName, LoadError, Log,
    LogConfig, LogToClean, OffsetIndex, RollReason, Suffix, TimeIndex, clean_at_once,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogCase {
    config: Map<String, Value>,
    ops: Vec<Map<String, Value>>,
    #[serde(default)]
    dump: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "op", rename_all = "snake_case")]
enum Op {
    Append {
        at_ms: i64,
        batches: Vec<BatchCase>,
        #[serde(default, deserialize_with = "not_null")]
        leader_epoch: Option<i32>,
    },
    Roll {
        at_ms: i64,
    },
    Retain {
        at_ms: i64,
    },
    Clean {
        at_ms: i64,
    },
    Read {
        at_ms: i64,
        offset: i64,
        max_bytes: i32,
    },
    OffsetForTimestamp {
        at_ms: i64,
        timestamp: i64,
    },
    DeleteRecords {
        at_ms: i64,
        before_offset: i64,
    },
    Truncate {
        at_ms: i64,
        to_offset: i64,
    },
    Reopen {
        at_ms: i64,
        clean: bool,
        #[serde(default, deserialize_with = "not_null")]
        recovery_point: Option<u64>,
        #[serde(default)]
        damage: Vec<Damage>,
    },
}

/// What happens to a file while the broker is down: one of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Damage {
    file: String,
    #[serde(default, deserialize_with = "not_null")]
    truncate_to: Option<u32>,
    #[serde(default, deserialize_with = "not_null")]
    flip_byte: Option<u32>,
    #[serde(default)]
    delete: bool,
}

impl Op {
    fn at_ms(&self) -> i64 {
        match self {
            Self::Append { at_ms, .. }
            | Self::Roll { at_ms }
            | Self::Retain { at_ms }
            | Self::Clean { at_ms }
            | Self::Read { at_ms, .. }
            | Self::OffsetForTimestamp { at_ms, .. }
            | Self::DeleteRecords { at_ms, .. }
            | Self::Truncate { at_ms, .. }
            | Self::Reopen { at_ms, .. } => *at_ms,
        }
    }
}

const OPERATIONS: [&str; 9] = [
    "append",
    "roll",
    "retain",
    "clean",
    "read",
    "offset_for_timestamp",
    "delete_records",
    "truncate",
    "reopen",
];

/// The log and what the cleaner's thread knows about it.
struct Replica {
    log: Log,
    cleaner: CleanerConfig,
    checkpoint: Option<Offset>,
    uncleanable: bool,
}

pub(super) fn log(case: LogCase) -> Answer {
    let ops = read_ops(case.ops)?;
    let mut last_ms = ops.first().map_or(0, Op::at_ms);
    for op in &ops {
        if op.at_ms() < last_ms || last_ms < 0 {
            return Err(invalid("at_ms decreases"));
        }
        last_ms = op.at_ms();
    }
    let (config, cleaner) = read_config(&case.config)?;
    let start_ms = ops.first().map_or(0, Op::at_ms).cast_unsigned();
    let mut replica = Replica {
        log: Log::new(start_ms, TopicPartition::new("t", 0), config, &mut || 0),
        cleaner,
        checkpoint: None,
        uncleanable: false,
    };
    let mut steps = Vec::new();
    for op in &ops {
        let now_ms = op.at_ms().cast_unsigned();
        replica.log.remove_deleted_files(now_ms, &mut Vec::new());
        replica.log.expire_producers(now_ms, &mut Vec::new());
        let mut step = object(replica.step(op)?);
        step.insert("state".into(), replica.state());
        steps.push(Value::Object(step));
    }
    Ok(object(json!({ "steps": steps, "files": replica.files(case.dump) })))
}

fn read_config(config: &Map<String, Value>) -> Result<(LogConfig, CleanerConfig), NoAnswer> {
    let mut topic = Settings::new(Scope::Topic, Profile::V4);
    let mut broker = Settings::new(Scope::Broker, Profile::V4);
    for (name, value) in config {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(invalid(format!("{name} is neither a number nor a text"))),
        };
        if name == "preallocate" && text.trim().eq_ignore_ascii_case("true") {
            return Err(NoAnswer::Unsupported("log.preallocate=true".into()));
        }
        if name == "log.cleaner.threads" && text.trim() != "1" {
            return Err(NoAnswer::Unsupported(format!("log.{name}={text}")));
        }
        let small_segment = name == "segment.bytes"
            && !config.contains_key("internal.segment.bytes")
            && text.parse::<i64>().is_ok_and(|n| (14..1_048_576).contains(&n));
        let name = if small_segment { "internal.segment.bytes" } else { name };
        let set = if name.starts_with("log.cleaner.") {
            broker.set(name, &text)
        } else {
            topic.set(name, &text)
        };

        match set {
            Ok(()) => {}
            Err(_) => return Err(NoAnswer::Error("INVALID_CONFIG".into())),
        }
    }
    if topic.check_together().is_err() {
        return Err(NoAnswer::Error("INVALID_CONFIG".into()));
    }
    let cleaner = CleanerConfig::new(&broker);
    Ok((LogConfig::new(&topic, &broker), cleaner))
}

fn read_ops(ops: Vec<Map<String, Value>>) -> Result<Vec<Op>, NoAnswer> {
    let mut read = Vec::new();
    for op in ops {
        match op.get("op") {
            Some(Value::String(name)) if !OPERATIONS.contains(&name.as_str()) => {
                return Err(NoAnswer::Unsupported(format!("log.{name}")));
            }
            Some(Value::String(_)) => {}
            _ => return Err(invalid("an operation has a field `op`, a string")),
        }
        let op: Op = super::read(Value::Object(op))?;
        if let Op::Append { batches, .. } = &op {
            for batch in batches {
                batch.codec()?;
            }
        }
        read.push(op);
    }
    Ok(read)
}

impl Replica {
    fn step(&mut self, op: &Op) -> Result<Value, NoAnswer> {
        let now_ms = op.at_ms().cast_unsigned();
        let mut chance = || 0;
        Ok(match op {
            Op::Append { batches, leader_epoch, .. } => {
                self.append(now_ms, batches, leader_epoch.unwrap_or(0))?
            }
            Op::Roll { .. } => {
                match self.log.roll(now_ms, RollReason::Forced, &mut chance, &mut Vec::new()) {
                    Ok(()) => json!({ "base_offset": self.log.active_segment().base_offset().0 }),
                    Err(error) => error_answer(error.name()),
                }
            }
            Op::Retain { .. } => {
                match self.log.delete_old_segments(now_ms, &mut chance, &mut Vec::new()) {
                    Ok(deleted) => json!({ "deleted": deleted }),
                    Err(error) => error_answer(error.name()),
                }
            }
            Op::Clean { .. } => self.clean(now_ms),
            Op::Read { offset, max_bytes, .. } => self.read(*offset, *max_bytes)?,
            Op::OffsetForTimestamp { timestamp, .. } => {
                match self.log.offset_for_timestamp(*timestamp) {
                    Ok(Some((timestamp, offset))) => {
                        json!({ "offset": offset, "timestamp": timestamp })
                    }
                    Ok(None) => json!({ "offset": -1, "timestamp": -1 }),
                    Err(error) => error_answer(error.name()),
                }
            }
            Op::DeleteRecords { before_offset, .. } => {
                match self.log.delete_records(*before_offset, &mut Vec::new()) {
                    Ok(start) => json!({ "log_start_offset": start.0 }),
                    Err(refusal) => error_answer(refusal.error.name()),
                }
            }
            Op::Truncate { to_offset, .. } => self.truncate(now_ms, *to_offset),
            Op::Reopen { clean, recovery_point, damage, .. } => {
                self.reopen(now_ms, *clean, recovery_point.unwrap_or(0), damage)?
            }
        })
    }

    /// What `LogManager.truncateTo` does (CLEAN-8).
    fn truncate(&mut self, now_ms: u64, to_offset: i64) -> Value {
        let active = self.log.active_segment().base_offset().as_i64();
        if let Err(error) = self.log.truncate_to(now_ms, to_offset, &mut || 0, &mut Vec::new()) {
            return error_answer(error.name());
        }
        let base = self.log.active_segment().base_offset();
        if to_offset < active && self.log.config().compact {
            self.checkpoint = self.checkpoint.map(|checkpoint| checkpoint.min(base));
        }
        json!({})
    }

    fn reopen(
        &mut self,
        now_ms: u64,
        clean: bool,
        recovery_point: u64,
        damage: &[Damage],
    ) -> Result<Value, NoAnswer> {
        let mut log = self.log.clone();
        if clean {
            log.close(now_ms, &mut Vec::new());
        }
        let mut files: Directory = log.files().into_iter().collect();
        for damage in damage {
            let file =
                FileName::parse(&damage.file).and_then(|name| Some((name, files.get_mut(&name)?)));
            let Some((name, file)) = file else {
                return Err(NoAnswer::Unsupported("log.reopen.damage of no file".into()));
            };
            match damage {
                Damage { truncate_to: Some(size), flip_byte: None, delete: false, .. } => {
                    let modified_ms = file.modified_ms;
                    file.truncate(now_ms, *size);
                    file.modified_ms = modified_ms;
                }
                Damage { truncate_to: None, flip_byte: Some(at), delete: false, .. } => {
                    if let Some(byte) = file.bytes.get_mut(*at as usize) {
                        *byte = !*byte;
                    }
                }
                Damage { truncate_to: None, flip_byte: None, delete: true, .. } => {
                    files.remove(&name);
                }
                _ => return Err(invalid("damage is truncate_to, flip_byte or delete")),
            }
        }
        let checkpoints = Checkpoints {
            log_start_offset: log.log_start_offset(),
            recovery_point: Offset(recovery_point),
            clean,
        };
        let (partition, config) = (log.partition().clone(), log.config().clone());
        match Log::open(now_ms, partition, config, files, checkpoints, &mut || 0, &mut Vec::new()) {
            Ok(log) => {
                self.log = log;
                self.uncleanable = false;
                Ok(json!({}))
            }
            // The log directory goes offline, and there is nothing left to answer with.
            Err(LoadError(_)) => {
                Err(NoAnswer::Unsupported("log.reopen of what cannot be opened".into()))
            }
        }
    }

    fn append(
        &mut self,
        now_ms: u64,
        batches: &[BatchCase],
        leader_epoch: i32,
    ) -> Result<Value, NoAnswer> {
        let mut records = Vec::new(); // What `MemoryRecords` holds: nothing of a batch without records.
        for batch in batches {
            match batch.encode_as_sent(now_ms.cast_signed())? {
                Ok(bytes) => records.extend(bytes),
                Err(error) => return Ok(error_answer(error.name())),
            }
        }
        if records.is_empty() {
            // `UnifiedLog.append` returns before it does anything.
            return Ok(json!({ "base_offset": -1, "last_offset": -1 }));
        }
        let origin = match batches.iter().any(BatchCase::is_control) {
            true => AppendOrigin::Coordinator,
            false => AppendOrigin::Client,
        };
        let appended =
            self.log.append(now_ms, &records, leader_epoch, origin, &mut || 0, &mut Vec::new());
        Ok(match appended {
            Ok(appended) => {
                json!({ "base_offset": appended.base_offset.0, "last_offset": appended.last_offset.0 })
            }
            Err(refused) => error_answer(refused.refusal.error.name()),
        })
    }

    /// One turn of the cleaner's thread.
    fn clean(&mut self, now_ms: u64) -> Value {
        if !self.log.config().compact || self.uncleanable {
            return json!({ "cleaned": false });
        }
        let candidate = LogToClean::new(&self.log, self.checkpoint, now_ms);
        if candidate.reset_checkpoint {
            self.checkpoint = Some(candidate.first_dirty);
        }
        let mut answer = json!({ "cleaned": false });
        if candidate.unreadable {
            self.uncleanable = true;
            return json!({ "cleaned": false });
        }
        if candidate.is_cleanable() {
            match clean_at_once(&mut self.log, candidate, &self.cleaner, now_ms, &mut Vec::new()) {
                Ok(checkpoint) => {
                    self.checkpoint = Some(checkpoint);
                    answer = json!({
                        "cleaned": true,
                        "dirty_start": candidate.first_dirty.0,
                        "first_uncleanable": candidate.first_uncleanable.0,
                        "checkpoint": checkpoint.0,
                    });
                }
                Err(_) => {
                    self.uncleanable = true;
                    return answer;
                }
            }
        }
        match self.log.delete_old_segments(now_ms, &mut || 0, &mut Vec::new()) {
            Ok(_) => answer,
            Err(_) => {
                self.uncleanable = true;
                json!({ "cleaned": false })
            }
        }
    }

    fn read(&self, offset: i64, max_bytes: i32) -> Result<Value, NoAnswer> {
        let most_bytes = u32::try_from(max_bytes).unwrap_or(0);
        Ok(match self.log.read(offset, most_bytes, true) {
            // `LogSegment.read` throws an `IllegalArgumentException`, but only where there is something to read.
            Ok(read) if max_bytes < 0 && read.segment.is_some() => {
                error_answer(ErrorCode::UnknownServerError.name())
            }
            Ok(read) => {
                let batches = Batches::of_file(read.bytes, 0);
                match batches
                    .map(|batch| Ok(batch?.base_offset()))
                    .collect::<Result<Vec<i64>, ErrorCode>>()
                {
                    Ok(base_offsets) => {
                        json!({ "base_offsets": base_offsets, "size_bytes": read.bytes.len() as u64 })
                    }
                    Err(error) => error_answer(error.name()),
                }
            }
            Err(refusal) => error_answer(refusal.error.name()),
        })
    }

    fn state(&self) -> Value {
        let segments: Vec<Value> = self
            .log
            .segments()
            .iter()
            .map(|segment| json!([segment.base_offset().0, segment.size_bytes()]))
            .collect();
        json!({
            "log_start_offset": self.log.log_start_offset().0,
            "log_end_offset": self.log.log_end_offset().0,
            "segments": segments,
        })
    }

    /// The indexes that a failed cleaning left behind keep the size that Kafka gave them.
    fn preallocated(&self, name: FileName) -> usize {
        let entry_bytes = match name {
            FileName::Numbered(_, FileKind::Index, Suffix::Cleaned) => OffsetIndex::ENTRY_BYTES,
            FileName::Numbered(_, FileKind::TimeIndex, Suffix::Cleaned) => TimeIndex::ENTRY_BYTES,
            _ => return 0,
        };
        (self.log.config().segment_index_bytes / entry_bytes * entry_bytes) as usize
    }

    fn files(&self, dump: bool) -> Value {
        let mut files = self.log.files();
        // Whoever asks for an index's size makes its file.
        for segment in self.log.segments().iter().filter(|segment| !segment.has_offset_index()) {
            let name = FileName::Numbered(segment.base_offset(), FileKind::Index, Suffix::None);
            files.push((name, segment.offset_index().file().clone()));
        }
        sort_by_key(&mut files, |(name, _)| *name);
        let shown = files.iter().filter(|(name, _)| {
            *name != FileName::PartitionMetadata && !name.to_string().ends_with(".deleted")
        });
        let files: Vec<Value> = shown
            .map(|(name, file)| {
                let mut bytes = file.bytes.clone();
                bytes.truncate(whole_entries(*name, bytes.len()));
                bytes.resize(bytes.len().max(self.preallocated(*name)), 0);
                let mut entry = object(json!({
                    "name": name.to_string(),
                    "size_bytes": bytes.len() as u64,
                    "crc32c": crc32c::crc32c(&bytes),
                }));
                if dump {
                    entry.insert("hex".into(), Hex::value(&bytes));
                }
                Value::Object(entry)
            })
            .collect();
        files.into()
    }
}

/// The bytes of a file that count: a part of an entry at the end of an index does not.
fn whole_entries(name: FileName, size_bytes: usize) -> usize {
    let entry_bytes = match name {
        FileName::Numbered(_, FileKind::Index, _) => OffsetIndex::ENTRY_BYTES as usize,
        FileName::Numbered(_, FileKind::TimeIndex, _) => TimeIndex::ENTRY_BYTES as usize,
        _ => return size_bytes,
    };
    size_bytes / entry_bytes * entry_bytes
}

impl From<ErrorCode> for NoAnswer {
    fn from(error: ErrorCode) -> Self {
        Self::Error(error.name().into())
    }
}
