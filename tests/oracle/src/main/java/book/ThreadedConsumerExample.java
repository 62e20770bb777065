package book;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Two threads, each with a consumer of its own, in one group; they print what they read of `test-topic`.
 * Arguments: settings, how long to run in ms.
 */
public final class ThreadedConsumerExample {
    private static final int THREADS = 2;

    private volatile boolean done;

    public static void main(String[] args) throws Exception {
        Properties settings = SimpleProducer.settings(args[0]);
        ThreadedConsumerExample example = new ThreadedConsumerExample();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int n = 0; n < THREADS; n++) {
            threads.submit(() -> example.consume(settings));
        }
        Thread.sleep(Long.parseLong(args[1]));
        example.done = true;
        threads.shutdown();
        threads.awaitTermination(30, TimeUnit.SECONDS);
    }

    private void consume(Properties settings) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of("test-topic"));
            while (!done) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    System.out.printf("Consumed: key = %s value = %s with offset = %d partition = %d%n",
                        record.key(), record.value(), record.offset(), record.partition());
                }
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
        }
    }
}
