package oracle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.Scheduler;

/** A clock that stands still until it is told, and the tasks that wait for it. */
final class Clock implements Time, Scheduler {
    private long nowMs;
    private long tasksSoFar;
    private final List<Task> tasks = new ArrayList<>();

    private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
        private long dueMs;
        private final long number = tasksSoFar++;
        private final long periodMs;
        private final Runnable work;

        Task(Runnable work, long dueMs, long periodMs) {
            super(work, null);
            this.work = work;
            this.dueMs = dueMs;
            this.periodMs = periodMs;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueMs - nowMs, TimeUnit.MILLISECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueMs, ((Task) other).dueMs);
        }
    }

    /** Runs what falls due on the way, in order. */
    void advanceTo(long ms) {
        while (true) {
            Task next = tasks.stream().filter(task -> task.dueMs <= ms)
                .min(Comparator.<Task>naturalOrder().thenComparing(task -> task.number)).orElse(null);
            if (next == null) {
                break;
            }
            tasks.remove(next);
            if (!next.isCancelled()) {
                long atMs = next.dueMs;
                if (next.periodMs > 0) {
                    // Periodic work looks at the clock alone: the last of a long series does for all.
                    atMs += (ms - next.dueMs) / next.periodMs * next.periodMs;
                    next.dueMs = atMs + next.periodMs;
                    tasks.add(next);
                }
                nowMs = Math.max(nowMs, atMs);
                next.work.run();
            }
        }
        nowMs = ms;
    }

    /** What a process that ends leaves undone. */
    void forgetTasks() {
        tasks.clear();
    }

    @Override
    public ScheduledFuture<?> schedule(String name, Runnable work, long delayMs, long periodMs) {
        Task task = new Task(work, Math.addExact(nowMs, Math.min(delayMs, Long.MAX_VALUE - nowMs)), periodMs);
        tasks.add(task);
        return task;
    }

    @Override
    public long milliseconds() {
        return nowMs;
    }

    @Override
    public long nanoseconds() {
        return nowMs * 1_000_000;
    }

    @Override
    public void sleep(long ms) { }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) { }

    @Override
    public void startup() { }

    @Override
    public void shutdown() { }

    @Override
    public void resizeThreadPool(int size) { }
}
