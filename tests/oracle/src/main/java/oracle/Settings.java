package oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerBuilt;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerBuilt;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.Utils;

/** What a client makes of a {@code .properties} text: {@code Properties.load}, then the client's own constructor. */
final class Settings {
    static ObjectNode answer(JsonNode c) {
        boolean producer = c.get("client").asText().equals("producer");
        Set<String> unused = new LinkedHashSet<>();
        AbstractConfig config;
        ObjectNode out = Oracle.JSON.objectNode();
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(c.get("properties").asText()));
            if (c.path("read_only").asBoolean()) {
                ObjectNode read = out.putObject("properties");
                new TreeMap<>(properties).forEach((name, value) -> read.put((String) name, (String) value));
                return out;
            }
            Map<String, Object> settings = Utils.propsToMap(properties);
            config = producer ? ProducerBuilt.config(settings) : ConsumerBuilt.config(settings, unused);
        } catch (Exception e) {
            ArrayNode thrown = out.putArray("thrown");
            for (Throwable t = e; t != null; t = t.getCause()) {
                thrown.add(t.getClass().getName() + ": " + t.getMessage());
            }
            return out;
        }
        if (producer) {
            unused.addAll(config.unused());
        }
        ObjectNode values = out.putObject("values");
        ConfigDef def = producer ? ProducerConfig.configDef() : ConsumerConfig.configDef();
        for (ConfigDef.ConfigKey key : def.configKeys().values()) {
            Object value = config.values().get(key.name);
            String text = key.type == ConfigDef.Type.PASSWORD && value != null
                ? ((org.apache.kafka.common.config.types.Password) value).value() : ConfigDef.convertToString(value, key.type);
            text = text == null ? null : text.replace("class ", "");
            Object usual = key.defaultValue;
            String plain = usual == ConfigDef.NO_DEFAULT_VALUE ? null : ConfigDef.convertToString(usual, key.type);
            plain = plain == null ? null : plain.replace("class ", "");
            if (!java.util.Objects.equals(text, plain)) {
                values.put(key.name, text);
            }
        }
        String id = values.path("client.id").asText(null);
        String fixed = producer ? "transactional.id" : "group.instance.id";
        if (id != null && !values.has(fixed) && !config.originals().getOrDefault("client.id", "").equals(id)) {
            values.put("client.id", id.replaceAll("^(producer|consumer-.*)-[0-9]+$", "$1-N"));
        }
        ArrayNode names = out.putArray("unused");
        unused.forEach(names::add);
        return out;
    }
}
