package adfer.plan;

import adfer.inventory.Nic;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;
import adfer.runbook.Check;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What one task does, with nothing left to choose. */
public sealed interface TaskAction {
    /** The secrets that it takes. */
    default Stream<SecretRef> references() {
        return switch (this) {
            case RunScript script ->
                    Stream.concat(
                            script.secrets().values().stream(),
                            script.observe().stream().flatMap(check -> check.probe().references()));
            case Ask ask -> ask.check().probe().references();
            case StopVm ignored -> Stream.of();
            case StartVm ignored -> Stream.of();
            case Approve ignored -> Stream.of();
            case Wait ignored -> Stream.of();
            case MoveOwnership ignored -> Stream.of();
        };
    }

    /** Done when the hypervisor reports the VM off. */
    record StopVm(VmId vm, String name, Duration graceful) implements TaskAction {}

    /**
     * Defines the VM from the copy that the run keeps of its source, and starts it. Done when
     * reported running.
     *
     * @param nics the source's cards in their order, with the network and addresses they have at
     *     this site The epoch it is started for is the group's at that moment, and is journaled
     *     with the task's start.
     */
    record StartVm(VmId vm, String name, HostId host, List<Nic> nics) implements TaskAction {
        public StartVm {
            nics = List.copyOf(nics);
        }
    }

    /**
     * @param secrets more variables, and where its executor finds their values
     * @param observe tells whether the effect is already there
     */
    record RunScript(
            String path,
            List<String> arguments,
            SortedMap<String, String> environment,
            SortedMap<String, SecretRef> secrets,
            Optional<Check> observe)
            implements TaskAction {
        public RunScript {
            arguments = List.copyOf(arguments);
            environment = Sorted.copy(environment);
            secrets = Sorted.copy(secrets);
        }
    }

    /** Asks until it holds. Host names in it are resolved to addresses already. */
    record Ask(Check check) implements TaskAction {}

    record Approve(String role, String message) implements TaskAction {}

    /** Waits for {@code time}, or without one until an operator goes on. */
    record Wait(Optional<Duration> time, String message) implements TaskAction {}

    /**
     * Moves the group's ownership in the replicated state; the one moment at which the service
     * changes sites.
     */
    record MoveOwnership(GroupId group, SiteId from, SiteId to, Epoch epoch)
            implements TaskAction {}
}
