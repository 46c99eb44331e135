package adfer.adapter.schedule;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One job as Quartz runs it: never twice at one time, and whatever it throws stays here. */
@DisallowConcurrentExecution
final class Work implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(Work.class);

    private final String name;
    private final Runnable content;
    private final Optional<Duration> interval;
    private final AtomicBoolean wanted = new AtomicBoolean();

    /**
     * @param interval empty for work that is done at times of the clock
     */
    Work(String name, Runnable content, Optional<Duration> interval) {
        this.name = name;
        this.content = content;
        this.interval = interval;
    }

    String name() {
        return name;
    }

    JobKey key() {
        return JobKey.jobKey(name);
    }

    boolean repeats() {
        return interval.isPresent();
    }

    /** Whether this is the first to want a run besides its times since the last run began. */
    boolean want() {
        return wanted.compareAndSet(false, true);
    }

    @Override
    public void execute(JobExecutionContext context) {
        boolean onTime = context.getTrigger().getKey().getName().equals(name);
        boolean requested = wanted.getAndSet(false);
        if (requested || (onTime && !overtaken(context))) {
            run();
        }
    }

    /** A whole interval late: the next run is due already, and this one is skipped. */
    private boolean overtaken(JobExecutionContext context) {
        Duration late =
                Duration.between(
                        context.getScheduledFireTime().toInstant(),
                        context.getFireTime().toInstant());
        return interval.filter(length -> late.compareTo(length) >= 0).isPresent();
    }

    private void run() {
        Thread.currentThread().setName(name);
        try {
            content.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("The job '{}' failed: {}", name, e.toString().replaceAll("\\R", " "));
            LOG.debug("The job '{}' failed", name, e);
        }
    }
}
