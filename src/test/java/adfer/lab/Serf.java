package adfer.lab;

import adfer.lab.Lab.Place;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Serf agent at each site, with one of its profiles; what they say of each other, and when. */
final class Serf implements AutoCloseable {
    private static final Pattern EVENT =
            Pattern.compile(".*serf: EventMember(Join|Failed|Leave|Reap): (\\S+).*");

    private final Lab lab;
    private final String profile;
    private final int port;
    private final Map<Place, Process> agents = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Said> said = new ConcurrentLinkedQueue<>();
    private final Map<Place, Map<String, Boolean>> views = new ConcurrentHashMap<>();

    /**
     * @param at by {@link System#nanoTime}
     */
    record Said(long at, Place observer, String member, String event) {}

    Serf(Lab lab, String profile, int port) {
        this.lab = lab;
        this.profile = profile;
        this.port = port;
    }

    String profile() {
        return profile;
    }

    void start(Place place) {
        List<String> command = new ArrayList<>(lab.commands().inside(place.namespace));
        command.addAll(
                List.of(
                        "serf",
                        "agent",
                        "-node=" + place.site,
                        "-bind=" + place.mesh + ":" + port,
                        "-rpc-addr=127.0.0.1:" + (port + 100),
                        "-profile=" + profile,
                        "-retry-interval=1s"));
        for (Place other : Place.values()) {
            if (other != place) {
                command.add("-retry-join=" + other.mesh + ":" + port);
            }
        }
        views.put(place, new ConcurrentHashMap<>());
        try {
            Process agent = new ProcessBuilder(command).redirectErrorStream(true).start();
            agents.put(place, agent);
            Thread.ofPlatform().daemon().start(() -> listen(place, agent));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(Place observer, Process agent) {
        Path log = lab.home().resolve("log/serf-" + profile + "-" + observer.site + ".log");
        try (BufferedReader lines = agent.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher words = EVENT.matcher(line);
                if (words.matches()) {
                    said.add(new Said(System.nanoTime(), observer, words.group(2), words.group(1)));
                    view(observer).put(words.group(2), words.group(1).equals("Join"));
                }
                Files.writeString(
                        log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            // The agent has ended.
        }
    }

    private Map<String, Boolean> view(Place observer) {
        return views.computeIfAbsent(observer, place -> new ConcurrentHashMap<>());
    }

    /** The next agent needs its address, so its end is waited for. */
    void kill(Place place) {
        Process agent = agents.remove(place);
        if (agent == null) {
            return;
        }
        try {
            if (!agent.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Serf at " + place.site + " can't be killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether every agent has all sites for alive. */
    boolean healthy() {
        for (Place observer : Place.values()) {
            for (Place member : Place.values()) {
                if (!view(observer).getOrDefault(member.site, false)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What was said of members that failed since then, by agents of other sites than theirs. */
    List<Said> failures(long since) {
        return said.stream()
                .filter(each -> each.at() >= since && each.event().equals("Failed"))
                .filter(each -> !each.observer().site.equals(each.member()))
                .toList();
    }

    @Override
    public void close() {
        List.of(Place.values()).forEach(this::kill);
    }
}
