package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.RandomAccessFile;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.utils.Crc32C;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.CleanerConfig;
import org.apache.kafka.storage.internals.log.FetchDataInfo;
import org.apache.kafka.storage.internals.log.LogAppendInfo;
import org.apache.kafka.storage.internals.log.LogCleaner;
import org.apache.kafka.storage.internals.log.LogCleanerManager;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.LogStartOffsetIncrementReason;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** UnifiedLog and LogCleaner, one operation after the other. */
final class LogCase {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final BrokerTopicStats STATS = new BrokerTopicStats();

    private static final Map<Properties, Map<String, Object>> DEFAULTS = new HashMap<>();

    private final JsonNode asked;
    private final Clock clock = new Clock();
    private LogConfig config;
    private File dir;
    private UnifiedLog log;
    private LogCleaner cleaner;
    private LogCleaner.CleanerThread thread;
    private CleanerConfig cleanerConfig;

    LogCase(JsonNode asked) {
        this.asked = asked;
    }

    ObjectNode run() throws Exception {
        config = config();
        Path root = Files.createTempDirectory("oracle");
        try {
            dir = new File(root.toFile(), "t-0");
            JsonNode ops = asked.get("ops");
            clock.advanceTo(ops.isEmpty() ? 0 : ops.get(0).get("at_ms").asLong());
            open(0, 0, true);
            stampFiles();
            ObjectNode answer = Oracle.JSON.objectNode();
            ArrayNode steps = answer.putArray("steps");
            for (JsonNode op : ops) {
                clock.advanceTo(op.get("at_ms").asLong());
                ObjectNode step;
                try {
                    step = step(op);
                } catch (Oracle.Unsupported e) {
                    throw e;
                } catch (Throwable e) {
                    if (System.getProperty("trace") != null) {
                        e.printStackTrace();
                    }
                    step = Oracle.JSON.objectNode().put("error", Oracle.errorName(e));
                }
                stampFiles();
                step.set("state", state());
                steps.add(step);
            }
            clock.advanceTo(clock.milliseconds());
            answer.set("files", files());
            return answer;
        } finally {
            if (log != null) {
                log.removeLogMetrics();
                log.closeHandlers();
            }
            if (cleaner != null) {
                cleaner.removeMetrics();
            }
            Utils.delete(root.toFile());
        }
    }

    private void open(long logStartOffset, long recoveryPoint, boolean clean) throws Exception {
        log = UnifiedLog.create(dir, config, logStartOffset, recoveryPoint, clock, STATS, clock, 5 * 60 * 1000,
            new ProducerStateManagerConfig(86_400_000, false), 600_000, new LogDirFailureChannel(1), clean,
            Optional.empty());
        log.updateHighWatermark(log.logEndOffsetMetadata());
    }

    private LogConfig config() {
        Properties broker = new Properties();
        broker.put("process.roles", "broker,controller");
        broker.put("node.id", "1");
        broker.put("controller.quorum.voters", "1@localhost:9093");
        broker.put("listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093");
        broker.put("controller.listener.names", "CONTROLLER");
        Map<String, String> topic = new HashMap<>();
        Map<String, String> cleanerSettings = new HashMap<>();
        asked.get("config").fields().forEachRemaining(setting -> {
            String name = setting.getKey();
            String value = setting.getValue().asText();
            if (name.startsWith("log.cleaner.")) {
                cleanerSettings.put(name, value);
            } else if (name.equals("segment.bytes") && !asked.get("config").has("internal.segment.bytes") && value.matches("\\d{1,7}") && Integer.parseInt(value) >= 14
                && Integer.parseInt(value) < 1_048_576) {
                topic.put("internal.segment.bytes", value);
            } else {
                topic.put(name, value);
            }
        });
        try {
            // KafkaConfig insists on a megabyte of buffer for each thread; CleanerConfig does not.
            ConfigDef settings = new ConfigDef(CleanerConfig.CONFIG_DEF)
                .define("message.max.bytes", ConfigDef.Type.INT, 1_048_588, ConfigDef.Importance.HIGH, "");
            // Room for more keys than a case has; the default of 128 MiB would be cleared for each of them.
            cleanerSettings.putIfAbsent("log.cleaner.dedupe.buffer.size", "4194304");
            cleanerConfig = new CleanerConfig(new AbstractConfig(settings, cleanerSettings, false));
            cleanerSettings.remove("log.cleaner.dedupe.buffer.size");
            broker.putAll(cleanerSettings);
            Map<String, Object> defaults = DEFAULTS.computeIfAbsent(
                broker, properties -> KafkaConfig.fromProps(properties).extractLogConfigMap());
            LogConfig.validate(Map.of(), topic, defaults, false);
            Properties overrides = new Properties();
            overrides.putAll(topic);
            return LogConfig.fromProps(defaults, overrides);
        } catch (RuntimeException e) {
            if (System.getProperty("trace") != null) {
                e.printStackTrace();
            }
            throw new Oracle.Refused("INVALID_CONFIG");
        }
    }

