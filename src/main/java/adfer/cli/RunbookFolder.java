package adfer.cli;

import adfer.kernel.GroupId;
import adfer.runbook.Bundle;
import adfer.runbook.Folder;
import adfer.runbook.Reading;
import adfer.runbook.RunbookReader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A runbook on disk: the file, and what lies in its folder. */
public record RunbookFolder(Path file, Reading reading, Optional<Bundle> readable) {
    private static final long MAX_FILE_BYTES = 1 << 20;

    /**
     * @throws CliException when the file or its folder can't be read
     */
    public static RunbookFolder read(Path file) {
        try {
            Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
            String yaml = Files.readString(file);
            TreeMap<String, String> contents = new TreeMap<>();
            TreeMap<String, Boolean> facts = new TreeMap<>();
            try (Stream<Path> files = Files.walk(folder, 5)) {
                for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                    add(folder, each, file, contents, facts);
                }
            }
            Reading reading = RunbookReader.read(yaml, new Folder(facts));
            Optional<Bundle> bundle =
                    reading.runbook()
                            .map(runbook ->
                                    new Bundle(
                                            new GroupId(runbook.group().value()), yaml, contents));
            return new RunbookFolder(file, reading, bundle);
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCode.USAGE, file + " is not UTF-8 text.");
        } catch (IOException | UncheckedIOException e) {
            throw new CliException(ExitCode.USAGE, file + " can't be read: " + e.getMessage());
        }
    }

    private static void add(
            Path folder,
            Path each,
            Path runbook,
            java.util.Map<String, String> contents,
            java.util.Map<String, Boolean> facts)
            throws IOException {
        String name = folder.relativize(each.toAbsolutePath()).toString().replace('\\', '/');
        if (each.toAbsolutePath().equals(runbook.toAbsolutePath()) || name.startsWith(".")) {
            return;
        }
        if (Files.size(each) > MAX_FILE_BYTES) {
            throw new CliException(
                    ExitCode.USAGE,
                    each + " is larger than 1 MiB; a runbook's folder holds its scripts only.");
        }
        facts.put(name, Files.isExecutable(each));
        contents.put(name, Base64.getEncoder().encodeToString(Files.readAllBytes(each)));
    }

    /**
     * @throws CliException when the runbook has errors
     */
    public Bundle bundle() {
        return readable.orElseThrow(() ->
                new CliException(
                        ExitCode.FAILED,
                        file + " has errors: adfer runbook lint " + file + " shows them."));
    }
}
