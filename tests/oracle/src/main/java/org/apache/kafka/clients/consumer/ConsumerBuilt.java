package org.apache.kafka.clients.consumer;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;

/** A consumer as its public constructor builds it, and the settings that it kept. */
public final class ConsumerBuilt {
    public static AbstractConfig config(Map<String, Object> settings, Set<String> unused) {
        ConsumerConfig config = new ConsumerConfig(ConsumerConfig.appendDeserializerToConfig(settings, null, null));
        KafkaConsumer<Object, Object> consumer = new KafkaConsumer<>(config, null, null);
        unused.addAll(config.unused());
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        return config;
    }
}
