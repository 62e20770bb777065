//! One broker's log directories: files, segments, indexes, retention, the cleaner.

mod checkpoint;
mod cleaner;
mod config;
mod disk;
mod event;
mod flush;
mod index;
mod leader_epochs;
mod log;
mod log_manager;
mod producer_state;
mod recovery;
mod recovery_event;
mod retention;
mod segment;
mod snapshot;
mod transaction_index;
mod truncation;
mod validator;

pub use checkpoint::{Offsets, checkpoint_text};
pub use cleaner::{Cleaning, CleaningError, LogToClean, OffsetMap, clean_at_once};
pub use config::{CleanerConfig, LogConfig};
pub use disk::{File, FileKind, FileName, Suffix};
pub use event::{CleanedRecord, DeletionReason, DropReason, LogEvent, MapEntries, RollReason};
pub use index::{IndexFull, OffsetIndex, TimeIndex};
pub use leader_epochs::LeaderEpochs;
pub use log::{Appended, Chance, Log, ReadResult};
pub use log_manager::{CleanerPace, CleanerState, LogEvents, LogManager};
pub use producer_state::{ProducerBatch, ProducerState, Producers, last_sequence};
pub use recovery::{Checkpoints, Directory, LoadError};
pub use recovery_event::{RecoveryEvent, RecoveryReason};
pub use segment::{BatchPosition, LogSegment};
pub use snapshot::{CorruptSnapshot, ProducerSnapshots, read_snapshot, write_snapshot};
pub use transaction_index::{AbortedTransaction, CorruptTransactionIndex, TransactionIndex};
pub use validator::{AppendOrigin, AppendRefusal, RecordError};
