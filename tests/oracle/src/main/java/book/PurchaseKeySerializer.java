package book;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serializer;

/** JSON, as the simulator's producers write such a key. */
public final class PurchaseKeySerializer implements Serializer<PurchaseKey> {
    @Override
    public byte[] serialize(String topic, PurchaseKey key) {
        return key == null ? null
            : ("{\"customerId\":\"" + key.customerId() + "\",\"transactionDate\":" + key.dateMs() + "}").getBytes(StandardCharsets.UTF_8);
    }
}
