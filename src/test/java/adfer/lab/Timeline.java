package adfer.lab;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What happened when, told by everybody: kept in a file as it comes, and in memory. */
final class Timeline implements AutoCloseable {
    private final List<Event> events = new ArrayList<>();
    private final BufferedWriter file;
    private final long begun = BootTime.now();

    private record Event(long at, String line) {}

    Timeline(Path file) throws IOException {
        this.file = Files.newBufferedWriter(file);
    }

    void tell(String what) {
        tell(BootTime.now(), what);
    }

    synchronized void tell(long at, String what) {
        String line = "%8.2f s  %s".formatted((at - begun) / 1e3, what);
        events.add(new Event(at, line));
        try {
            file.write(line);
            file.newLine();
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of some time, both ends counted, in the order of their times. */
    synchronized List<String> between(long from, long until) {
        return events.stream()
                .filter(event -> event.at() >= from && event.at() <= until)
                .sorted(java.util.Comparator.comparingLong(Event::at))
                .map(Event::line)
                .toList();
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