    private ObjectNode step(JsonNode op) throws Exception {
        ObjectNode step = Oracle.JSON.objectNode();
        switch (op.get("op").asText()) {
            case "append" -> {
                ByteArrayOutputStream records = new ByteArrayOutputStream();
                boolean marker = false;
                for (JsonNode batch : op.get("batches")) {
                    marker |= batch.hasNonNull("control");
                    records.write(Batches.encode(
                        batch, 0, RecordBatch.NO_PARTITION_LEADER_EPOCH, clock.milliseconds()));
                }
                int epoch = op.hasNonNull("leader_epoch") ? op.get("leader_epoch").asInt() : 0;
                LogAppendInfo info = log.appendAsLeader(
                    MemoryRecords.readableRecords(ByteBuffer.wrap(records.toByteArray())), epoch,
                    marker ? AppendOrigin.COORDINATOR : AppendOrigin.CLIENT, RequestLocal.noCaching(),
                    VerificationGuard.SENTINEL, TransactionVersion.TV_1.featureLevel());
                log.updateHighWatermark(log.logEndOffsetMetadata());
                step.put("base_offset", info.firstOffset()).put("last_offset", info.lastOffset());
            }
            case "roll" -> step.put("base_offset", log.roll().baseOffset());
            case "retain" -> step.put("deleted", log.deleteOldSegments());
            case "clean" -> clean(step);
            case "delete_records" -> {
                deleteRecords(op.get("before_offset").asLong());
                step.put("log_start_offset", log.logStartOffset());
            }
            case "truncate" -> {
                truncate(op.get("to_offset").asLong());
                log.updateHighWatermark(log.logEndOffsetMetadata());
            }
            case "reopen" -> reopen(op);
            case "read" -> {
                FetchDataInfo read = log.read(op.get("offset").asLong(), op.get("max_bytes").asInt(),
                    FetchIsolation.HIGH_WATERMARK, true);
                ArrayNode bases = step.putArray("base_offsets");
                read.records.batches().forEach(batch -> bases.add(batch.baseOffset()));
                step.put("size_bytes", read.records.sizeInBytes());
            }
            case "offset_for_timestamp" -> {
                Optional<TimestampAndOffset> found = log
                    .fetchOffsetByTimestamp(op.get("timestamp").asLong(), Optional.empty()).timestampAndOffsetOpt();
                step.put("offset", found.map(f -> f.offset).orElse(-1L));
                step.put("timestamp", found.map(f -> f.timestamp).orElse(-1L));
            }
            default -> throw new Oracle.Unsupported("log." + op.get("op").asText());
        }
        return step;
    }

    /** As {@code Partition.deleteRecordsOnLeader} goes about it. */
    private void deleteRecords(long asked) {
        if (!log.config().delete && log.config().compact) {
            throw new PolicyViolationException("compacted");
        }
        long offset = asked == DeleteRecordsRequest.HIGH_WATERMARK ? log.highWatermark() : asked;
        if (offset < 0) {
            throw new OffsetOutOfRangeException("negative");
        }
        log.maybeIncrementLogStartOffset(offset, LogStartOffsetIncrementReason.ClientRecordDeletion);
    }

    /** As {@code LogManager.truncateTo} goes about it. */
    private void truncate(long offset) throws Exception {
        boolean stopCleaner = offset < log.activeSegment().baseOffset();
        if (stopCleaner) {
            cleaner().abortAndPauseCleaning(PARTITION);
        }
        try {
            log.truncateTo(offset);
            if (stopCleaner) {
                cleaner().maybeTruncateCheckpoint(dir.getParentFile(), PARTITION, log.activeSegment().baseOffset());
            }
        } finally {
            if (stopCleaner) {
                cleaner().resumeCleaning(Set.of(PARTITION));
            }
        }
    }

    /** Down as {@code LogManager.shutdown} does it, or all at once; the damage; up as {@code LogManager.loadLog}. */
    private void reopen(JsonNode op) throws Exception {
        boolean clean = op.get("clean").asBoolean();
        long logStartOffset = log.logStartOffset();
        long recoveryPoint = op.hasNonNull("recovery_point") ? op.get("recovery_point").asLong() : 0;
        log.removeLogMetrics();
        if (clean) {
            log.flush(true);
            recoveryPoint = log.recoveryPoint();
            log.close();
        } else {
            log.closeHandlers();
        }
        stampFiles();
        clock.forgetTasks();
        if (cleaner != null) {
            cleaner.removeMetrics();
            cleaner = null;
        }
        for (JsonNode damage : op.path("damage")) {
            damage(damage);
        }
        try {
            open(logStartOffset, recoveryPoint, clean);
        } catch (Throwable e) {
            if (System.getProperty("trace") != null) {
                e.printStackTrace();
            }
            throw new Oracle.Unsupported("log.reopen of what cannot be opened");
        }
    }

