package adfer.adapter.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.port.Scheduler;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class QuartzSchedulerTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration NEVER_AGAIN = Duration.ofHours(1);

    private final QuartzScheduler scheduler = new QuartzScheduler(4, Duration.ofSeconds(20));
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void workRunsAtOnceAndThenAgainAndAgainOnVirtualThreadsThatBearItsName() {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        scheduler.every("sweep", OFTEN, () -> threads.add(Thread.currentThread()));
        await().until(() -> threads.size() >= 5);
        assertThat(threads)
                .allMatch(Thread::isVirtual)
                .extracting(Thread::getName)
                .containsOnly("sweep");
    }

    @Test
    void cronExpressionIsFollowed() {
        scheduler.cron("each-second", "* * * * * ?", ZoneOffset.UTC, runs::incrementAndGet);
        await().until(() -> runs.get() >= 2);
    }

    @Test
    void malformedCronExpressionIsRefusedInOneSentence() {
        assertThatThrownBy(() -> scheduler.cron("night", "at night", ZoneOffset.UTC, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'at night' is no cron expression (second, minute,");
    }

    @Test
    void nameIsUniqueUntilItsJobIsCancelled() {
        Scheduler.Job job = scheduler.every("sweep", NEVER_AGAIN, () -> {});
        assertThatThrownBy(() -> scheduler.every("sweep", OFTEN, () -> {}))
                .hasMessage("there is a job 'sweep' already");
        job.cancel();
        scheduler.every("sweep", OFTEN, runs::incrementAndGet);
        await().until(() -> runs.get() > 0);
    }

    @Test
    void intervalOfNothingIsRefused() {
        assertThatThrownBy(() -> scheduler.every("spin", Duration.ofNanos(5), () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void runsOfOneJobNeverOverlapAndThoseThatWereMissedAreNotMadeUpFor() {
        Semaphore go = new Semaphore(0);
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicInteger marks = new AtomicInteger();
        scheduler.every(
                "slow",
                Duration.ofMillis(200),
                () -> {
                    overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
                    go.acquireUninterruptibly();
                    runs.incrementAndGet();
                    inside.decrementAndGet();
                });
        scheduler.every("metronome", Duration.ofMillis(200), marks::incrementAndGet);
        await().until(() -> marks.get() >= 10);
        go.release(4);
        await().until(() -> runs.get() == 4);
        // Made-up runs would come at once; the third and fourth came in their own time.
        assertThat(marks.get()).isGreaterThanOrEqualTo(11);
        assertThat(overlapped).isFalse();
    }

    @Test
    void failureIsOneLineAndDoesNotStopTheNextRun() {
        Logger logger = (Logger) LoggerFactory.getLogger(Work.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        try {
            scheduler.every(
                    "broken",
                    OFTEN,
                    () -> {
                        runs.incrementAndGet();
                        throw new AssertionError("first line\nsecond line");
                    });
            await().until(() -> runs.get() >= 3);
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
        }
        ILoggingEvent line = lines.list.getFirst();
        assertThat(line.getLevel()).isEqualTo(Level.WARN);
        assertThat(line.getFormattedMessage())
                .isEqualTo(
                        "The job 'broken' failed: java.lang.AssertionError: first line second"
                                + " line");
        assertThat(line.getThrowableProxy()).isNull();
    }

    @Test
    void askingForARunBringsOneHoweverOftenItIsAsked() {
        Semaphore go = new Semaphore(0);
        AtomicInteger begun = new AtomicInteger();
        Scheduler.Job job =
                scheduler.every(
                        "sweep",
                        NEVER_AGAIN,
                        () -> {
                            begun.incrementAndGet();
                            go.acquireUninterruptibly();
                            runs.incrementAndGet();
                        });
        await().until(() -> begun.get() == 1);
        for (int i = 0; i < 10; i++) {
            job.runSoon();
        }
        go.release(10);
        await().until(() -> runs.get() == 2);
        await().during(Duration.ofMillis(500)).until(() -> runs.get() == 2);
        job.runSoon();
        await().until(() -> runs.get() == 3);
    }

    @Test
    void cancelledWorkRunsNoMore() {
        Scheduler.Job job = scheduler.every("sweep", OFTEN, runs::incrementAndGet);
        await().until(() -> runs.get() > 0);
        job.cancel();
        job.runSoon();
        int last = runs.get();
        await().during(Duration.ofMillis(300)).until(() -> runs.get() <= last + 1);
    }

    @Test
    void noMoreJobsThanAllowedRunSideBySide() {
        Semaphore go = new Semaphore(0);
        AtomicInteger inside = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            scheduler.every(
                    "job-" + i,
                    NEVER_AGAIN,
                    () -> {
                        inside.incrementAndGet();
                        go.acquireUninterruptibly();
                        inside.decrementAndGet();
                        runs.incrementAndGet();
                    });
        }
        await().until(() -> inside.get() == 4);
        await().during(Duration.ofMillis(300)).until(() -> inside.get() == 4);
        go.release(8);
        await().until(() -> runs.get() == 8);
    }

    @Test
    void closingWaitsForTheRunUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        scheduler.every(
                "last",
                NEVER_AGAIN,
                () -> {
                    begun.countDown();
                    awaitQuietly(closing);
                    runs.incrementAndGet();
                });
        begun.await();
        Thread closer = Thread.ofVirtual().start(scheduler::close);
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        closing.countDown();
        closer.join();
        assertThat(runs).hasValue(1);
    }

    @Test
    void closingInterruptsWhatDoesNotEnd() throws Exception {
        QuartzScheduler impatient = new QuartzScheduler(1, Duration.ofMillis(100));
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        impatient.every(
                "endless",
                NEVER_AGAIN,
                () -> {
                    begun.countDown();
                    interrupted.set(!awaitQuietly(new CountDownLatch(1)));
                });
        impatient.every("waiting", NEVER_AGAIN, runs::incrementAndGet);
        begun.await();
        impatient.close();
        assertThat(interrupted).isTrue();
        assertThat(runs).hasValue(0);
        assertThatThrownBy(() -> impatient.every("late", OFTEN, () -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void restartPlansFromNow() {
        scheduler.every("hourly", NEVER_AGAIN, runs::incrementAndGet);
        scheduler.cron("yearly", "0 0 0 1 1 ? 2099", ZoneOffset.UTC, runs::incrementAndGet);
        await().until(() -> runs.get() == 1);
        scheduler.restart();
        await().until(() -> runs.get() == 2);
        await().during(Duration.ofMillis(300)).until(() -> runs.get() == 2);
    }

    /** Whether the latch opened; false when interrupted. */
    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
