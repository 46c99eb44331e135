package adfer.adapter.simulated;

import adfer.adapter.simulated.Machine.Phase;
import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.VmId;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A simulated site's VMs on disk: a file to which each change appends one line, so that a kill of
 * the process at any moment loses nothing that was reported, and which is rewritten once most of
 * its lines are outdated. Not thread-safe.
 *
 * <p>A line's fields are separated by tabs: host, phase, boot, group, epoch, autostart, and the
 * lines of the {@link Blueprint}; or {@code gone} and the identity. A full stop ends it, so that a
 * torn last line is recognised.
 */
final class Journal implements AutoCloseable {
    private static final int OUTDATED_PER_VM = 4;
    private static final int OUTDATED_AT_LEAST = 1_000;
    private static final String END = "\t.";

    private final Path file;
    private final Map<VmId, String> latest = new LinkedHashMap<>();
    private OutputStream out;
    private int lines;

    /**
     * One VM as it is kept.
     *
     * @param boot identifies the last boot; empty before the first
     * @param autostart whether it starts by itself after a power loss
     */
    record Entry(
            Blueprint blueprint,
            HostId host,
            Phase phase,
            String boot,
            Optional<Ownership> mark,
            boolean autostart) {}

    private Journal(Path file, Collection<Entry> entries) throws IOException {
        this.file = file;
        entries.forEach(entry -> latest.put(entry.blueprint().id(), line(entry)));
        this.out = rewrite();
    }

    static boolean existsIn(Path directory) {
        return Files.exists(directory.resolve("vms.journal"));
    }

    /** Writes the given VMs, and nothing else, to the directory's journal. */
    static Journal begin(Path directory, Collection<Entry> entries) throws IOException {
        return new Journal(directory.resolve("vms.journal"), entries);
    }

    /** The VMs as they were last written to the directory's journal. */
    static List<Entry> read(Path directory) throws IOException {
        Path file = directory.resolve("vms.journal");
        List<String> written = Files.readAllLines(file);
        Map<VmId, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < written.size(); i++) {
            String line = written.get(i);
            if (!line.endsWith(END)) {
                if (i == written.size() - 1) {
                    break;
                }
                throw new IOException(file + ", line " + (i + 1) + " is damaged");
            }
            List<String> fields = List.of(line.split("\t", -1));
            if (fields.getFirst().equals("gone")) {
                entries.remove(new VmId(fields.get(1)));
            } else {
                Entry entry = entry(fields);
                entries.put(entry.blueprint().id(), entry);
            }
        }
        return new ArrayList<>(entries.values());
    }

    void put(Entry entry) {
        String line = line(entry);
        latest.put(entry.blueprint().id(), line);
        append(line);
    }

    void remove(VmId vm) {
        latest.remove(vm);
        append("gone\t" + vm + END + "\n");
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            if (++lines > latest.size() * OUTDATED_PER_VM + OUTDATED_AT_LEAST) {
                out.close();
                out = rewrite();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private OutputStream rewrite() throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            for (String line : latest.values()) {
                writer.write(line);
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        lines = latest.size();
        return Files.newOutputStream(file, StandardOpenOption.APPEND);
    }

    private static String line(Entry entry) {
        List<String> fields = new ArrayList<>();
        fields.add(entry.host().value());
        fields.add(entry.phase().name());
        fields.add(entry.boot());
        fields.add(entry.mark().map(mark -> mark.group().value()).orElse(""));
        fields.add(entry.mark().map(mark -> mark.epoch().toString()).orElse(""));
        fields.add(entry.autostart() ? "autostart" : "");
        fields.addAll(entry.blueprint().lines());
        return String.join("\t", fields) + END + "\n";
    }

    private static Entry entry(List<String> fields) {
        String group = fields.get(3);
        return new Entry(
                Blueprint.parse(fields.subList(6, fields.size() - 1)),
                new HostId(fields.get(0)),
                Phase.valueOf(fields.get(1)),
                fields.get(2),
                group.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Ownership(
                                        new GroupId(group),
                                        new Epoch(Long.parseLong(fields.get(4))))),
                fields.get(5).equals("autostart"));
    }
}
