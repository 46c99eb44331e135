package adfer.app;

import adfer.cli.CliException;
import adfer.cli.ExitCode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** Tests in which somebody uses the console of a whole cluster, in a real Chromium. */
abstract class InTheConsole {
    @TempDir static Path folder;
    @TempDir static Path profile;

    @SuppressWarnings("NullAway.Init")
    static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    static Visitor visitor;

    /** How the cluster comes to be. */
    interface Start {
        TestCluster in(Path folder) throws IOException;
    }

    /** Before all tests of a class, which are skipped where there is no browser. */
    static void visit(Start start) throws IOException {
        Assumptions.assumeTrue(Browser.there(), Browser.NEEDED);
        cluster = start.in(folder);
        visitor = new Visitor(cluster, profile);
    }

    @AfterEach
    void everyPageKeptToThePolicy() {
        visitor.obeyed();
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void leave() {
        if (visitor != null) {
            visitor.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Whether this opens nothing any more. */
    static boolean refused(String credential) {
        try {
            cluster.shown("b1", credential).raw("/api/v1/me");
            return false;
        } catch (CliException e) {
            return e.exitCode() == ExitCode.NOT_SIGNED_IN;
        }
    }
}
