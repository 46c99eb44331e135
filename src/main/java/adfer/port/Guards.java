package adfer.port;

import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.lease.Claim;
import adfer.lease.Stopped;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The guards of this site's hypervisor hosts. Every call asks all guards at once and ends by its
 * timeout; a guard that is silent, refuses, or isn't armed is missing from the answer, which is all
 * the caller learns: what it must not do without every guard it leaves undone.
 *
 * <p>May be called from any thread, also at the same time.
 */
public interface Guards extends AutoCloseable {
    /** For a site without guards: its leases are renewed, and prove nothing when they lapse. */
    Guards NONE =
            new Guards() {
                @Override
                public Tickets ask(List<Claim> claims, Duration timeout) {
                    return new Tickets(new TreeMap<>(), List.of());
                }

                @Override
                public SortedMap<HostId, Set<GroupId>> confirm(
                        Tickets tickets, List<Claim> claims, Duration timeout) {
                    return Collections.emptySortedMap();
                }

                @Override
                public SortedSet<HostId> expected() {
                    return Collections.emptySortedSet();
                }

                @Override
                public void close() {
                    // nothing to close
                }
            };

    /**
     * Asks every guard for a ticket. A guard answers as armed only while its loop runs and it has
     * seen its host's VMs a moment ago; it notes its clock before it answers.
     *
     * @param claims each group whose renewal is going to be submitted; so a guard that doesn't know
     *     one yet knows what to stop, should the confirmation never come
     * @return only guards that answered as armed within the timeout
     */
    Tickets ask(List<Claim> claims, Duration timeout);

    /**
     * Tells each guard that handed out one of these tickets that renewals were committed after it.
     *
     * @param claims each group of this site whose renewal was accepted, with all its VMs here
     * @return by host, which groups its guard took in, and keeps over a restart; one that refuses a
     *     group may take the others
     */
    SortedMap<HostId, Set<GroupId>> confirm(Tickets tickets, List<Claim> claims, Duration timeout);

    /** The longest stop that each guard has seen, of those that have told. */
    default SortedMap<HostId, Duration> longestStops() {
        return Collections.emptySortedMap();
    }

    /** All hosts of this site that must have a guard, by configuration. */
    SortedSet<HostId> expected();

    @Override
    void close();

    /**
     * What the guards handed out: for each host a number that its guard knows the clock of, for as
     * long as a lease lasts. It means nothing to any other guard.
     *
     * @param stopped what they had to stop and haven't seen on since
     */
    record Tickets(SortedMap<HostId, Long> byHost, List<Stopped> stopped) {
        public Tickets {
            byHost = Collections.unmodifiableSortedMap(new TreeMap<>(byHost));
            stopped = List.copyOf(stopped);
        }
    }
}
