package adfer.app;

import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.service.Replica;
import adfer.state.ClusterState;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What shows that somebody may set Adfer up at this node: a file in its data folder, which whoever
 * runs the node can read. It is there only while nobody is known.
 */
final class SetUpToken implements Replica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SetUpToken.class);

    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Path file;
    private final Replica replica;
    private final BooleanSupplier newest;
    private final String address;
    private final Supplier<String> secrets;
    private volatile Thread watching = Thread.ofVirtual().unstarted(() -> {});

    /**
     * @param newest brings the replica up to what the cluster knows, and tells whether it could
     * @param address of this node
     * @param secrets makes long random texts
     */
    SetUpToken(
            Path file,
            Replica replica,
            BooleanSupplier newest,
            String address,
            Supplier<String> secrets) {
        this.file = file;
        this.replica = replica;
        this.newest = newest;
        this.address = address;
        this.secrets = secrets;
    }

    /**
     * Begins to watch: once this node knows what the cluster knows, and that is nobody, it writes
     * the token and says on standard output where, since what is printed ends up in logs.
     */
    void watch() {
        replica.listen(this);
        watching = Thread.ofVirtual().name("set-up-token").start(this::look);
    }

    private void look() {
        try {
            while (!newest.getAsBoolean()) {
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (known(replica.state())) {
            forget();
            return;
        }
        if (!Files.exists(file)) {
            write(secrets.get());
        }
        System.out.println(
                "Adfer knows nobody yet. Make the first person: ./adfer setup --url "
                        + address
                        + " --name YOU --token-file "
                        + file.toAbsolutePath());
    }

    @Override
    public void close() {
        replica.unlisten(this);
        watching.interrupt();
    }

    private static boolean known(ClusterState state) {
        return state.people().findAny().isPresent();
    }

    private void write(String token) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, token + System.lineSeparator());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("The set-up token can't be written to " + file, e);
        }
    }

    /** Empty once somebody is known. */
    Optional<String> shown() {
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn("The set-up token can't be read from {}: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        if (touched.isEmpty() || touched.stream().anyMatch(SetUpToken::ofPerson)) {
            if (known(state)) {
                forget();
            }
        }
    }

    private static boolean ofPerson(Key key) {
        return key.kind() == Kind.PERSON;
    }

    private void forget() {
        replica.unlisten(this);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} can't be deleted; it opens nothing any more.", file);
        }
    }
}
