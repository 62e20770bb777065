package book;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/** Only the customer decides: all purchases of one are in one partition, whatever their dates. */
public final class PurchaseKeyPartitioner implements Partitioner {
    @Override
    public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
        byte[] customer = ((PurchaseKey) key).customerId().getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(customer)) % cluster.partitionsForTopic(topic).size();
    }

    @Override
    public void configure(Map<String, ?> configs) {
    }

    @Override
    public void close() {
    }
}
