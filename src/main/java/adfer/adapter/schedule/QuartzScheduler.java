package adfer.adapter.schedule;

import adfer.port.Scheduler;

import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ScheduleBuilder;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.ThreadExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Periodic work planned by Quartz in memory and run on virtual threads. */
public final class QuartzScheduler implements Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(QuartzScheduler.class);
    private static final Duration LATEST = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration CLOCK_LOOK = Duration.ofSeconds(5);

    private final Map<JobKey, Work> works = new ConcurrentHashMap<>();
    private final VirtualThreads threads;
    private final Duration patience;
    private final org.quartz.Scheduler quartz;
    private final Thread clockWatch;

    /** Up to 32 runs at one time, and ten seconds for them to end when closed. */
    public QuartzScheduler() {
        this(32, Duration.ofSeconds(10));
    }

    /**
     * @param atOnce the most runs under way at one time
     * @param patience how long closing waits for runs before it interrupts them
     */
    public QuartzScheduler(int atOnce, Duration patience) {
        this.threads = new VirtualThreads(atOnce);
        this.patience = patience;
        try {
            this.quartz = start(threads, works);
        } catch (SchedulerException e) {
            throw new IllegalStateException("periodic work can't be scheduled", e);
        }
        clockWatch = Thread.ofVirtual().name("clock-watch").start(this::watchClock);
    }

    @Override
    public Job every(String name, Duration interval, Runnable work) {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "the job '" + name + "' needs an interval of at least 1 ms, not " + interval);
        }
        return add(
                new Work(name, work, Optional.of(interval)),
                SimpleScheduleBuilder.simpleSchedule()
                        .withIntervalInMilliseconds(interval.toMillis())
                        .repeatForever()
                        .withMisfireHandlingInstructionNextWithRemainingCount());
    }

    @Override
    public Job cron(String name, String expression, ZoneId zone, Runnable work) {
        CronExpression times;
        try {
            times = new CronExpression(expression);
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "'"
                            + expression
                            + "' is no cron expression (second, minute, hour, day of month, month,"
                            + " day of week): "
                            + e.getMessage(),
                    e);
        }
        return add(
                new Work(name, work, Optional.empty()),
                CronScheduleBuilder.cronSchedule(times)
                        .inTimeZone(TimeZone.getTimeZone(zone))
                        .withMisfireHandlingInstructionDoNothing());
    }

    @Override
    public void close() {
        clockWatch.interrupt();
        try {
            quartz.shutdown(false);
        } catch (SchedulerException e) {
            LOG.warn("Periodic work can't be shut down in order: {}", e.toString());
        }
        threads.drain(patience);
    }

    /** Plans everything with an interval anew, beginning now. */
    void restart() {
        works.values().stream()
                .filter(Work::repeats)
                .forEach(work -> quietly(work, () -> replan(work)));
    }

    private Job add(Work work, ScheduleBuilder<?> times) {
        if (works.putIfAbsent(work.key(), work) != null) {
            throw new IllegalArgumentException("there is a job '" + work.name() + "' already");
        }
        JobDetail detail = JobBuilder.newJob(Work.class).withIdentity(work.key()).build();
        Trigger trigger =
                TriggerBuilder.newTrigger()
                        .withIdentity(work.name())
                        .startNow()
                        .withSchedule(times)
                        .build();
        try {
            quartz.scheduleJob(detail, trigger);
        } catch (SchedulerException e) {
            works.remove(work.key());
            throw new IllegalStateException("the job '" + work.name() + "' can't be planned", e);
        }
        return new Handle(work);
    }

    private void replan(Work work) throws SchedulerException {
        TriggerKey key = TriggerKey.triggerKey(work.name());
        Trigger planned = quartz.getTrigger(key);
        if (planned != null) {
            quartz.rescheduleJob(key, planned.getTriggerBuilder().startNow().build());
        }
    }

    private void watchClock() {
        ClockWatch watch = new ClockWatch(InstantSource.system(), System::nanoTime);
        try {
            while (true) {
                Thread.sleep(CLOCK_LOOK);
                if (watch.wasSetBack()) {
                    LOG.warn("The clock was set back: periodic work begins anew");
                    restart();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void quietly(Work work, Change change) {
        try {
            change.make();
        } catch (SchedulerException e) {
            LOG.debug("Nothing more is planned for the job '{}': {}", work.name(), e.toString());
        }
    }

    private static org.quartz.Scheduler start(VirtualThreads threads, Map<JobKey, Work> works)
            throws SchedulerException {
        RAMJobStore plans = new RAMJobStore();
        plans.setMisfireThreshold(LATEST.toMillis());
        String name = "adfer-" + UUID.randomUUID();
        DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
        factory.createScheduler(
                name,
                name,
                threads,
                new Daemon(),
                plans,
                null,
                null,
                0,
                IDLE.toMillis(),
                -1,
                false,
                null);
        org.quartz.Scheduler quartz = factory.getScheduler(name);
        quartz.setJobFactory((fired, _) -> {
            Work work = works.get(fired.getJobDetail().getKey());
            return work == null ? _ -> {} : work;
        });
        quartz.start();
        return quartz;
    }

    private interface Change {
        void make() throws SchedulerException;
    }

    /** Quartz's own thread must not keep alive a process that forgot to close it. */
    private static final class Daemon implements ThreadExecutor {
        @Override
        public void execute(Thread thread) {
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void initialize() {}
    }

    private final class Handle implements Job {
        private final Work work;

        Handle(Work work) {
            this.work = work;
        }

        @Override
        public void runSoon() {
            if (work.want()) {
                quietly(work, () -> quartz.triggerJob(work.key()));
            }
        }

        @Override
        public void cancel() {
            if (works.remove(work.key(), work)) {
                quietly(work, () -> quartz.deleteJob(work.key()));
            }
        }
    }
}
