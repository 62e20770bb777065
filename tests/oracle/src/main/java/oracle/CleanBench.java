package oracle;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** Times Kafka's cleaner on the log of {@code dirty_log} in tests/bench/workloads.rs: bytes cleaned, and nanoseconds. */
public final class CleanBench {
    private static final long NOW_MS = 1_735_689_600_000L;
    private static final int WARM = 60;
    private static final int TIMED = 60;

    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory("clean");
        File template = new File(root.toFile(), "template/bench-0");
        UnifiedLog dirty = open(template);
        int draw = 1;
        for (int batch = 0; batch < 200; batch++) {
            SimpleRecord[] records = new SimpleRecord[100];
            for (int at = 0; at < records.length; at++) {
                draw = draw * 1_664_525 + 1_013_904_223;
                int number = (draw >>> 8) % 2_000;
                byte[] value = new byte[100];
                for (int i = 0; i < value.length; i++) {
                    value[i] = (byte) (i * 7 + number);
                }
                records[at] = new SimpleRecord(NOW_MS, String.format("customer-%07d", number).getBytes(), value);
            }
            dirty.appendAsLeader(MemoryRecords.withRecords(Compression.NONE, records), 0);
        }
        dirty.close();
        SkimpyOffsetMap map = new SkimpyOffsetMap(128 * 1024 * 1024);
        Cleaner cleaner = new Cleaner(0, map, 512 * 1024 / 2, 1_048_588, 0.9,
            new Throttler(Double.MAX_VALUE, 300, "cleaner", "bytes", Time.SYSTEM), Time.SYSTEM, partition -> { });
        long[] took = new long[TIMED];
        long bytes = 0;
        for (int run = -WARM; run < TIMED; run++) {
            File dir = new File(root.toFile(), "run" + (run + WARM) + "/bench-0");
            dir.mkdirs();
            for (File file : template.listFiles()) {
                Files.copy(file.toPath(), new File(dir, file.getName()).toPath());
            }
            UnifiedLog log = open(dir);
            LogToClean all = new LogToClean(log, 0, log.activeSegment().baseOffset(), false);
            bytes = all.cleanableBytes();
            long from = System.nanoTime();
            cleaner.clean(all);
            long ns = System.nanoTime() - from;
            if (run >= 0) {
                took[run] = ns;
            }
            log.removeLogMetrics();
            log.closeHandlers();
            Utils.delete(dir.getParentFile());
        }
        Utils.delete(root.toFile());
        Arrays.sort(took);
        System.out.println("{\"bytes\":" + bytes + ",\"least\":" + took[0] + ",\"median\":" + took[TIMED / 2] + "}");
    }

    private static UnifiedLog open(File dir) throws Exception {
        Properties overrides = new Properties();
        overrides.putAll(Map.of("cleanup.policy", "compact", "segment.bytes", "1048576", "segment.index.bytes", "8192"));
        Clock clock = new Clock();
        clock.advanceTo(NOW_MS);
        return UnifiedLog.create(dir, LogConfig.fromProps(Map.of(), overrides), 0, 0, clock, new BrokerTopicStats(), clock,
            300_000, new ProducerStateManagerConfig(86_400_000, false), 600_000, new LogDirFailureChannel(1), true, Optional.empty());
    }
}
