//! The rooms beside the stage, one a folder or file; each has a stylesheet of its own.

mod bytes;
mod clients;
mod groups;
mod keys;
mod ledger;
mod verify;

pub(crate) use bytes::{BytesRoom, bring};
pub(crate) use clients::ClientsRoom;
pub(crate) use groups::GroupsRoom;
pub(crate) use keys::KeysRoom;
pub(crate) use ledger::LedgerRoom;
pub(crate) use verify::VerifyRoom;
