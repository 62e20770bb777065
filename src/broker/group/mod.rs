//! The group coordinator and `__consumer_offsets`.

mod record;

pub use record::{
    GroupValue, MemberValue, OffsetValue, OffsetsError, OffsetsKey, OffsetsValue, decode_record,
};
