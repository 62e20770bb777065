package org.apache.kafka.clients.producer.internals;

import java.util.function.IntSupplier;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/** A RecordAccumulator whose partitioner draws given numbers; here because only this package may say so. */
public final class AccumulateDrawn extends RecordAccumulator {
    private final IntSupplier draws;

    public AccumulateDrawn(int batchSize, int lingerMs, int deliveryTimeoutMs, PartitionerConfig partitioner, Metrics metrics,
                           Time time, BufferPool pool, IntSupplier draws) {
        super(new LogContext(), batchSize, Compression.NONE, lingerMs, 100, 1000, deliveryTimeoutMs, partitioner, metrics,
            "producer-metrics", time, null, pool);
        this.draws = draws;
    }

    @Override
    BuiltInPartitioner createBuiltInPartitioner(LogContext logContext, String topic, int stickyBatchSize) {
        return new BuiltInPartitioner(logContext, topic, stickyBatchSize) {
            @Override
            int randomPartition() {
                return draws.getAsInt();
            }
        };
    }

    public static int partition(ProducerBatch batch) {
        return batch.topicPartition.partition();
    }

    public static int recordCount(ProducerBatch batch) {
        return batch.recordCount;
    }
}
