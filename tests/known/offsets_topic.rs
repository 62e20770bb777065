//! Records of `__consumer_offsets`: `GroupCoordinatorRecordHelpersTest`, with the bytes that the fields have by
//! the schemas `OffsetCommitKey`, `OffsetCommitValue`, `GroupMetadataKey` and `GroupMetadataValue`.
//!
//! Left out: records of groups that are not classic. Kafka's two refusals to write a group (without a
//! subscription, without an assignment) cannot happen here: both are bytes, not null.

use brokerscope::broker::group::{
    GroupValue, MemberValue, OffsetValue, OffsetsKey, OffsetsValue, decode_record,
};
use brokerscope::protocol::Uuid;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Hexadecimal with blanks, and words in quotes as their letters.
fn bytes(text: &str) -> Vec<u8> {
    let part = |part: &str| -> Vec<u8> {
        match part.strip_prefix('\'') {
            Some(word) => word.trim_end_matches('\'').as_bytes().to_vec(),
            None => (0..part.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&part[at..at + 2], 16).unwrap())
                .collect(),
        }
    };
    text.split_whitespace().flat_map(part).collect()
}

const OFFSET_KEY: &str = "0001 0008 'group-id' 0003 'foo' 00000001";
const GROUP_KEY: &str = "0002 0008 'group-id'";

fn offset_key() -> OffsetsKey {
    OffsetsKey::Offset { group: "group-id".into(), topic: "foo".into(), partition: 1 }
}

fn offset_value(leader_epoch: i32, topic_id: Option<Uuid>) -> OffsetValue {
    OffsetValue {
        offset: 100,
        leader_epoch,
        metadata: "metadata".into(),
        commit_ms: 1234,
        topic_id,
    }
}

/// `testNewOffsetCommitRecord`, `testOffsetCommitValueVersion`: version 4, the topic's id only where there is one.
#[test]
fn a_commit_is_a_record_of_version_4() {
    let id = Uuid(0x4f5f_800e_2c37_4d3c_2223_9093_4c46_e93a);
    let (known, unknown) = ("01 00 10 4f5f800e2c374d3c222390934c46e93a", "00");
    for (epoch, epoch_bytes) in [(10, "0000000a"), (-1, "ffffffff")] {
        for (topic_id, tags) in [(None, unknown), (Some(id), known)] {
            let value = offset_value(epoch, topic_id);
            let text = format!(
                "0004 0000000000000064 {epoch_bytes} 09 'metadata' 00000000000004d2 {tags}"
            );
            assert_eq!(offset_key().encode(), bytes(OFFSET_KEY));
            assert_eq!(value.encode(), bytes(&text), "{epoch} {topic_id:?}");
            let read = decode_record(&bytes(OFFSET_KEY), Some(&bytes(&text)));
            assert_eq!(read, Ok((offset_key(), Some(OffsetsValue::Offset(value)))));
        }
    }
}

/// `testNewOffsetCommitRecordWithExpireTimestamp`: of version 1, which we only read, and without its epoch.
#[test]
fn a_commit_that_says_when_it_expires_is_read() {
    let text = "0001 0000000000000064 0008 'metadata' 00000000000004d2 000000000000162e";
    let read = decode_record(&bytes(OFFSET_KEY), Some(&bytes(text)));
    assert_eq!(read, Ok((offset_key(), Some(OffsetsValue::Offset(offset_value(-1, None))))));
}

/// `testNewOffsetCommitTombstoneRecord`, `testNewGroupMetadataTombstoneRecord`.
#[test]
fn a_key_without_a_value_takes_back() {
    assert_eq!(decode_record(&bytes(OFFSET_KEY), None), Ok((offset_key(), None)));
    let group = OffsetsKey::Group { group: "group-id".into() };
    assert_eq!(group.encode(), bytes(GROUP_KEY));
    assert_eq!(decode_record(&bytes(GROUP_KEY), None), Ok((group, None)));
}

/// `testNewGroupMetadataRecord`, `testEmptyGroupMetadataRecord`: version 3.
#[test]
fn a_group_is_a_record_of_version_3() {
    let member = |number: u8, subscription: [u8; 2], assignment: [u8; 2]| MemberValue {
        member_id: format!("member-{number}"),
        instance_id: Some(format!("group-instance-{number}")),
        client_id: format!("client-{number}"),
        client_host: format!("host-{number}"),
        rebalance_timeout_ms: 1000,
        session_timeout_ms: 1500,
        subscription: subscription.to_vec(),
        assignment: assignment.to_vec(),
    };
    let members = vec![member(1, [0, 1], [1, 2]), member(2, [1, 2], [2, 3])];
    let full = GroupValue {
        protocol_type: "consumer".into(),
        generation: 1,
        protocol: Some("range".into()),
        leader: Some("member-1".into()),
        state_ms: 1_700_000_000_000,
        members,
    };
    let empty = GroupValue {
        protocol_type: String::new(),
        generation: 0,
        protocol: None,
        leader: None,
        state_ms: 1_700_000_000_000,
        members: Vec::new(),
    };
    let full_bytes = "0003 0008 'consumer' 00000001 0005 'range' 0008 'member-1' 0000018bcfe56800 \
         00000002 \
         0008 'member-1' 0010 'group-instance-1' 0008 'client-1' 0006 'host-1' 000003e8 000005dc \
         00000002 0001 00000002 0102 \
         0008 'member-2' 0010 'group-instance-2' 0008 'client-2' 0006 'host-2' 000003e8 000005dc \
         00000002 0102 00000002 0203";
    let empty_bytes = "0003 0000 00000000 ffff ffff 0000018bcfe56800 00000000";
    for (value, text) in [(full, full_bytes), (empty, empty_bytes)] {
        assert_eq!(value.encode(), bytes(text), "{value:?}");
        let (_, read) = decode_record(&bytes(GROUP_KEY), Some(&bytes(text))).unwrap();
        assert_eq!(read, Some(OffsetsValue::Group(value)));
    }
}
