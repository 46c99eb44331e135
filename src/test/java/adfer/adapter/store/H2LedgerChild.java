package adfer.adapter.store;

import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Transition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.TreeSet;

/**
 * A process of its own that opens a ledger and commits for ever, printing each index once it is in.
 */
final class H2LedgerChild {
    private H2LedgerChild() {}

    public static void main(String[] args) {
        try (H2Ledger ledger = H2Ledger.open(Path.of(args[0]), 8, new JacksonCodec())) {
            ClusterState state = ledger.load();
            while (true) {
                state = commit(ledger, state);
                System.out.println(state.index());
            }
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
    }

    /** Every commit touches several rows that all tell its index. */
    private static ClusterState commit(H2Ledger ledger, ClusterState before) {
        ClusterState state = before;
        long index = before.index() + 1;
        var touched = new TreeSet<Key>();
        var audit = new ArrayList<AuditEntry>();
        for (String site : new String[] {"a", "b", "c"}) {
            Applied applied = Transition.apply(state, index, judge(site, index));
            state = applied.state();
            touched.addAll(applied.touched());
            applied.audit().ifPresent(audit::add);
        }
        ledger.commit(state, touched, audit);
        return state;
    }

    private static Entry judge(String site, long index) {
        return new Entry(
                "",
                new Actor("child", "test"),
                Instant.EPOCH,
                "",
                new Command.JudgeSite(
                        new SiteVerdict(
                                new SiteId(site),
                                SiteVerdict.Status.HEALTHY,
                                SiteVerdict.Diagnosis.ALL_WELL,
                                "At " + index + ".",
                                Instant.EPOCH)));
    }

    static Process start(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        H2LedgerChild.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Opens the ledger in another process, which can't, and returns what that one said. */
    static String openElsewhere(Path directory) throws IOException {
        Process child = start(directory);
        try {
            return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            child.destroyForcibly();
        }
    }
}
