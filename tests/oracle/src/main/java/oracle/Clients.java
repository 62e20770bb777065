package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/** BuiltInPartitioner. */
final class Clients {
    static ObjectNode partition(JsonNode c) {
        byte[] key = Oracle.bytes(c.get("key_hex"));
        return Oracle.JSON.objectNode()
            .put("hash", Utils.murmur2(key))
            .put("partition", BuiltInPartitioner.partitionForKey(key, c.get("partitions").asInt()));
    }
}
