package adfer.adapter.guard;

import adfer.port.HostVms;
import adfer.port.HostVms.HostVm;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a guard sees of its host: one listing after the other, each on a thread of its own, so that
 * a hypervisor that hangs holds up nobody. Looked at by one thread.
 */
final class Eye {
    private static final Logger log = LoggerFactory.getLogger(Eye.class);

    private final HostVms vms;
    private final LongSupplier clock;
    private final Duration limit;
    private volatile Optional<Long> answered = Optional.empty();
    private volatile Optional<Sight> latest = Optional.empty();
    private volatile Optional<Look> underWay = Optional.empty();
    private volatile String trouble = "it was not asked yet";

    /**
     * @param begun the guard's clock before the listing was asked for
     */
    record Sight(List<HostVm> vms, long begun) {
        Sight {
            vms = List.copyOf(vms);
        }
    }

    private record Look(Thread thread, long begun) {}

    /**
     * @param limit how long a listing may take, and how long ago the latest may have come before
     *     the hypervisor counts as silent
     */
    Eye(HostVms vms, LongSupplier clock, Duration limit) {
        this.vms = vms;
        this.clock = clock;
        this.limit = limit;
    }

    /** Begins a listing unless one is under way. */
    void look(long now) {
        Optional<Look> before = underWay;
        if (before.isPresent()) {
            if (now - before.get().begun() > limit.toNanos()) {
                before.get().thread().interrupt();
            }
            return;
        }
        Thread thread = Thread.ofVirtual().name("guard-eye").unstarted(() -> list(now));
        underWay = Optional.of(new Look(thread, now));
        thread.start();
    }

    private void list(long begun) {
        try {
            List<HostVm> seen = vms.list(limit);
            if (!trouble.isEmpty()) {
                log.info("The hypervisor answers: {} VMs aren't off.", seen.size());
                trouble = "";
            }
            latest = Optional.of(new Sight(seen, begun));
            answered = Optional.of(clock.getAsLong());
        } catch (RuntimeException e) {
            if (!String.valueOf(e.getMessage()).equals(trouble)) {
                trouble = String.valueOf(e.getMessage());
                log.warn("This host's VMs can't be listed: {}", trouble);
            }
        } finally {
            underWay = Optional.empty();
        }
    }

    Optional<Sight> latest() {
        return latest;
    }

    /** Whether the hypervisor has not answered for too long. */
    boolean isBlind(long now) {
        return answered.filter(at -> now - at <= limit.toNanos()).isEmpty();
    }

    /** Why it is blind, for people. */
    String trouble() {
        return trouble.isEmpty() ? "a listing hangs" : trouble;
    }
}
