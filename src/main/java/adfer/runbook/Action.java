package adfer.runbook;

import adfer.kernel.SecretRef;
import adfer.kernel.Sorted;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What a step does. */
public sealed interface Action {
    /** VMs that go together; a VM belongs to the first wave that has a selector for it. */
    record Wave(List<Selector> vms) {
        public Wave {
            vms = List.copyOf(vms);
        }
    }

    /** The secrets that it takes. */
    default Stream<SecretRef> references() {
        return switch (this) {
            case Script script -> script.secrets().values().stream();
            case Probe probe -> probe.check().probe().references();
            default -> Stream.of();
        };
    }

    /** The key that names it in a runbook. */
    String kind();

    /**
     * Shuts VMs down, gracefully first, by force after {@code graceful}.
     *
     * @param vms which of the protected VMs; empty means all
     * @param order waves: every VM of one wave is off before the next begins; VMs in no wave come
     *     last
     * @param graceful how long a guest may take to shut down before it is forced off
     * @param atOnce the most stops under way at one time in this step
     */
    record StopVms(Side at, List<Selector> vms, List<Wave> order, Duration graceful, int atOnce)
            implements Action {
        public StopVms {
            vms = List.copyOf(vms);
            order = List.copyOf(order);
        }

        @Override
        public String kind() {
            return "vm.stop";
        }
    }

    /**
     * Defines VMs where needed and starts them.
     *
     * @param vms which of the protected VMs; empty means all
     * @param order waves: every VM of one wave runs before the next begins; VMs in no wave come
     *     last
     * @param atOnce the most starts under way at one time in this step
     * @param perHost the most starts under way at one time on one host
     */
    record StartVms(Side at, List<Selector> vms, List<Wave> order, int atOnce, int perHost)
            implements Action {
        public StartVms {
            vms = List.copyOf(vms);
            order = List.copyOf(order);
        }

        @Override
        public String kind() {
            return "vm.start";
        }
    }

    /**
     * Runs an executable of the runbook's folder at a node of the site.
     *
     * @param run its path within that folder
     * @param secrets more variables, and where the node that runs it finds their values
     */
    record Script(
            Side at,
            String run,
            List<String> arguments,
            SortedMap<String, String> environment,
            SortedMap<String, SecretRef> secrets)
            implements Action {
        public Script {
            arguments = List.copyOf(arguments);
            environment = Sorted.copy(environment);
            secrets = Sorted.copy(secrets);
        }

        @Override
        public String kind() {
            return "script";
        }
    }

    /** Waits until a check holds, asked from a node of the site. */
    record Probe(Side at, Check check) implements Action {
        @Override
        public String kind() {
            return "probe";
        }
    }

    /**
     * Waits for a person.
     *
     * @param role who may approve
     */
    record Approve(String role, String message) implements Action {
        @Override
        public String kind() {
            return "approve";
        }
    }

    /** Waits for a time, or without one until an operator goes on. */
    record Pause(Optional<Duration> time, String message) implements Action {
        @Override
        public String kind() {
            return "pause";
        }
    }
}
