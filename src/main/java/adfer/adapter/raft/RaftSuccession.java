package adfer.adapter.raft;

import adfer.kernel.Belonging;
import adfer.kernel.Generation;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;
import adfer.port.StateMachine;
import adfer.port.Succession;

import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The succession of a node's logs: each generation has a folder of its own, of which the {@link
 * GenerationFile} names one. None is ever deleted.
 */
public final class RaftSuccession implements Succession {
    private static final Logger LOG = LoggerFactory.getLogger(RaftSuccession.class);

    /** Every log begins with this term, and a snapshot that it begins with bears it. */
    private static final long FIRST_TERM = 0;

    private final RaftConfig config;
    private final GenerationFile file;
    private final Runnable close;
    private Belonging belonging;

    /**
     * @param config the node's; its directory is that of the first generation's log
     * @param close closes the node's log without handing over; harmless where it isn't open
     */
    public RaftSuccession(RaftConfig config, Runnable close) {
        this.config = config;
        this.file = new GenerationFile(folder(config));
        this.close = close;
        this.belonging = file.read();
    }

    private static Path folder(RaftConfig config) {
        return Optional.ofNullable(config.directory().toAbsolutePath().getParent()).orElseThrow();
    }

    /**
     * Where the node belongs, read before anything of it is opened. A node that has just joined a
     * generation begins with an empty database, too: the one it has is renamed.
     *
     * @param database the folder of the node's database
     * @throws ReplicatorException {@code UNUSABLE} with one sentence
     */
    public static Belonging prepare(RaftConfig config, Path database) {
        Belonging belonging = new GenerationFile(folder(config)).read();
        boolean fresh =
                belonging.joined()
                        && !Files.exists(config.of(belonging.generation()).directory())
                        && Files.exists(database);
        if (fresh) {
            setAside(database, belonging.generation());
        }
        return belonging;
    }

    private static void setAside(Path database, Generation joined) {
        try {
            Path aside;
            int number = 1;
            do {
                aside =
                        database.resolveSibling(
                                "%s-before-%s-%d"
                                        .formatted(
                                                database.getFileName(), joined.label(), number++));
            } while (Files.exists(aside));
            Files.move(database, aside);
            LOG.info("The database of before was set aside as {}.", aside);
        } catch (IOException e) {
            throw new ReplicatorException(
                    Code.UNUSABLE, "The database of before can't be set aside: " + e, e);
        }
    }

    @Override
    public synchronized Belonging belonging() {
        return belonging;
    }

    private synchronized void become(Belonging next) {
        file.write(next);
        belonging = next;
    }

    @Override
    public List<LogEntry> beyond(long applied) {
        try {
            return files().beyond(applied);
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private static ReplicatorException unreadable(Exception e) {
        return new ReplicatorException(
                Code.UNUSABLE, "This node's log can't be read: " + Causes.root(e), e);
    }

    private LogFiles files() {
        return new LogFiles(storage(belonging().generation()), config.limits().entryBytes());
    }

    private Path storage(Generation generation) {
        return config.of(generation)
                .directory()
                .resolve(Membership.groupId(config.group(), generation).getUuid().toString());
    }

    @Override
    public void cease() {
        close.run();
    }

    @Override
    public void found(Generation next, StateMachine.Snapshot picture, long index) {
        // From here on a missing file is a lost one, and no node of the first generation.
        become(belonging());
        try {
            Seed.write(storage(next), TermIndex.valueOf(FIRST_TERM, index), picture);
            GenerationFile.force(config.of(next).directory());
        } catch (IOException | RuntimeException e) {
            throw new ReplicatorException(
                    Code.UNUSABLE,
                    "The log of " + next + " can't be written: " + Causes.root(e),
                    e);
        }
        become(Belonging.founder(next));
        LOG.warn("This node has founded {}.", next);
    }

    @Override
    public void quarantine(Generation heard) {
        Belonging now = belonging();
        become(now.quarantined(heard));
        LOG.warn(
                "This node of {} is in quarantine, since it has heard of {}.",
                now.generation(),
                heard);
    }

    @Override
    public void join() {
        become(belonging().joining());
        LOG.warn("This node joins {} as a follower with an empty log.", belonging().generation());
    }
}
