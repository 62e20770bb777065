package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.MetadataSnapshot;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.AccumulateDrawn;
import org.apache.kafka.clients.producer.internals.BufferPool;
import org.apache.kafka.clients.producer.internals.ProducerBatch;
import org.apache.kafka.clients.producer.internals.ProducerInterceptors;
import org.apache.kafka.clients.producer.internals.ProducerMetadata;
import org.apache.kafka.clients.producer.internals.ProducerMetrics;
import org.apache.kafka.clients.producer.internals.RecordAccumulator;
import org.apache.kafka.clients.producer.internals.Sender;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.internals.ClusterResourceListeners;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;

/** KafkaProducer.send with its RecordAccumulator and partitioners; what the sender does is asked for step by step. */
final class Accumulate {
    private static final Node BROKER = new Node(0, "localhost", 9092);

    /** A clock that shows what it is told. */
    private static final class Told implements Time {
        private long nowMs;

        @Override
        public long milliseconds() {
            return nowMs;
        }

        @Override
        public long nanoseconds() {
            return nowMs * 1_000_000;
        }

        @Override
        public void sleep(long ms) {
            throw new IllegalStateException("nobody may sleep");
        }

        @Override
        public void waitObject(Object obj, Supplier<Boolean> condition, long deadlineMs) {
            throw new IllegalStateException("nobody may wait");
        }
    }

    private final Told time = new Told();
    private final Metrics metrics = new Metrics(time);
    private final RecordAccumulator accumulator;
    private final KafkaProducer<byte[], byte[]> producer;
    private final MetadataSnapshot snapshot;
    private final int maxRequestSize;
    private final ArrayNode batches = Oracle.JSON.arrayNode();
    private int drawn;

    static ObjectNode answer(JsonNode c) throws Exception {
        Accumulate trial;
        try {
            trial = new Accumulate(c);
        } catch (ConfigException e) {
            throw new Oracle.Refused("INVALID_CONFIG");
        }
        return trial.run(c);
    }

