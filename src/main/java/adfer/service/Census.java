package adfer.service;

import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.SiteId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.state.ClusterState;
import adfer.state.Group;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Counts the VMs of protection groups that run at this node's site, for others to hear: whoever
 * says that the site is off must learn that it isn't. Where somebody leads, the inventory tells;
 * else the hypervisor is asked, since then nothing that is found gets into the inventory.
 */
public final class Census implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Census.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long a count says something of what runs now. */
    private static final Duration LASTS = Duration.ofSeconds(3);

    private final SiteId site;
    private final Hypervisor hypervisor;
    private final Replica replica;
    private final LongSupplier steadyNanos;
    private final Thread loop;
    private volatile Optional<Count> latest = Optional.empty();

    private record Count(int vms, long atNanos) {}

    /**
     * @param steadyNanos a clock that is never set
     */
    public Census(SiteId site, Hypervisor hypervisor, Replica replica, LongSupplier steadyNanos) {
        this.site = site;
        this.hypervisor = hypervisor;
        this.replica = replica;
        this.steadyNanos = steadyNanos;
        this.loop = Thread.ofVirtual().name("census").start(this::run);
    }

    /** Empty where that isn't known now. */
    public Optional<Integer> running() {
        return latest.filter(count -> steadyNanos.getAsLong() - count.atNanos() <= LASTS.toNanos())
                .map(Count::vms);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    look();
                } catch (HypervisorException e) {
                    // The collector says so, and who knows nothing tells nothing.
                    LOG.debug("What runs at site {} is not known: {}", site, e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("What runs at site {} can't be counted.", site, e);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long before = steadyNanos.getAsLong();
        ClusterState state = replica.state();
        boolean led = replica.leadership().leader().isPresent();
        if (!led) {
            latest = Optional.of(new Count(count(state, hypervisor.list().vms().stream()), before));
        } else if (state.sweep(site).map(At.Sweep::problem).filter(String::isEmpty).isPresent()) {
            latest = Optional.of(new Count(count(state, state.vms(site)), before));
        }
    }

    private static int count(ClusterState state, Stream<Vm> vms) {
        return Math.toIntExact(
                vms.filter(vm -> vm.power() == Power.RUNNING)
                        .filter(vm -> Group.protecting(state, vm).isPresent())
                        .count());
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
