package adfer.runbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The runbooks of {@code src/test/resources/runbooks}. Comments at a file's head name the files of
 * its folder (one with {@code -} in front is not executable) and the findings it must yield.
 *
 * @param name folder and file
 * @param text without the comments of the head
 * @param expects {@code code line:column}, lines counted from where the head ends
 */
public record Corpus(String name, String text, Folder folder, List<String> expects) {
    private static final Path ROOT = Path.of("src/test/resources/runbooks");

    public static Stream<Corpus> in(String folder) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            return files.sorted().map(Corpus::of).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Corpus of(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> head = lines.stream().takeWhile(line -> line.startsWith("#")).toList();
            TreeMap<String, Boolean> files = new TreeMap<>();
            values(head, "# files: ")
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .forEach(path -> files.put(path.replaceFirst("^-", ""), !path.startsWith("-")));
            String text = String.join("\n", lines.subList(head.size(), lines.size())) + "\n";
            return new Corpus(
                    ROOT.relativize(file).toString(),
                    text,
                    new Folder(files),
                    values(head, "# expects: ").sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> values(List<String> head, String key) {
        return head.stream()
                .filter(line -> line.startsWith(key))
                .map(l -> l.substring(key.length()));
    }

    Reading read() {
        return RunbookReader.read(text, folder);
    }

    @Override
    public String toString() {
        return name;
    }
}