    private static Object hidden(String name, Object... args) throws Exception {
        for (Method method : KafkaProducer.class.getDeclaredMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == args.length) {
                method.setAccessible(true);
                try {
                    return method.invoke(null, args);
                } catch (java.lang.reflect.InvocationTargetException e) {
                    throw e.getCause() instanceof Exception cause ? cause : e;
                }
            }
        }
        throw new NoSuchMethodException(name);
    }

    private Accumulate(JsonNode c) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", "localhost:9092");
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        c.get("config").fields().forEachRemaining(field -> settings.put(field.getKey(), field.getValue().asText()));
        ProducerConfig config = new ProducerConfig(settings);
        Logger log = new LogContext().logger(KafkaProducer.class);
        int lingerMs = (int) hidden("lingerMs", config);
        int deliveryTimeoutMs = (int) hidden("configureDeliveryTimeout", config, log);
        Partitioner partitioner = config.getConfiguredInstance(
            ProducerConfig.PARTITIONER_CLASS_CONFIG, Partitioner.class, Map.of(ProducerConfig.CLIENT_ID_CONFIG, "c"));
        int batchSize = Math.max(1, config.getInt(ProducerConfig.BATCH_SIZE_CONFIG));
        maxRequestSize = config.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);

        List<PartitionInfo> infos = new ArrayList<>();
        for (int p = 0; p < c.get("partitions").asInt(); p++) {
            infos.add(new PartitionInfo("t", p, BROKER, new Node[] {BROKER}, new Node[] {BROKER}));
        }
        Cluster cluster = new Cluster("c", List.of(BROKER), infos, Set.of(), Set.of());
        snapshot = new MetadataSnapshot(
            "c", Map.of(0, BROKER), List.of(), Set.of(), Set.of(), Set.of(), BROKER, Map.of(), cluster);
        ProducerMetadata metadata = new ProducerMetadata(
            100, 1000, 300_000, 300_000, new LogContext(), new ClusterResourceListeners(), time) {
            @Override
            public synchronized Cluster fetch() {
                return cluster;
            }
        };

        int[] random = new int[c.get("random").size()];
        for (int at = 0; at < random.length; at++) {
            random[at] = c.get("random").get(at).asInt();
        }
        boolean adaptive = partitioner == null
            && config.getBoolean(ProducerConfig.PARTITIONER_ADAPTIVE_PARTITIONING_ENABLE_CONFIG);
        RecordAccumulator.PartitionerConfig partitionerConfig = new RecordAccumulator.PartitionerConfig(
            adaptive, config.getLong(ProducerConfig.PARTITIONER_AVAILABILITY_TIMEOUT_MS_CONFIG));
        BufferPool pool = new BufferPool(
            config.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG), batchSize, metrics, time, "producer-metrics");
        accumulator = new AccumulateDrawn(batchSize, lingerMs, deliveryTimeoutMs, partitionerConfig, metrics, time, pool,
            () -> random.length == 0 ? 0 : random[drawn++ % random.length]);
        Sender sender = new Sender(new LogContext(), null, metadata, accumulator, false, maxRequestSize, (short) 1, 0,
            new ProducerMetrics(metrics).senderMetrics, time, 30_000, 100, null) {
            @Override
            public void wakeup() {
            }
        };
        Serializer<byte[]> bytes = new ByteArraySerializer();
        Object[] args = {config, new LogContext(), metrics, bytes, bytes, metadata, accumulator, null, sender,
            new ProducerInterceptors<byte[], byte[]>(List.of(), metrics), partitioner, time, null, Optional.empty()};
        producer = make(args);
    }

    @SuppressWarnings("unchecked")
    private static KafkaProducer<byte[], byte[]> make(Object[] args) throws Exception {
        for (Constructor<?> constructor : KafkaProducer.class.getDeclaredConstructors()) {
            if (constructor.getParameterCount() == args.length) {
                constructor.setAccessible(true);
                return (KafkaProducer<byte[], byte[]>) constructor.newInstance(args);
            }
        }
        throw new NoSuchMethodException("KafkaProducer");
    }

    private ObjectNode run(JsonNode c) {
        ArrayNode chosen = Oracle.JSON.arrayNode();
        List<Integer> indices = new ArrayList<>();
        for (JsonNode send : c.get("sends")) {
            time.nowMs = send.get("at_ms").asLong();
            drain();
            List<Header> headers = new ArrayList<>();
            if (send.has("headers")) {
                send.get("headers").forEach(h -> headers.add(new RecordHeader(h.get(0).asText(), Oracle.bytes(h.get(1)))));
            }
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("t", null, time.nowMs,
                Oracle.bytes(send.get("key_hex")), Oracle.bytes(send.get("value_hex")), headers);
            int at = chosen.size();
            chosen.addNull();
            Callback callback = (sent, error) -> {
                if (error == null) {
                    chosen.set(at, Oracle.JSON.numberNode(sent.partition()));
                } else {
                    chosen.set(at, Oracle.JSON.textNode(Errors.forException(error).name()));
                }
            };
            producer.send(record, callback);
        }
        time.nowMs = c.get("end_ms").asLong();
        drain();
        int drainedCount = batches.size();
        // The rest is only asked for its partitions.
        accumulator.beginFlush();
        drain();
        while (batches.size() > drainedCount) {
            batches.remove(drainedCount);
        }
        ObjectNode answer = Oracle.JSON.objectNode();
        answer.set("partitions", chosen);
        answer.set("batches", batches);
        return answer;
    }

    /** What Sender.sendProducerData asks of the accumulator, until nothing is ready. */
    private void drain() {
        while (true) {
            Set<Node> ready = accumulator.ready(snapshot, time.nowMs).readyNodes;
            if (ready.isEmpty()) {
                return;
            }
            for (ProducerBatch batch : accumulator.drain(snapshot, ready, maxRequestSize, time.nowMs).get(0)) {
                batches.addObject().put("partition", AccumulateDrawn.partition(batch))
                    .put("record_count", AccumulateDrawn.recordCount(batch))
                    .put("size_bytes", batch.records().sizeInBytes()).put("drained_ms", time.nowMs);
                batch.complete(0, -1);
                accumulator.completeBatch(batch);
                accumulator.deallocate(batch);
            }
        }
    }
}
