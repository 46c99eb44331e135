package adfer.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Kind;
import adfer.mesh.SiteVerdict;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Kills a process with -9 in the middle of its commits, again and again, on one database. */
class H2LedgerCrashIT {
    /** H2 writes behind a commit; the log brings these back. */
    private static final int ON_THEIR_WAY = 8;

    @TempDir Path directory;

    @Test
    void killedProcessLeavesAWholePictureOfAllButItsLastCommits() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 5; round++) {
            long acknowledged = commitUntilKilled(50 + random.nextInt(500));
            try (H2Ledger ledger = H2Ledger.open(directory, 8, new JacksonCodec())) {
                ClusterState state = ledger.load();
                assertThat(state.index()).isGreaterThanOrEqualTo(acknowledged - ON_THEIR_WAY);
                assertThat(state.all(Kind.VERDICT, SiteVerdict.class))
                        .hasSize(3)
                        .allMatch(v -> v.sentence().equals("At " + state.index() + "."));
                assertUnbroken(ledger.auditUpTo(Long.MAX_VALUE).toList(), state);
            }
        }
        assertThat(directory.resolve("adfer-damaged-1.mv.db")).doesNotExist();
    }

    /** Returns the last index the child had acknowledged. */
    private long commitUntilKilled(int commits) throws IOException, InterruptedException {
        Process child = H2LedgerChild.start(directory);
        long last = 0;
        try (BufferedReader said = child.inputReader()) {
            for (int i = 0; i < commits; i++) {
                last = Long.parseLong(said.readLine());
            }
            child.toHandle().destroyForcibly();
            for (String line; (line = said.readLine()) != null; ) {
                last = Long.parseLong(line);
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        return last;
    }

    private static void assertUnbroken(List<AuditEntry> audit, ClusterState state) {
        assertThat(audit).hasSize((int) state.audits()).allMatch(AuditEntry::intact);
        assertThat(audit.getLast().hash()).isEqualTo(state.auditHead());
        for (int i = 1; i < audit.size(); i++) {
            assertThat(audit.get(i).previous()).isEqualTo(audit.get(i - 1).hash());
        }
    }
}
