package book;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** One purchase to `some-topic`; its callback prints the exception, if there is one. Arguments: settings, date in ms. */
public final class SimpleProducer {
    public static void main(String[] args) throws Exception {
        try (KafkaProducer<PurchaseKey, String> producer = new KafkaProducer<>(settings(args[0]))) {
            PurchaseKey key = new PurchaseKey("12334568", Long.parseLong(args[1]));
            ProducerRecord<PurchaseKey, String> record = new ProducerRecord<>("some-topic", key, "value");
            Future<RecordMetadata> sent = producer.send(record, (metadata, exception) -> {
                if (exception != null) {
                    System.out.println("Encountered exception: " + exception);
                }
            });
            sent.get();
        }
    }

    static Properties settings(String file) throws IOException {
        Properties settings = new Properties();
        try (var in = Files.newBufferedReader(Path.of(file))) {
            settings.load(in);
        }
        return settings;
    }
}
