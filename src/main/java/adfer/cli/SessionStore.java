package adfer.cli;

import adfer.adapter.json.Mappers;

import com.fasterxml.jackson.core.type.TypeReference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions of this machine's user, in a file that nobody else may read. A session is only ever
 * shown to the nodes it was got for: those asked, and those that they name as theirs.
 */
public final class SessionStore {
    private final Path file;

    /**
     * @param nodes the addresses at which it was got, and those of the other nodes
     * @param authority whose certificates were believed besides those that Java knows
     */
    public record Stored(
            List<String> nodes,
            String name,
            String credential,
            Instant expires,
            Optional<Path> authority) {
        /** The other nodes to ask where these don't answer; only as trustful as at the sign-in. */
        List<String> besides(List<String> asked, Optional<Path> believed) {
            return believed.equals(authority)
                    ? nodes.stream().filter(node -> !asked.contains(node)).toList()
                    : List.of();
        }

        @Override
        public String toString() {
            return "Stored[" + name + " at " + nodes + "]";
        }
    }

    public SessionStore(Path file) {
        this.file = file;
    }

    /** {@code sessions.json} in {@code $XDG_CONFIG_HOME/adfer} or {@code ~/.config/adfer}. */
    public static SessionStore standard(Map<String, String> environment) {
        Path config =
                Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
                        .filter(text -> !text.isBlank())
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home", "."), ".config"));
        return new SessionStore(config.resolve("adfer").resolve("sessions.json"));
    }

    /**
     * The session to show to these nodes; the one got last where no name is given.
     *
     * @param name whose; empty for anybody's
     */
    public Optional<Stored> find(List<String> nodes, Optional<String> name, Instant now) {
        return read().reversed().stream()
                .filter(stored -> stored.expires().isAfter(now))
                .filter(stored -> stored.nodes().containsAll(nodes))
                .filter(stored ->
                        name.filter(who -> !who.equalsIgnoreCase(stored.name())).isEmpty())
                .findFirst();
    }

    public void keep(Stored session, Instant now) {
        List<Stored> all = new ArrayList<>(read());
        all.removeIf(old ->
                !old.expires().isAfter(now)
                        || (old.name().equals(session.name())
                                && session.nodes().containsAll(old.nodes())));
        all.add(session);
        write(all);
    }

    /** Forgets a name's sessions at these nodes, or everybody's; tells how many. */
    public int forget(List<String> nodes, Optional<String> name) {
        List<Stored> all = new ArrayList<>(read());
        int before = all.size();
        all.removeIf(stored ->
                stored.nodes().stream().anyMatch(nodes::contains)
                        && name.filter(who -> !who.equalsIgnoreCase(stored.name())).isEmpty());
        if (all.size() < before) {
            write(all);
        }
        return before - all.size();
    }

    private List<Stored> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Mappers.json().readValue(Files.readAllBytes(file), new TypeReference<>() {});
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The sessions in " + file + " can't be read; delete it and sign in again.");
        }
    }

    private void write(List<Stored> sessions) {
        try {
            Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of("."));
            Files.createDirectories(folder);
            Path fresh =
                    Files.createTempFile(
                            folder,
                            "sessions",
                            ".new",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, Mappers.json().writeValueAsBytes(sessions));
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The session can't be kept in " + file + ": " + e.getMessage());
        }
    }
}
