package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/** MemoryRecordsBuilder, MemoryRecords, DefaultRecordBatch, with every codec. */
final class Batches {
    static byte[] encode(JsonNode batch, long baseOffset, int leaderEpoch, long markerMs) {
        JsonNode control = batch.get("control");
        ByteBufferOutputStream out = new ByteBufferOutputStream(512);
        MemoryRecordsBuilder builder = new MemoryRecordsBuilder(out, RecordBatch.CURRENT_MAGIC_VALUE,
            Compression.of(batch.hasNonNull("compression") ? batch.get("compression").asText() : "none").build(),
            batch.hasNonNull("timestamp_type") ? TimestampType.forName(batch.get("timestamp_type").asText())
                : TimestampType.CREATE_TIME,
            baseOffset, number(batch, "log_append_ms", -1), number(batch, "producer_id", -1),
            (short) number(batch, "producer_epoch", -1), (int) number(batch, "base_sequence", -1),
            batch.has("transactional") && batch.get("transactional").asBoolean() || control != null, control != null,
            leaderEpoch,
            Integer.MAX_VALUE, RecordBatch.NO_TIMESTAMP);
        if (control != null) {
            builder.appendEndTxnMarker(number(control, "timestamp", markerMs), new EndTransactionMarker(
                ControlRecordType.valueOf(control.get("type").asText()), (int) number(control, "coordinator_epoch", 0)));
        }
        for (JsonNode record : batch.path("records")) {
            List<Header> headers = new ArrayList<>();
            if (record.has("headers")) {
                record.get("headers").forEach(
                    h -> headers.add(new RecordHeader(h.get(0).asText(), Oracle.bytes(h.get(1)))));
            }
            builder.append(record.get("timestamp").asLong(), Oracle.bytes(record.get("key_hex")),
                Oracle.bytes(record.get("value_hex")), headers.toArray(new Header[0]));
        }
        ByteBuffer buffer = builder.build().buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static long number(JsonNode node, String name, long otherwise) {
        return node.hasNonNull(name) ? node.get(name).asLong() : otherwise;
    }

    static ObjectNode encodeCase(JsonNode c) {
        byte[] bytes = encode(c, number(c, "base_offset", 0), (int) number(c, "partition_leader_epoch", 0), 0);
        ObjectNode answer = Oracle.JSON.objectNode();
        answer.set("hex", Oracle.hex(bytes));
        return answer;
    }

    static ObjectNode decodeCase(JsonNode c) {
        MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(Oracle.bytes(c.get("hex"))));
        ObjectNode answer = Oracle.JSON.objectNode();
        ArrayNode batches = answer.putArray("batches");
        try {
            for (MutableRecordBatch batch : records.batches()) {
                batches.add(decode(batch));
            }
        } catch (Oracle.Unsupported e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new Oracle.Unsupported("decode_batches that take more memory than there is");
        } catch (Throwable e) {
            if (System.getProperty("trace") != null) {
                e.printStackTrace();
            }
            answer.put("error", Oracle.errorName(e));
        }
        return answer;
    }

    private static ObjectNode control(Record record) {
        ControlRecordType type = ControlRecordType.parse(record.key());
        ObjectNode out = Oracle.JSON.objectNode().put("type", type.name()).put("version", record.value().getShort())
            .put("timestamp", record.timestamp());
        if (type == ControlRecordType.ABORT || type == ControlRecordType.COMMIT) {
            out.put("coordinator_epoch", EndTransactionMarker.deserialize(record).coordinatorEpoch());
        }
        return out;
    }

    private static ObjectNode decode(RecordBatch batch) {
        batch.ensureValid();
        if (batch.magic() < 2) {
            throw new Oracle.Unsupported("magic");
        }
        ObjectNode out = Oracle.JSON.objectNode()
            .put("base_offset", batch.baseOffset()).put("last_offset", batch.lastOffset())
            .put("max_timestamp", batch.maxTimestamp()).put("size_bytes", batch.sizeInBytes())
            .put("partition_leader_epoch", batch.partitionLeaderEpoch()).put("crc", batch.checksum())
            .put("timestamp_type", batch.timestampType().name)
            .put("compression", batch.compressionType().name);
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            out.put("log_append_ms", batch.maxTimestamp());
        } else {
            out.putNull("log_append_ms");
        }
        if (batch.deleteHorizonMs().isPresent()) {
            out.put("delete_horizon_ms", batch.deleteHorizonMs().getAsLong());
        } else {
            out.putNull("delete_horizon_ms");
        }
        out.put("producer_id", batch.producerId()).put("producer_epoch", batch.producerEpoch())
            .put("base_sequence", batch.baseSequence()).put("transactional", batch.isTransactional());
        ArrayNode records = out.putArray("records");
        for (Record record : batch) {
            ObjectNode r = records.addObject().put("offset", record.offset()).put("timestamp", record.timestamp());
            r.set("key_hex", Oracle.hex(record.key()));
            r.set("value_hex", Oracle.hex(record.value()));
            ArrayNode headers = r.putArray("headers");
            for (Header header : record.headers()) {
                headers.addArray().add(header.key()).add(Oracle.hex(header.value()));
            }
        }
        if (batch.isControlBatch() && !records.isEmpty()) {
            out.remove("records");
            out.set("control", control(batch.iterator().next()));
        }
        return out;
    }
}