    private void damage(JsonNode damage) throws Exception {
        File file = new File(dir, damage.get("file").asText());
        if (!file.exists()) {
            throw new Oracle.Unsupported("damage of " + file.getName() + ", which does not exist");
        }
        long modifiedMs = file.lastModified();
        if (damage.has("delete")) {
            Files.delete(file.toPath());
            return;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file, "rw")) {
            long at = damage.get(damage.has("flip_byte") ? "flip_byte" : "truncate_to").asLong();
            if (at > bytes.length() || damage.has("flip_byte") && at == bytes.length()) {
                throw new Oracle.Unsupported("damage of " + file.getName() + " beyond its end");
            }
            if (damage.has("flip_byte")) {
                bytes.seek(at);
                int old = bytes.read();
                bytes.seek(at);
                bytes.write(~old);
            } else {
                bytes.setLength(at);
            }
        }
        file.setLastModified(modifiedMs);
    }

    private LogCleaner cleaner() throws Exception {
        if (cleaner == null) {
            ConcurrentMap<TopicPartition, UnifiedLog> logs = new ConcurrentHashMap<>(Map.of(PARTITION, log));
            cleaner = new LogCleaner(
                cleanerConfig, List.of(dir.getParentFile()), logs, new LogDirFailureChannel(1), clock);
            thread = cleaner.new CleanerThread(0);
        }
        return cleaner;
    }

    private void clean(ObjectNode step) throws Exception {
        cleaner();
        Optional<Long> checkpoint = checkpoint();
        Method offsets = LogCleanerManager.class.getDeclaredMethod(
            "cleanableOffsets", UnifiedLog.class, Optional.class, long.class);
        offsets.setAccessible(true);
        Object range = offsets.invoke(null, log, checkpoint, clock.milliseconds());
        long firstDirty = component(range, "firstDirtyOffset");
        long uncleanable = new LogToClean(log, firstDirty, component(range, "firstUncleanableDirtyOffset"), false)
            .firstUncleanableOffset();
        Method turn = LogCleaner.CleanerThread.class.getDeclaredMethod("tryCleanFilthiestLog");
        turn.setAccessible(true);
        boolean cleaned = (boolean) turn.invoke(thread);
        step.put("cleaned", cleaned);
        if (cleaned) {
            step.put("dirty_start", firstDirty).put("first_uncleanable", uncleanable)
                .put("checkpoint", checkpoint().orElseThrow());
        }
    }

    private Optional<Long> checkpoint() {
        return Optional.ofNullable(cleaner.cleanerManager().allCleanerCheckpoints().get(PARTITION));
    }

    private static long component(Object range, String name) throws Exception {
        Method method = range.getClass().getDeclaredMethod(name);
        method.setAccessible(true);
        return (long) method.invoke(range);
    }

    /** A file that this operation wrote carries the real clock's time; give it the case's. */
    private void stampFiles() throws Exception {
        long realMs = System.currentTimeMillis();
        for (LogSegment segment : log.logSegments()) {
            File file = segment.log().file();
            if (Math.abs(file.lastModified() - realMs) < 3_600_000) {
                file.setLastModified(clock.milliseconds());
            }
        }
    }

    private ObjectNode state() {
        ObjectNode state = Oracle.JSON.objectNode()
            .put("log_start_offset", log.logStartOffset()).put("log_end_offset", log.logEndOffset());
        ArrayNode segments = state.putArray("segments");
        for (LogSegment segment : log.logSegments()) {
            segments.addArray().add(segment.baseOffset()).add(segment.size());
        }
        return state;
    }

    private ArrayNode files() throws Exception {
        Map<String, Integer> sizes = new HashMap<>();
        for (LogSegment segment : log.logSegments()) {
            sizes.put(segment.offsetIndex().file().getName(), segment.offsetIndex().sizeInBytes());
            sizes.put(segment.timeIndex().file().getName(), segment.timeIndex().sizeInBytes());
        }
        ArrayNode files = Oracle.JSON.arrayNode();
        File[] listed = dir.listFiles();
        Arrays.sort(listed);
        for (File file : listed) {
            String name = file.getName();
            if (name.endsWith(".deleted") || name.equals("partition.metadata")) {
                continue;
            }
            byte[] bytes;
            try (var in = Files.newInputStream(file.toPath())) {
                bytes = in.readNBytes(sizes.getOrDefault(name, Integer.MAX_VALUE));
            }
            ObjectNode entry = files.addObject().put("name", name).put("size_bytes", bytes.length)
                .put("crc32c", Crc32C.compute(bytes, 0, bytes.length));
            if (asked.has("dump") && asked.get("dump").asBoolean()) {
                entry.set("hex", Oracle.hex(bytes));
            }
        }
        return files;
    }
}
