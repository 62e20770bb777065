package org.apache.kafka.clients.producer;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.utils.Time;

/** A producer as its public constructor builds it, and the settings that it kept. */
public final class ProducerBuilt {
    public static AbstractConfig config(Map<String, Object> settings) {
        ProducerConfig config = new ProducerConfig(ProducerConfig.appendSerializerToConfig(settings, null, null));
        KafkaProducer<?, ?> producer = new KafkaProducer<>(config, null, null, null, null, null, new ApiVersions(), Time.SYSTEM);
        // It waits for its thread, which may sleep as long as `retry.backoff.ms` says.
        Thread closing = new Thread(() -> producer.close(Duration.ZERO));
        closing.setDaemon(true);
        closing.start();
        return config;
    }
}
