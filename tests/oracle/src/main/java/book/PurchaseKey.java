package book;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serializer;

/** Whose purchase it was, and when: a key of two parts. */
public record PurchaseKey(String customerId, long dateMs) {
    /** JSON, as the simulator's producers write such a key. */
    public static final class ToJson implements Serializer<PurchaseKey> {
        @Override
        public byte[] serialize(String topic, PurchaseKey key) {
            return key == null ? null
                : ("{\"customerId\":\"" + key.customerId + "\",\"transactionDate\":" + key.dateMs + "}").getBytes(StandardCharsets.UTF_8);
        }
    }
}
