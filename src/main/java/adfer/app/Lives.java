package adfer.app;

import org.jspecify.annotations.Nullable;

/**
 * The lives of a node in one process. A node that changes to another generation of the cluster is
 * put together anew, so that nothing of it has to know how to change while it works, and what it
 * was ordered to do in its earlier life is in doubt, as after any other end.
 */
final class Lives {
    private volatile @Nullable AdferApplication present;
    private volatile boolean over;

    /** Runs until the node stops for good. Returns the exit code. */
    int run(String config) throws Exception {
        AdferApplication life;
        int exitCode;
        do {
            life = new AdferApplication();
            present = life;
            if (over) {
                life.stop();
            }
            exitCode = life.serve(config);
        } while (life.again() && !over);
        return exitCode;
    }

    /** Stops the node as a signal to its process does; {@link #run} returns then. */
    void stop() throws Exception {
        over = true;
        AdferApplication life = present;
        if (life != null) {
            life.stop();
        }
    }
}
