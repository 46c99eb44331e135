package adfer.runbook;

import adfer.runbook.ProbeSpec.Protocol;
import adfer.runbook.Yaml.Place;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads checks: one probe, and how long and how often to ask. */
final class CheckReader {
    /** The keys of which a check has exactly one. */
    static final List<String> PROBES =
            Stream.concat(
                            Stream.of("tcp", "http", "script"),
                            Arrays.stream(Protocol.values()).map(Protocol::word))
                    .toList();

    private static final List<String> HTTP_ONLY = List.of("expect", "contains");
    private static final List<String> SCRIPT_ONLY = List.of("args", "env", "secrets");

    static final List<String> KEYS =
            Stream.of(PROBES, List.of("within", "every"), HTTP_ONLY, SCRIPT_ONLY)
                    .flatMap(List::stream)
                    .toList();

    private final Findings findings;
    private final SecretReader references;

    CheckReader(Findings findings) {
        this.findings = findings;
        references = new SecretReader(findings);
    }

    List<Check> many(Table step, String key, Duration within) {
        List<Check> checks = new ArrayList<>();
        for (Yaml item : step.oneOrMany(key)) {
            Table.of(item, "'" + key + "' of " + step.what(), KEYS, findings)
                    .flatMap(table -> one(table, within))
                    .ifPresent(checks::add);
        }
        return checks;
    }

    /**
     * The check that {@code table} holds, among whatever else it holds.
     *
     * @param within how long it may take to hold where the text does not say
     */
    Optional<Check> one(Table table, Duration within) {
        List<String> probes = PROBES.stream().filter(table::has).toList();
        if (probes.size() != 1) {
            findings.error(
                    table.place(),
                    probes.isEmpty() ? "missing-key" : "bad-value",
                    probes.isEmpty()
                            ? "Nothing says what " + table.what() + " asks."
                            : "There is more than one question in "
                                    + table.what()
                                    + ": "
                                    + String.join(", ", probes)
                                    + ".",
                    "Write exactly one of " + String.join(", ", PROBES) + ".");
            return Optional.empty();
        }
        String kind = probes.getFirst();
        refuse(table, kind, "http", HTTP_ONLY);
        refuse(table, kind, "script", SCRIPT_ONLY);
        Duration every = table.span("every", Defaults.CHECK_EVERY);
        return probe(table, kind)
                .map(probe -> new Check(probe, table.span("within", within), every));
    }

    private void refuse(Table table, String kind, String only, List<String> keys) {
        for (String key : keys) {
            if (!kind.equals(only) && table.has(key)) {
                findings.error(
                        table.at(key),
                        "unknown-key",
                        "'" + key + "' belongs to a check by " + only + ", not by " + kind + ".",
                        "Remove it.");
            }
        }
    }

    private Optional<ProbeSpec> probe(Table table, String kind) {
        return switch (kind) {
            case "http" -> http(table);
            case "tcp" -> target(table, kind, 0).map(t -> new ProbeSpec.Tcp(t.host(), t.port()));
            case "script" ->
                    table.text("script")
                            .map(run ->
                                    new ProbeSpec.Script(
                                            run,
                                            table.texts("args"),
                                            table.dictionary("env"),
                                            references.read(table)));
            default -> {
                Protocol protocol = Protocol.valueOf(kind.toUpperCase(java.util.Locale.ROOT));
                yield target(table, kind, protocol.defaultPort())
                        .map(t -> new ProbeSpec.Service(protocol, t.host(), t.port()));
            }
        };
    }

    private Optional<ProbeSpec> http(Table table) {
        Optional<String> url = table.text("http");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (!ProbeSpec.Http.wellFormed(url.get())) {
            table.bad(
                    table.valuePlace("http"),
                    "http",
                    "is no address that can be asked: '" + Table.shown(url.get()) + "'",
                    "Write http://HOST:PORT/PATH, without user or password.");
            return Optional.empty();
        }
        int expect = table.has("expect") ? table.count("expect", 599, 200) : 0;
        return Optional.of(new ProbeSpec.Http(url.get(), expect, table.text("contains")));
    }

    private record Target(String host, int port) {}

    private Optional<Target> target(Table table, String kind, int otherwise) {
        Optional<String> text = table.text(kind);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Target> target = target(text.get(), otherwise);
        if (target.isEmpty()) {
            Place place = table.valuePlace(kind);
            table.bad(
                    place,
                    kind,
                    "names no host and port: '" + Table.shown(text.get()) + "'",
                    otherwise > 0 ? "Write HOST or HOST:PORT." : "Write HOST:PORT.");
        }
        return target;
    }

    private static Optional<Target> target(String text, int otherwise) {
        int colon = text.lastIndexOf(':');
        boolean bare = colon < 0 || text.endsWith("]");
        String host = (bare ? text : text.substring(0, colon)).replace("[", "").replace("]", "");
        if (host.isBlank() || host.chars().anyMatch(c -> c == '/' || c == ' ' || c == '@')) {
            return Optional.empty();
        }
        if (bare) {
            return otherwise > 0 ? Optional.of(new Target(host, otherwise)) : Optional.empty();
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return port >= 1 && port <= 65_535
                    ? Optional.of(new Target(host, port))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
