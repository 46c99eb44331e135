package adfer.runbook;

import adfer.access.Deed;
import adfer.kernel.Cidr;
import adfer.kernel.GroupId;
import adfer.kernel.NetworkId;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.lease.WhenIsolated;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What is protected and how it is restored, the same for every operation: steps speak of source and
 * target, never of a site.
 *
 * @param group the runbook's name, which is also its protection group's
 * @param home where the group runs in normal times
 * @param recovery the site that stands in for it
 * @param automation what may happen without a person
 * @param twoPeople what a second person has to confirm, besides what the configuration says
 * @param steps in the order of the file; what they wait for is in {@link Step#after}
 */
public record Runbook(
        GroupId group,
        String title,
        SiteId home,
        SiteId recovery,
        Objectives objectives,
        Protection protect,
        Automation automation,
        List<Deed> twoPeople,
        List<Step> steps) {
    public Runbook {
        twoPeople = List.copyOf(twoPeople);
        steps = List.copyOf(steps);
    }

    public Optional<Step> step(StepId id) {
        return steps.stream().filter(step -> step.id().equals(id)).findFirst();
    }

    /** Every secret that some script of it may take, wherever that runs. */
    public Stream<SecretRef> secrets() {
        return steps.stream()
                .flatMap(step ->
                        Stream.of(
                                        step.action().references(),
                                        step.undo().stream()
                                                .flatMap(undo -> undo.action().references()),
                                        Stream.concat(
                                                        step.verify().stream(),
                                                        step.observe().stream())
                                                .flatMap(check -> check.probe().references()))
                                .flatMap(references -> references));
    }

    /** The other of the group's two sites. */
    public SiteId other(SiteId site) {
        return site.equals(home) ? recovery : home;
    }

    /**
     * @param rto the longest acceptable time without the service
     * @param rpo the most data that may be lost, as time
     */
    public record Objectives(Duration rto, Duration rpo) {}

    /**
     * What may happen by itself when the group's site is lost.
     *
     * @param dwell how long the committed verdict must have held before anything is done
     * @param dataAge the oldest data it may start from by itself
     * @param fence whether the site's hosts may be switched off by themselves, where its lease
     *     proves nothing
     * @param attempts how often they are, 1 or more
     * @param pause how long after a fence that failed
     * @param isolated what a guard does with the group's VMs when the lease runs out
     */
    public record Automation(
            Mode mode,
            Duration dwell,
            Duration dataAge,
            boolean fence,
            int attempts,
            Duration pause,
            WhenIsolated isolated) {
        public static final Duration DWELL = Duration.ofSeconds(10);
        public static final int ATTEMPTS = 3;
        public static final int MOST_ATTEMPTS = 20;
        public static final Duration PAUSE = Duration.ofSeconds(30);

        /** Who starts a failover. */
        public enum Mode {
            /** A person. */
            MANUAL,
            /** A person, who is called and finds the plan prepared. */
            PROPOSE,
            /** Adfer, when everything speaks for it and something proves that the site is off. */
            AUTOMATIC
        }

        public static Automation none(Duration dataAge) {
            return new Automation(
                    Mode.MANUAL, DWELL, dataAge, false, ATTEMPTS, PAUSE, WhenIsolated.STOP);
        }
    }

    /**
     * @param vms a VM is protected when any selector matches
     * @param networks network at the home site to network at the recovery site; read backwards on
     *     the way home
     * @param addresses subnet at the home site to subnet at the recovery site; read backwards on
     *     the way home
     */
    public record Protection(
            List<Selector> vms,
            SortedMap<NetworkId, NetworkId> networks,
            SortedMap<Cidr, Cidr> addresses) {
        public Protection {
            vms = List.copyOf(vms);
            networks = Sorted.copy(networks);
            addresses = Sorted.copy(addresses);
        }

        /** Those by which VMs are protected, {@code key=value}. */
        public List<String> labels() {
            return vms.stream()
                    .filter(Selector.Labelled.class::isInstance)
                    .map(Selector::toString)
                    .toList();
        }
    }
}
