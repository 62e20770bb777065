package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.common.runtime.Deserializer;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordHelpers;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.OffsetAndMetadata;
import org.apache.kafka.coordinator.group.classic.ClassicGroup;
import org.apache.kafka.coordinator.group.classic.ClassicGroupMember;
import org.apache.kafka.coordinator.group.classic.ClassicGroupState;
import org.apache.kafka.coordinator.group.generated.GroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/** GroupCoordinatorService.partitionFor, GroupCoordinatorRecordHelpers, GroupCoordinatorRecordSerde. */
final class Groups {
    private static final GroupCoordinatorRecordSerde SERDE = new GroupCoordinatorRecordSerde();

    static ObjectNode partition(JsonNode c) throws Exception {
        Constructor<?> constructor = GroupCoordinatorService.class.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        Object[] none = new Object[constructor.getParameterCount()];
        none[0] = new LogContext();
        none[1] = GroupCoordinatorConfig.fromProps(Map.of());
        GroupCoordinatorService service = (GroupCoordinatorService) constructor.newInstance(none);
        field("numPartitions").setInt(service, c.get("partitions").asInt());
        ((AtomicBoolean) field("isActive").get(service)).set(true);
        String group = c.get("group").asText();
        return Oracle.JSON.objectNode().put("hash_code", group.hashCode()).put("partition", service.partitionFor(group));
    }

    private static Field field(String name) throws Exception {
        Field field = GroupCoordinatorService.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static ObjectNode encoded(CoordinatorRecord record) {
        ObjectNode answer = Oracle.JSON.objectNode();
        answer.set("key_hex", Oracle.hex(SERDE.serializeKey(record)));
        answer.set("value_hex", Oracle.hex(SERDE.serializeValue(record)));
        return answer;
    }

    static ObjectNode offsetCommit(JsonNode c) {
        int epoch = c.get("leader_epoch").asInt();
        String topicId = Oracle.text(c.get("topic_id"));
        OffsetAndMetadata value = new OffsetAndMetadata(c.get("offset").asLong(),
            epoch == -1 ? OptionalInt.empty() : OptionalInt.of(epoch), c.get("metadata").asText(),
            c.get("commit_ms").asLong(), OptionalLong.empty(),
            topicId == null ? Uuid.ZERO_UUID : Uuid.fromString(topicId));
        return encoded(GroupCoordinatorRecordHelpers.newOffsetCommitRecord(
            c.get("group").asText(), c.get("topic").asText(), c.get("partition").asInt(), value));
    }

    static ObjectNode groupMetadata(JsonNode c) {
        String protocol = Oracle.text(c.get("protocol"));
        ClassicGroup group = new ClassicGroup(new LogContext(), c.get("group").asText(), ClassicGroupState.STABLE,
            Time.SYSTEM, c.get("generation").asInt(), Optional.of(c.get("protocol_type").asText()),
            Optional.ofNullable(protocol), Optional.ofNullable(Oracle.text(c.get("leader"))),
            Optional.of(c.get("state_ms").asLong()));
        Map<String, byte[]> assignment = new HashMap<>();
        for (JsonNode m : c.get("members")) {
            JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
            protocols.add(new JoinGroupRequestProtocol().setName(protocol == null ? "" : protocol)
                .setMetadata(Oracle.bytes(m.get("subscription_hex"))));
            group.add(new ClassicGroupMember(m.get("id").asText(), Optional.ofNullable(Oracle.text(m.get("instance_id"))),
                m.get("client_id").asText(), m.get("client_host").asText(), m.get("rebalance_timeout_ms").asInt(),
                m.get("session_timeout_ms").asInt(), c.get("protocol_type").asText(), protocols));
            assignment.put(m.get("id").asText(), Oracle.bytes(m.get("assignment_hex")));
        }
        return encoded(GroupCoordinatorRecordHelpers.newGroupMetadataRecord(group, assignment));
    }

    static ObjectNode decode(JsonNode c) {
        byte[] value = Oracle.bytes(c.get("value_hex"));
        CoordinatorRecord record;
        try {
            record = SERDE.deserialize(
                ByteBuffer.wrap(Oracle.bytes(c.get("key_hex"))), value == null ? null : ByteBuffer.wrap(value));
        } catch (Deserializer.UnknownRecordTypeException e) {
            throw new Oracle.Refused("UNKNOWN_RECORD_TYPE");
        } catch (RuntimeException e) {
            boolean version = e.getClass().getSimpleName().equals("UnknownRecordVersionException");
            throw new Oracle.Refused(version ? "UNKNOWN_RECORD_VERSION" : "INVALID_RECORD");
        }
        ObjectNode out = Oracle.JSON.objectNode();
        ApiMessage key = record.key();
        if (key instanceof GroupMetadataKey k) {
            out.put("record", "group_metadata_record").put("group", k.group());
        } else if (key instanceof OffsetCommitKey k) {
            out.put("record", "offset_commit_record").put("group", k.group()).put("topic", k.topic())
                .put("partition", k.partition());
        } else if (key instanceof LegacyOffsetCommitKey k) {
            out.put("record", "offset_commit_record").put("group", k.group()).put("topic", k.topic())
                .put("partition", k.partition());
        } else {
            throw new Oracle.Unsupported("decode_offsets_record");
        }
        if (record.value() == null) {
            return out.put("tombstone", true);
        }
        ApiMessage message = record.value().message();
        if (message instanceof OffsetCommitValue v) {
            out.put("offset", v.offset()).put("leader_epoch", v.leaderEpoch()).put("metadata", v.metadata())
                .put("commit_ms", v.commitTimestamp());
            if (!v.topicId().equals(Uuid.ZERO_UUID)) {
                out.put("topic_id", v.topicId().toString());
            }
        } else if (message instanceof LegacyOffsetCommitValue v) {
            out.put("offset", v.offset()).put("leader_epoch", -1).put("metadata", v.metadata())
                .put("commit_ms", v.commitTimestamp());
        } else if (message instanceof GroupMetadataValue v) {
            out.put("protocol_type", v.protocolType()).put("generation", v.generation()).put("protocol", v.protocol())
                .put("leader", v.leader()).put("state_ms", v.currentStateTimestamp());
            ArrayNode members = out.putArray("members");
            for (GroupMetadataValue.MemberMetadata m : v.members()) {
                ObjectNode member = members.addObject().put("id", m.memberId()).put("instance_id", m.groupInstanceId())
                    .put("client_id", m.clientId()).put("client_host", m.clientHost())
                    .put("rebalance_timeout_ms", m.rebalanceTimeout()).put("session_timeout_ms", m.sessionTimeout());
                member.set("subscription_hex", Oracle.hex(m.subscription()));
                member.set("assignment_hex", Oracle.hex(m.assignment()));
            }
        }
        return out;
    }
}
