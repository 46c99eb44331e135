package adfer.service;

import adfer.kernel.Problem;
import adfer.kernel.Spans;
import adfer.port.Notifier;
import adfer.port.Notifier.Notice;
import adfer.runbook.Runbook;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The ways in which a node calls people. A notice goes by all of them at once; each is tried a few
 * times, and none holds up the others.
 */
public final class Ways implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ways.class);

    private final List<Notifier> notifiers;
    private final Patience patience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * How often and how long each way is tried.
     *
     * @param attempts 1 or more
     * @param pause between two of them
     * @param timeout of one of them
     */
    public record Patience(int attempts, Duration pause, Duration timeout) {}

    /** How a notice is handed over in one way. */
    private interface Attempt {
        Optional<Problem> by(Notifier way) throws InterruptedException;
    }

    /**
     * What came of one way.
     *
     * @param problem why it failed; none where it was taken
     */
    record Tried(String way, Optional<Problem> problem) {}

    /**
     * What came of all.
     *
     * @param reached whether it was handed over in one way at least
     * @param sentence by which, and why not by others
     */
    record Told(boolean reached, String sentence) {}

    /**
     * @param notifiers none where nobody is to be called from this node
     */
    public Ways(List<Notifier> notifiers, Patience patience) {
        this.notifiers = List.copyOf(notifiers);
        this.patience = patience;
    }

    boolean none() {
        return notifiers.isEmpty();
    }

    /** That nobody is called about groups which count on it, in a sentence. */
    Optional<String> missing(Stream<Runbook> runbooks) {
        List<String> counting =
                runbooks.filter(runbook ->
                                switch (runbook.automation().mode()) {
                                    case MANUAL -> false;
                                    case PROPOSE, AUTOMATIC -> true;
                                })
                        .map(runbook -> runbook.group().value())
                        .toList();
        return none() && !counting.isEmpty()
                ? Optional.of(
                        "Nobody is called from this node when a person is needed, although Adfer"
                                + " proposes or acts by itself for "
                                + String.join(", ", counting)
                                + ". Name webhooks or mails under notify in the configuration.")
                : Optional.empty();
    }

    List<String> names() {
        return notifiers.stream().map(Notifier::name).toList();
    }

    /** How long one attempt may take. */
    Duration timeout() {
        return patience.timeout();
    }

    Told tell(Notice notice) throws InterruptedException {
        List<String> reached = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Tried tried : each(way -> insist(way, notice))) {
            tried.problem()
                    .ifPresentOrElse(
                            why -> failed.add(tried.way() + ": " + why.sentence()),
                            () -> reached.add(tried.way()));
        }
        String by = reached.isEmpty() ? "" : "By " + String.join(", ", reached) + ". ";
        return new Told(!reached.isEmpty(), (by + String.join(" ", failed)).strip());
    }

    /** Once by each, so that whoever looks on needn't wait for what fails anyhow. */
    List<Tried> attempt(Notice notice) throws InterruptedException {
        return each(way -> once(way, notice));
    }

    private List<Tried> each(Attempt attempt) throws InterruptedException {
        List<Future<Optional<Problem>>> under =
                notifiers.stream().map(way -> threads.submit(() -> attempt.by(way))).toList();
        List<Tried> tried = new ArrayList<>();
        for (int i = 0; i < notifiers.size(); i++) {
            tried.add(new Tried(notifiers.get(i).name(), outcome(under.get(i))));
        }
        return tried;
    }

    private Optional<Problem> insist(Notifier way, Notice notice) throws InterruptedException {
        Optional<Problem> problem = once(way, notice);
        for (int attempt = 2; problem.isPresent() && attempt <= patience.attempts(); attempt++) {
            LOG.warn("{}: {}", way.name(), problem.get().sentence());
            Thread.sleep(patience.pause());
            problem = once(way, notice);
        }
        return problem;
    }

    private Optional<Problem> once(Notifier way, Notice notice) throws InterruptedException {
        Future<Optional<Problem>> sending = threads.submit(() -> way.send(notice));
        try {
            return sending.get(patience.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            sending.cancel(true);
            return problem(
                    "It took longer than "
                            + Spans.format(patience.timeout())
                            + " (notify.timeout).");
        } catch (ExecutionException e) {
            LOG.error("{} failed.", way.name(), e.getCause());
            return problem("It failed; this node's log says why.");
        }
    }

    private static Optional<Problem> outcome(Future<Optional<Problem>> way)
            throws InterruptedException {
        try {
            return way.get();
        } catch (ExecutionException e) {
            return problem("This node stopped meanwhile.");
        }
    }

    private static Optional<Problem> problem(String sentence) {
        return Optional.of(new Problem("not-called", sentence));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        notifiers.forEach(Notifier::close);
    }
}
