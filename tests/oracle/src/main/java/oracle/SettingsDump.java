package oracle;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Every setting of Kafka's clients, in the order of its definition, fields parted by tabs: client, name, type, default,
 * valid values. Compiles against Kafka 1.0.0 as well: see {@code tests/files/README.md}.
 */
public final class SettingsDump {
    public static void main(String[] args) throws Exception {
        for (Class<?> client : new Class<?>[] {ProducerConfig.class, ConsumerConfig.class}) {
            java.lang.reflect.Field field = client.getDeclaredField("CONFIG");
            field.setAccessible(true);
            for (ConfigDef.ConfigKey key : ((ConfigDef) field.get(null)).configKeys().values()) {
                String usual = key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : "(required)";
                String valid = key.validator == null ? "" : key.validator.getClass().getSimpleName() + " " + key.validator;
                System.out.println(String.join("\t", client == ProducerConfig.class ? "producer" : "consumer", key.name, key.type.toString(),
                    usual == null ? "(null)" : usual, valid));
            }
        }
    }
}
