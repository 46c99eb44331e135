package adfer.lab;

import adfer.lab.Lab.Place;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the nodes tell together. */
record Cluster(Api api) {
    private static final int PAGE = 5_000;
    private static final int DATA_CENTRES = 2;

    /** A node that sees a majority; the witness when none says so. */
    Place any() {
        return Arrays.stream(Place.values())
                .filter(place ->
                        api.get(place, "/overview")
                                .filter(view -> view.path("quorum").asBoolean())
                                .isPresent())
                .findFirst()
                .orElse(Place.W);
    }

    /** Whether every node says that both data centres are healthy and listed. */
    boolean healthy() {
        return Arrays.stream(Place.values())
                .allMatch(place ->
                        api.get(place, "/sites").stream()
                                        .flatMap(Cluster::stream)
                                        .filter(Cluster::well)
                                        .count()
                                == DATA_CENTRES);
    }

    private static boolean well(JsonNode site) {
        return site.path("dataCentre").asBoolean()
                && verdict(site).equals("HEALTHY")
                && !site.path("sweptAt").isNull();
    }

    static String verdict(JsonNode site) {
        return site.path("verdict").path("status").asText();
    }

    /** The committed verdicts by site, as a node has them; empty when it doesn't answer. */
    Map<String, String> verdicts(Place place) {
        Map<String, String> verdicts = new TreeMap<>();
        api.get(place, "/sites")
                .ifPresent(sites ->
                        sites.forEach(
                                site -> verdicts.put(site.path("id").asText(), verdict(site))));
        return verdicts;
    }

    /**
     * Whether all leases of a site are held, and guarded or not, in the eyes of every node: one
     * that has just come back may know less than the others.
     */
    boolean leases(Place place, boolean guarded) {
        return Place.ALL.stream()
                .allMatch(node ->
                        api.get(node, "/services").stream()
                                .anyMatch(services -> leases(services, place, guarded)));
    }

    private static boolean leases(JsonNode services, Place place, boolean guarded) {
        return stream(services)
                .map(service -> service.path("lease"))
                .filter(lease -> lease.path("site").asText().equals(place.site))
                .allMatch(lease ->
                        lease.path("held").asBoolean()
                                && lease.path("guarded").asBoolean() == guarded);
    }

    boolean settled() {
        return healthy() && leases(Place.A, true) && leases(Place.B, true);
    }

    /** In whose names a node's audit trail shows accepted commands; empty when it is not told. */
    Optional<Set<String>> audited(Place place) {
        return audit(place, 0)
                .map(entries ->
                        entries.stream()
                                .filter(entry -> entry.path("accepted").asBoolean())
                                .map(entry -> entry.path("actor"))
                                .map(actor ->
                                        actor.isTextual()
                                                ? actor.asText()
                                                : actor.path("name").asText())
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The number of the latest entry of a node's audit trail; empty when it is not told. */
    Optional<Long> latestAudit(Place place) {
        return api.get(place, "/audit?limit=1").map(page -> page.path(0).path("number").asLong());
    }

    /** A node's audit trail after some number, the latest first; empty when it is not told. */
    Optional<List<JsonNode>> audit(Place place, long after) {
        List<JsonNode> entries = new ArrayList<>();
        long before = Long.MAX_VALUE;
        while (true) {
            Optional<JsonNode> page = api.get(place, "/audit?limit=" + PAGE + "&before=" + before);
            if (page.isEmpty()) {
                return Optional.empty();
            }
            for (JsonNode entry : page.get()) {
                before = Math.min(before, entry.path("number").asLong());
                if (before > after) {
                    entries.add(entry);
                }
            }
            if (page.get().size() < PAGE || before <= after) {
                return Optional.of(entries);
            }
        }
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Whether it comes true in time; asked each so many milliseconds. */
    static boolean comes(Duration patience, long everyMs, BooleanSupplier holds)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(everyMs);
        }
        return true;
    }

    /**
     * @throws IllegalStateException when it does not come true in time
     */
    static void await(String what, Duration patience, BooleanSupplier holds)
            throws InterruptedException {
        if (!comes(patience, 500, holds)) {
            throw new IllegalStateException(what + ": not within " + patience.toSeconds() + " s");
        }
    }
}
