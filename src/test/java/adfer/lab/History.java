package adfer.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was recorded of one run of the fault lab. Times are milliseconds since the machine's boot, a
 * clock that all its processes share.
 *
 * @param stateTold each node's state as it told it, at any time
 * @param audits by node, the actors of the commands that its audit trail shows accepted
 * @param rests what has to run once all is mended
 * @param provenOff sites of which people have proven that they are off
 * @param quarantines nodes in quarantine
 */
record History(
        List<Life> lives,
        List<Isolation> isolations,
        List<Acknowledged> acknowledged,
        List<StateTold> stateTold,
        Map<String, Set<String>> audits,
        List<Rest> rests,
        List<ProvenOff> provenOff,
        List<Quarantine> quarantines) {
    History {
        lives = List.copyOf(lives);
        isolations = List.copyOf(isolations);
        acknowledged = List.copyOf(acknowledged);
        stateTold = List.copyOf(stateTold);
        audits = Map.copyOf(audits);
        rests = List.copyOf(rests);
        provenOff = List.copyOf(provenOff);
        quarantines = List.copyOf(quarantines);
    }

    /**
     * A VM's process from its start until it was seen gone; both err on the long side.
     *
     * @param end {@link Long#MAX_VALUE} while it lives
     */
    record Life(String vm, String group, String site, long pid, long start, long end) {
        boolean overlaps(Life other) {
            return start < other.end && other.start < end;
        }

        @Override
        public String toString() {
            return "%s of %s at %s (process %d), %d to %s"
                    .formatted(
                            vm, group, site, pid, start, end == Long.MAX_VALUE ? "the end" : end);
        }
    }

    /** A site whose leases nobody could renew, while its guards were well. */
    record Isolation(String site, String how, long from, long until) {
        boolean lasted(Duration lease) {
            return until - from >= lease.toMillis();
        }
    }

    /** A command that a node said was done, known by the actor, which is a new one each time. */
    record Acknowledged(String actor, String what, long at) {}

    /** A node's own word on its state. */
    record StateTold(String node, long index, String fingerprint) {}

    /**
     * A group that has to run: whose owner holds its lease, that no run has in hand, and that no
     * person has left out.
     *
     * @param site its owner
     * @param at when all of its VMs have to be on there
     * @param since for how long it was waited for
     */
    record Rest(String group, String site, Set<String> vms, long at, Duration since) {
        Rest {
            vms = Set.copyOf(vms);
        }
    }

    /**
     * A site that is proven off by a fence or by two people's word.
     *
     * @param at when that was known at the latest
     */
    record ProvenOff(String site, String how, long at) {}

    /** A site whose node is in quarantine; until then nothing may be started there. */
    record Quarantine(String site, long from, long until) {}
}
