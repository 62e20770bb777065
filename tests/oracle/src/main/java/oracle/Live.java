package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Commands for a real broker, a JSON object a line; "ok" for each one done, or its answer. Its address is the argument. */
public final class Live {
    private final String address;
    private final Admin admin;

    private Live(String address) {
        this.address = address;
        this.admin = Admin.create(Map.of("bootstrap.servers", address));
    }

    public static void main(String[] args) throws Exception {
        Live live = new Live(args[0]);
        ObjectMapper mapper = new ObjectMapper();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode command = mapper.readTree(line);
            if (command.get("do").asText().equals("committed")) {
                System.out.println(live.committed(command.get("topic").asText()));
                continue;
            }
            live.run(command);
            System.out.println("ok");
        }
    }

    private void run(JsonNode command) throws Exception {
        String topic = command.get("topic").asText();
        switch (command.get("do").asText()) {
            case "create" -> admin.createTopics(List.of(new NewTopic(topic, command.path("partitions").asInt(1), (short) 1).configs(texts(command.get("config"))))).all().get();
            case "alter" -> {
                Collection<AlterConfigOp> ops = new ArrayList<>();
                texts(command.get("config")).forEach((name, value) ->
                    ops.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), ops)).all().get();
            }
            case "delete_records" -> admin.deleteRecords(Map.of(new TopicPartition(topic, 0),
                RecordsToDelete.beforeOffset(command.get("before_offset").asLong()))).all().get();
            case "produce" -> produce(topic, command);
            case "send" -> send(topic, command);
            default -> throw new IllegalArgumentException(command.toString());
        }
    }

    /** Keyed records, each by itself, to the partitions that the producer chooses. */
    private void send(String topic, JsonNode command) throws Exception {
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", address), new StringSerializer(), new StringSerializer())) {
            for (JsonNode record : command.get("records")) {
                producer.send(new ProducerRecord<>(topic, record.get(0).asText(), record.get(1).asText())).get();
            }
        }
    }

    /** A group's committed offsets, as a JSON object. */
    private String committed(String group) throws Exception {
        ObjectNode out = Oracle.JSON.objectNode();
        new TreeMap<>(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
            .collect(Collectors.toMap(entry -> entry.getKey().toString(), entry -> entry.getValue().offset()))).forEach(out::put);
        return out.toString();
    }

    private static Map<String, String> texts(JsonNode config) {
        Map<String, String> out = new HashMap<>();
        config.fields().forEachRemaining(entry -> out.put(entry.getKey(), entry.getValue().asText()));
        return out;
    }

    /** Each batch as one, by a flush at its end; `commit` and `abort` end the transaction that the batch before is in. */
    private void produce(String topic, JsonNode command) throws Exception {
        Properties settings = new Properties();
        settings.putAll(Map.of("bootstrap.servers", address, "enable.idempotence", "false", "acks", "all", "linger.ms", "60000",
            "batch.size", "1000000", "max.in.flight.requests.per.connection", "1", "delivery.timeout.ms", "120000"));
        settings.putAll(texts(command.get("producer")));
        boolean transactional = settings.containsKey("transactional.id");
        boolean open = false;
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transactional) {
                producer.initTransactions();
            }
            for (JsonNode batch : command.get("batches")) {
                if (batch.has("control")) {
                    if (batch.get("control").get("type").asText().equals("COMMIT")) {
                        producer.commitTransaction();
                    } else {
                        producer.abortTransaction();
                    }
                    open = false;
                    continue;
                }
                if (transactional && !open) {
                    producer.beginTransaction();
                    open = true;
                }
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (JsonNode record : batch.get("records")) {
                    List<Header> headers = new ArrayList<>();
                    record.path("headers").forEach(h -> headers.add(new RecordHeader(h.get(0).asText(), Oracle.bytes(h.get(1)))));
                    sent.add(producer.send(new ProducerRecord<>(topic, 0, record.get("timestamp").asLong(),
                        Oracle.bytes(record.get("key_hex")), Oracle.bytes(record.get("value_hex")), headers)));
                }
                producer.flush();
                for (Future<RecordMetadata> one : sent) {
                    one.get();
                }
            }
        }
    }
}
