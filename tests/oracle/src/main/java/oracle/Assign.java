package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.KRaftCoordinatorMetadataImage;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.modern.ModernGroup;
import org.apache.kafka.coordinator.group.modern.SubscriptionCount;
import org.apache.kafka.coordinator.group.modern.TargetAssignmentBuilder;
import org.apache.kafka.coordinator.group.modern.consumer.ConsumerGroupMember;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;

/** The assignors of consumers, and of group coordinators by way of TargetAssignmentBuilder. */
final class Assign {
    private static final Comparator<TopicPartition> ORDER =
        Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    static ObjectNode answer(JsonNode c) {
        String assignor = c.get("assignor").asText();
        boolean client = c.has("side") ? c.get("side").asText().equals("client") : !assignor.equals("uniform");
        Map<String, List<TopicPartition>> assigned = client ? consumers(c, assignor) : coordinators(c, assignor);
        ObjectNode assignment = Oracle.JSON.objectNode();
        assigned.forEach((id, owned) -> {
            ArrayNode list = assignment.putArray(id);
            owned.stream().sorted(ORDER).forEach(tp -> list.addArray().add(tp.topic()).add(tp.partition()));
        });
        ObjectNode answer = Oracle.JSON.objectNode();
        answer.set("assignment", assignment);
        return answer;
    }

    private static ConsumerPartitionAssignor assignor(String name) {
        return switch (name) {
            case "range" -> new RangeAssignor();
            case "roundrobin" -> new RoundRobinAssignor();
            case "sticky" -> new StickyAssignor();
            case "cooperative-sticky" -> new CooperativeStickyAssignor();
            default -> throw new Oracle.Unsupported("assign." + name);
        };
    }

    private static List<String> topics(JsonNode member) {
        List<String> topics = new ArrayList<>();
        member.get("topics").forEach(topic -> topics.add(topic.asText()));
        return topics;
    }

    private static List<TopicPartition> owned(JsonNode member) {
        List<TopicPartition> owned = new ArrayList<>();
        if (member.hasNonNull("owned")) {
            member.get("owned").forEach(tp -> owned.add(new TopicPartition(tp.get(0).asText(), tp.get(1).asInt())));
        }
        return owned;
    }

    private static Map<String, List<TopicPartition>> consumers(JsonNode c, String name) {
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
            ConsumerPartitionAssignor own = assignor(name);
            List<TopicPartition> owned = owned(member);
            int generation = member.hasNonNull("generation") ? member.get("generation").asInt() : -1;
            if (member.hasNonNull("owned") || member.hasNonNull("generation")) {
                // What the member was assigned last; its own assignor makes the user data of it.
                own.onAssignment(new Assignment(owned), new ConsumerGroupMetadata("g", generation, "", Optional.empty()));
            }
            List<String> topics = topics(member);
            Subscription subscription = new Subscription(
                topics, own.subscriptionUserData(Set.copyOf(topics)), name.equals("sticky") ? List.of() : owned,
                generation, Optional.ofNullable(Oracle.text(member.get("rack"))));
            subscription.setGroupInstanceId(Optional.ofNullable(Oracle.text(member.get("instance_id"))));
            members.put(member.get("id").asText(), subscription);
        }
        Map<String, List<TopicPartition>> assigned = new HashMap<>();
        assignor(name).assign(cluster, new GroupSubscription(members)).groupAssignment()
            .forEach((id, assignment) -> assigned.put(id, assignment.partitions()));
        return assigned;
    }

    private static Map<String, List<TopicPartition>> coordinators(JsonNode c, String name) {
        ConsumerGroupPartitionAssignor assignor = switch (name) {
            case "uniform" -> new UniformAssignor();
            case "range" -> new org.apache.kafka.coordinator.group.assignor.RangeAssignor();
            default -> throw new Oracle.Unsupported("assign." + name + ".broker");
        };
        TreeMap<String, Integer> counts = new TreeMap<>();
        c.get("partitions").fields().forEachRemaining(topic -> counts.put(topic.getKey(), topic.getValue().asInt()));
        MetadataDelta delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        Map<String, Uuid> ids = new HashMap<>();
        Map<Uuid, String> names = new HashMap<>();
        counts.forEach((topic, count) -> {
            Uuid id = new Uuid(0, ids.size() + 1);
            ids.put(topic, id);
            names.put(id, topic);
            delta.replay(new TopicRecord().setTopicId(id).setName(topic));
            for (int p = 0; p < count; p++) {
                delta.replay(new PartitionRecord().setTopicId(id).setPartitionId(p).setLeader(0)
                    .setReplicas(List.of(0)).setIsr(List.of(0)).setDirectories(List.of(new Uuid(1, 1))));
            }
        });
        MetadataImage image = delta.apply(new MetadataProvenance(0, 0, 0, true));

        Map<String, ConsumerGroupMember> members = new LinkedHashMap<>();
        Map<String, org.apache.kafka.coordinator.group.modern.Assignment> targets = new HashMap<>();
        Map<Uuid, Map<Integer, String>> owners = new HashMap<>();
        Map<String, String> statics = new HashMap<>();
        for (JsonNode m : c.get("members")) {
            String id = m.get("id").asText();
            ConsumerGroupMember.Builder builder = new ConsumerGroupMember.Builder(id)
                .setSubscribedTopicNames(topics(m)).setRackId(Oracle.text(m.get("rack")))
                .setInstanceId(Oracle.text(m.get("instance_id")));
            if (m.hasNonNull("instance_id")) {
                statics.put(m.get("instance_id").asText(), id);
            }
            members.put(id, builder.build());
            Map<Uuid, ConsumerGroupTargetAssignmentMemberValue.TopicPartition> byTopic = new LinkedHashMap<>();
            for (TopicPartition tp : owned(m)) {
                Uuid topic = ids.get(tp.topic());
                if (topic != null) {
                    byTopic.computeIfAbsent(topic, key -> new ConsumerGroupTargetAssignmentMemberValue.TopicPartition()
                        .setTopicId(key)).partitions().add(tp.partition());
                    owners.computeIfAbsent(topic, key -> new HashMap<>()).put(tp.partition(), id);
                }
            }
            targets.put(id, org.apache.kafka.coordinator.group.modern.Assignment.fromRecord(
                new ConsumerGroupTargetAssignmentMemberValue().setTopicPartitions(new ArrayList<>(byTopic.values()))));
        }
        Map<String, SubscriptionCount> subscribed = new HashMap<>();
        members.values().forEach(member -> member.subscribedTopicNames()
            .forEach(topic -> subscribed.compute(topic, SubscriptionCount::incNameCount)));
        Map<String, MemberAssignment> result =
            new TargetAssignmentBuilder.ConsumerTargetAssignmentBuilder("g", 1, assignor)
                .withTime(Time.SYSTEM)
                .withMembers(members)
                .withStaticMembers(statics)
                .withSubscriptionType(ModernGroup.subscriptionType(subscribed, members.size()))
                .withTargetAssignment(targets)
                .withInvertedTargetAssignment(owners)
                .withMetadataImage(new KRaftCoordinatorMetadataImage(image))
                .build()
                .targetAssignment();
        Map<String, List<TopicPartition>> assigned = new HashMap<>();
        for (String id : members.keySet()) {
            List<TopicPartition> list = assigned.computeIfAbsent(id, key -> new ArrayList<>());
            if (result.containsKey(id)) {
                result.get(id).partitions().forEach(
                    (topic, partitions) -> partitions.forEach(p -> list.add(new TopicPartition(names.get(topic), p))));
            }
        }
        return assigned;
    }
}
