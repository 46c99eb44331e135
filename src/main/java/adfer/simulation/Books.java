package adfer.simulation;

import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.lease.WhenIsolated;
import adfer.runbook.Bundle;
import adfer.runbook.Reading;
import adfer.runbook.Runbook;
import adfer.runbook.RunbookReader;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runbooks of the two services, mail at home at a and wiki at b. What guards do when they are
 * isolated, and what may happen by itself, is drawn anew at each publishing.
 */
final class Books {
    static final SiteId A = new SiteId("a");
    static final SiteId B = new SiteId("b");
    static final List<GroupId> GROUPS = List.of(new GroupId("mail"), new GroupId("wiki"));

    /** Reading one takes as long as a second of a world. */
    private static final Map<String, Runbook> READ = new ConcurrentHashMap<>();

    private static final Set<String> FILES = Set.of("promote.sh", "is-primary.sh");

    /** Its script may be repeated, since somebody can look whether it has done its work. */
    private static final String OBSERVED =
            """
              - id: promote
                title: Make the first the primary
                script: { at: target, run: promote.sh }
                after: [first]
                observe: { script: is-primary.sh, within: 2s }
                undo: none
            """;

    private static final String UNOBSERVED =
            """
              - id: ask
                title: Ask whether all is well
                approve: { role: duty-manager, message: "Well?" }
                after: [first]
              - id: promote
                title: Make the first the primary
                script: { at: target, run: promote.sh }
                after: [first]
                retry: { attempts: 2, backoff: 2s }
                undo: none
            """;

    private final Chance chance;
    private final Theme theme;

    Books(Chance chance, Theme theme) {
        this.chance = chance;
        this.theme = theme;
    }

    static SiteId home(GroupId group) {
        return group.equals(GROUPS.getFirst()) ? A : B;
    }

    static SiteId other(SiteId site) {
        return site.equals(A) ? B : A;
    }

    static VmId vm(GroupId group, int number) {
        return new VmId(group + "-" + number);
    }

    /** The group's runbook with a policy of chance. */
    Command publish(GroupId group) {
        return publish(group, chance.percent(theme.keeping()));
    }

    /** The same where it is said whether guards let VMs run on. */
    Command publish(GroupId group, boolean keep) {
        Bundle bundle = new Bundle(group, group.value(), new TreeMap<>());
        return new Command.PublishRunbook(bundle, draw(group, keep));
    }

    private Runbook draw(GroupId group, boolean keep) {
        WhenIsolated isolated =
                keep
                        ? WhenIsolated.KEEP
                        : chance.percent(25) ? WhenIsolated.SUSPEND : WhenIsolated.STOP;
        String mode = chance.of(List.of("manual", "automatic", "automatic", "propose"));
        boolean automatic = mode.equals("automatic");
        boolean fence = automatic && (isolated == WhenIsolated.KEEP || chance.percent(50));
        String policy =
                "isolated: %s\nfailover: { mode: %s, dwell: %ds%s }"
                        .formatted(
                                isolated.name().toLowerCase(Locale.ROOT),
                                mode,
                                2 + chance.below(3) * 3,
                                fence ? ", fence: true" : "");
        return READ.computeIfAbsent(text(group, policy), Books::read);
    }

    /** Whether guards let the group's VMs run on. */
    static boolean keeps(ClusterState state, GroupId group) {
        return state.runbook(group)
                .filter(known -> known.runbook().automation().isolated() == WhenIsolated.KEEP)
                .isPresent();
    }

    private static String text(GroupId group, String policy) {
        SiteId home = home(group);
        return """
        runbook: %1$s
        title: %1$s
        home: %2$s
        recovery: %3$s
        objectives: { rto: 10m, rpo: 10m }
        %4$s
        protect:
          vms: [ %1$s-1, %1$s-2 ]
        steps:
          - id: stop
            title: Stop all
            vm.stop: { at: source, graceful: 10s }
            when: source.reachable
          - id: first
            title: Start the first
            vm.start: { at: target, vms: [ %1$s-1 ] }
            after: [stop]
        %5$s  - id: second
            title: Start the second
            vm.start: { at: target, vms: [ %1$s-2 ] }
            after: [first]
        """
                .formatted(
                        group, home, other(home), policy, home.equals(A) ? OBSERVED : UNOBSERVED);
    }

    private static Runbook read(String yaml) {
        Reading reading = RunbookReader.read(yaml, FILES);
        return reading.runbook()
                .orElseThrow(() -> new IllegalStateException(reading.findings().toString()));
    }
}
