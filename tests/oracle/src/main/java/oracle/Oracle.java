package oracle;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.Errors;

/** One case a line on standard input, Apache Kafka's answer on standard output. Cases must be well formed. */
public final class Oracle {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** A refusal whose name is known already. */
    static final class Refused extends RuntimeException {
        Refused(String name) {
            super(name);
        }
    }

    /** A kind, operation or codec that this oracle does not ask Kafka about. */
    static final class Unsupported extends RuntimeException {
        Unsupported(String what) {
            super(what);
        }
    }

    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode asked = mapper.readTree(line);
            JsonNode aCase = asked.has("case") ? asked.get("case") : asked;
            ObjectNode answer = JSON.objectNode();
            answer.set("id", aCase.get("id"));
            try {
                answer.setAll(answer(aCase));
            } catch (Unsupported e) {
                answer.put("unsupported", e.getMessage());
            } catch (Throwable e) {
                answer.put("error", errorName(e));
                if (args.length > 0) {
                    e.printStackTrace();
                }
            }
            out.println(mapper.writeValueAsString(answer));
            if (!in.ready()) {
                out.flush();
            }
        }
        out.flush();
    }

    private static ObjectNode answer(JsonNode c) throws Exception {
        return switch (c.get("kind").asText()) {
            case "partition" -> Clients.partition(c);
            case "client_config" -> Settings.answer(c);
            case "assign" -> Assign.answer(c);
            case "accumulate" -> Accumulate.answer(c);
            case "encode_batch" -> Batches.encodeCase(c);
            case "decode_batches" -> Batches.decodeCase(c);
            case "group_partition" -> Groups.partition(c);
            case "offset_commit_record" -> Groups.offsetCommit(c);
            case "group_metadata_record" -> Groups.groupMetadata(c);
            case "decode_offsets_record" -> Groups.decode(c);
            case "log" -> new LogCase(c).run();
            default -> throw new Unsupported(c.get("kind").asText());
        };
    }

    /** What a broker would answer: {@code ReplicaManager} unwraps record validation, {@code Errors} names the rest. */
    static String errorName(Throwable e) {
        if (e instanceof Refused) {
            return e.getMessage();
        }
        if (e instanceof org.apache.kafka.storage.internals.log.RecordValidationException invalid) {
            return Errors.forException(invalid.invalidException()).name();
        }
        return Errors.forException(e).name();
    }

    static byte[] bytes(JsonNode hex) {
        return hex == null || hex.isNull() ? null : HexFormat.of().parseHex(hex.asText());
    }

    static JsonNode hex(byte[] bytes) {
        return bytes == null ? JSON.nullNode() : JSON.textNode(HexFormat.of().formatHex(bytes));
    }

    static JsonNode hex(java.nio.ByteBuffer buffer) {
        return buffer == null ? JSON.nullNode() : hex(org.apache.kafka.common.utils.Utils.toArray(buffer));
    }

    static String text(JsonNode node) {
        return node == null || node.isNull() ? null : node.asText();
    }
}
