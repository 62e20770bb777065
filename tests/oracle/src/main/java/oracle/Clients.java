package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/** BuiltInPartitioner, RangeAssignor. */
final class Clients {
    static ObjectNode partition(JsonNode c) {
        byte[] key = Oracle.bytes(c.get("key_hex"));
        return Oracle.JSON.objectNode()
            .put("hash", Utils.murmur2(key))
            .put("partition", BuiltInPartitioner.partitionForKey(key, c.get("partitions").asInt()));
    }

    static ObjectNode assign(JsonNode c) {
        boolean client = !c.has("side") || c.get("side").asText().equals("client");
        if (!c.get("assignor").asText().equals("range") || !client) {
            throw new Oracle.Unsupported("assign");
        }
        Node broker = new Node(0, "localhost", 9092);
        List<PartitionInfo> infos = new ArrayList<>();
        c.get("partitions").fields().forEachRemaining(topic -> {
            for (int p = 0; p < topic.getValue().asInt(); p++) {
                infos.add(new PartitionInfo(topic.getKey(), p, broker, new Node[] {broker}, new Node[] {broker}));
            }
        });
        Cluster cluster = new Cluster("c", List.of(broker), infos, Set.of(), Set.of());
        Map<String, Subscription> members = new HashMap<>();
        for (JsonNode member : c.get("members")) {
            List<String> topics = new ArrayList<>();
            member.get("topics").forEach(topic -> topics.add(topic.asText()));
            List<TopicPartition> owned = new ArrayList<>();
            if (member.hasNonNull("owned")) {
                member.get("owned").forEach(tp -> owned.add(new TopicPartition(tp.get(0).asText(), tp.get(1).asInt())));
            }
            int generation = member.hasNonNull("generation") ? member.get("generation").asInt() : -1;
            Subscription subscription = new Subscription(
                topics, null, owned, generation, Optional.ofNullable(Oracle.text(member.get("rack"))));
            subscription.setGroupInstanceId(Optional.ofNullable(Oracle.text(member.get("instance_id"))));
            members.put(member.get("id").asText(), subscription);
        }
        Map<String, Assignment> assigned =
            new RangeAssignor().assign(cluster, new GroupSubscription(members)).groupAssignment();
        ObjectNode assignment = Oracle.JSON.objectNode();
        assigned.forEach((id, owned) -> {
            ArrayNode list = assignment.putArray(id);
            owned.partitions().stream()
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition))
                .forEach(tp -> list.addArray().add(tp.topic()).add(tp.partition()));
        });
        ObjectNode answer = Oracle.JSON.objectNode();
        answer.set("assignment", assignment);
        return answer;
    }
}
