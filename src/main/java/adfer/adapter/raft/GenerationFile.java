package adfer.adapter.raft;

import adfer.kernel.Belonging;
import adfer.kernel.Generation;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The small file in which a node keeps where it belongs. Its rename is the moment at which the node
 * changes over. Where there is none, the node is of the first generation.
 */
final class GenerationFile {
    static final String NAME = "generation";

    private final Path folder;

    /**
     * @param folder the node's data folder, where the folders of the generations' logs are as well
     */
    GenerationFile(Path folder) {
        this.folder = folder;
    }

    Belonging read() {
        Path file = folder.resolve(NAME);
        try {
            if (Files.exists(file)) {
                return parse(Files.readAllLines(file));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unusable("can't be read: " + e.getMessage(), e);
        }
        if (laterLogs()) {
            throw unusable(
                    "is missing, although there are logs of later generations beside it. Bring it"
                            + " back from a backup, or give the node an empty data folder",
                    null);
        }
        return Belonging.FIRST;
    }

    private boolean laterLogs() {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var logs = Files.newDirectoryStream(folder, "log-*")) {
            return logs.iterator().hasNext();
        } catch (IOException e) {
            throw unusable("can't be looked for: " + e.getMessage(), e);
        }
    }

    private ReplicatorException unusable(String what, @Nullable Throwable cause) {
        String sentence =
                "The file %s, which says to which generation of the cluster this node belongs, %s."
                        .formatted(folder.resolve(NAME), what);
        return cause == null
                ? new ReplicatorException(Code.UNUSABLE, false, sentence)
                : new ReplicatorException(Code.UNUSABLE, sentence, cause);
    }

    void write(Belonging belonging) {
        List<String> lines = new ArrayList<>();
        lines.add("generation " + words(belonging.generation()));
        lines.add("joined " + belonging.joined());
        belonging.superseded().ifPresent(by -> lines.add("superseded " + words(by)));
        try {
            Files.createDirectories(folder);
            Path unfinished = folder.resolve(NAME + ".new");
            Files.write(unfinished, lines, StandardCharsets.UTF_8);
            force(unfinished);
            Files.move(unfinished, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
            force(folder);
        } catch (IOException e) {
            throw unusable("can't be written: " + e.getMessage(), e);
        }
    }

    static void force(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String words(Generation generation) {
        return generation.number() == 1
                ? "1"
                : String.join(
                        " ",
                        Integer.toString(generation.number()),
                        Long.toString(generation.fork()),
                        generation.founder(),
                        generation.head());
    }

    private static Belonging parse(List<String> lines) {
        return new Belonging(
                generation(value(lines, "generation").orElseThrow(GenerationFile::incomplete)),
                Boolean.parseBoolean(
                        value(lines, "joined").orElseThrow(GenerationFile::incomplete)),
                value(lines, "superseded").map(GenerationFile::generation));
    }

    private static IllegalArgumentException incomplete() {
        return new IllegalArgumentException("it is incomplete");
    }

    private static Optional<String> value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1))
                .findFirst();
    }

    private static Generation generation(String words) {
        String[] parts = words.split(" ", -1);
        if (parts.length == 1 && parts[0].equals("1")) {
            return Generation.FIRST;
        }
        if (parts.length != 4) {
            throw new IllegalArgumentException("'" + words + "' is no generation");
        }
        return new Generation(
                Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[2], parts[3]);
    }
}
