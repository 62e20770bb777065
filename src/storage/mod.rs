//! One broker's log directories: files, segments, indexes, retention, the cleaner.

mod cleaner;
mod config;
mod disk;
pub mod dump;
mod event;
pub mod import;
mod index;
mod leader_epochs;
mod log;
mod log_manager;
mod lookup;
mod retention;
mod segment;
mod snapshot;
mod validator;

pub use cleaner::{Cleaning, CleaningError, LogToClean, OffsetMap, clean_at_once};
pub use config::{CleanerConfig, LogConfig};
pub use disk::{File, FileKind, FileName, Suffix};
pub use event::{CleanedRecord, DeletionReason, DropReason, LogEvent, MapEntries, RollReason};
pub use index::{IndexFull, OffsetIndex, TimeIndex};
pub use leader_epochs::LeaderEpochs;
pub use log::{Appended, Chance, Log, ReadResult};
pub use log_manager::{CleanerPace, CleanerState, LogEvents, LogManager};
pub use lookup::{LookupStep, OffsetLookup, TimeLookup};
pub use segment::{BatchPosition, LogSegment};
pub use snapshot::ProducerSnapshots;
pub use validator::{AppendOrigin, AppendRefusal, RecordError};
