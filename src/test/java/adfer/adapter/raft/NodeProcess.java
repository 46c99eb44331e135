package adfer.adapter.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import adfer.adapter.raft.RaftConfig.Limits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * One node in a process of its own, to be killed: submits every line {@code write ENTRY} of its
 * standard input, prints {@code acknowledged ENTRY} when it is, and on {@code dump} prints its
 * whole notebook, as of a barrier.
 */
public final class NodeProcess {
    /** Snapshots and purges often, so that nodes come back by log and by snapshot. */
    private static final Limits LIMITS = new Limits(4 << 10, 512, 1 << 20, 300, 1 << 20, 64 << 10);

    private NodeProcess() {}

    /** Arguments: the node's id, {@code id=host:port} of all separated by commas, the directory. */
    public static void main(String[] args) throws IOException {
        var out = new PrintStream(System.out, true, UTF_8);
        var directory = Path.of(args[2]);
        var notebook = new Notebook(directory.resolveSibling(args[0] + ".notebook"));
        var recovered = notebook.appliedIndex();
        var config = RaftConfig.of(args[0], peers(args[1]), directory).with(LIMITS);
        try (var log = new RaftReplicator(config, notebook, e -> System.exit(3))) {
            log.start();
            out.println("started");
            var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("write ")) {
                    write(log, line.substring(6), out);
                } else if (line.equals("dump")) {
                    log.barrier(Duration.ofSeconds(30)).join();
                    dump(notebook, recovered, out);
                }
            }
        }
    }

    private static void write(RaftReplicator log, String entry, PrintStream out) {
        var _ =
                log.submit(entry.getBytes(UTF_8), Duration.ofSeconds(10))
                        .thenAccept(reply -> {
                            synchronized (out) {
                                out.println("acknowledged " + entry);
                            }
                        });
    }

    private static void dump(Notebook notebook, long recovered, PrintStream out) {
        var picture = notebook.picture;
        var again = notebook.appliedHere.stream().filter(index -> index <= recovered).count();
        synchronized (out) {
            picture.entries().forEach(entry -> out.println("entry " + entry));
            out.println("applied again " + again);
        }
    }

    private static Map<String, String> peers(String list) {
        var peers = new TreeMap<String, String>();
        for (var peer : list.split(",", -1)) {
            var parts = peer.split("=", 2);
            peers.put(parts[0], parts[1]);
        }
        return peers;
    }
}
