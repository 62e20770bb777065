//! The rooms beside the stage, one a file; each has a stylesheet of its own.

mod bytes;
mod keys;
mod verify;

pub(crate) use bytes::{BytesRoom, bring};
pub(crate) use keys::KeysRoom;
pub(crate) use verify::VerifyRoom;
