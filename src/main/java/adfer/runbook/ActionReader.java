package adfer.runbook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what a step does. */
final class ActionReader {
    /** The keys of which a step has exactly one. */
    static final List<String> KINDS =
            List.of("vm.stop", "vm.start", "script", "probe", "approve", "pause");

    private static final List<String> STOP =
            List.of("at", "vms", "label", "order", "graceful", "atOnce");
    private static final List<String> START =
            List.of("at", "vms", "label", "order", "atOnce", "perHost");
    private static final List<String> SCRIPT =
            List.of("at", "run", "args", "env", "secrets", "timeout");
    private static final List<String> PROBE =
            Stream.concat(Stream.of("at"), CheckReader.KEYS.stream()).toList();
    private static final List<String> APPROVE = List.of("role", "message", "timeout");
    private static final List<String> PAUSE = List.of("time", "message", "timeout");

    private static final int MANY = 10_000;

    private final Findings findings;
    private final SelectorReader selectors;
    private final CheckReader checks;
    private final SecretReader references;

    ActionReader(Findings findings) {
        this.findings = findings;
        selectors = new SelectorReader(findings);
        checks = new CheckReader(findings);
        references = new SecretReader(findings);
    }

    /**
     * An action and the table it was read from.
     *
     * @param timeout as the table says it
     */
    record Read(Action action, Optional<Table> table, Optional<Duration> timeout) {}

    Optional<Read> read(String kind, Yaml yaml) {
        if (kind.equals("pause") && yaml instanceof Yaml.Text time) {
            Yaml.Text key = new Yaml.Text(time.place(), "time");
            return read(kind, new Yaml.Fields(time.place(), List.of(new Yaml.Field(key, time))));
        }
        Yaml shape = yaml instanceof Yaml.Nothing ? new Yaml.Fields(yaml.place(), List.of()) : yaml;
        List<String> keys =
                switch (kind) {
                    case "vm.stop" -> STOP;
                    case "vm.start" -> START;
                    case "script" -> SCRIPT;
                    case "probe" -> PROBE;
                    case "approve" -> APPROVE;
                    case "pause" -> PAUSE;
                    default -> throw new IllegalArgumentException(kind);
                };
        return Table.of(shape, kind, keys, findings)
                .flatMap(table ->
                        action(kind, table)
                                .map(action ->
                                        new Read(
                                                action,
                                                Optional.of(table),
                                                keys.contains("timeout")
                                                        ? table.span("timeout")
                                                        : Optional.empty())));
    }

    private Optional<Action> action(String kind, Table table) {
        return switch (kind) {
            case "vm.stop" ->
                    Optional.of(
                            new Action.StopVms(
                                    side(table, Side.SOURCE),
                                    vms(table),
                                    selectors.waves(table.oneOrMany("order")),
                                    table.span("graceful", Defaults.GRACEFUL),
                                    table.count("atOnce", MANY, Defaults.STOPS_AT_ONCE)));
            case "vm.start" ->
                    Optional.of(
                            new Action.StartVms(
                                    side(table, Side.TARGET),
                                    vms(table),
                                    selectors.waves(table.oneOrMany("order")),
                                    table.count("atOnce", MANY, Defaults.STARTS_AT_ONCE),
                                    table.count("perHost", MANY, Defaults.STARTS_PER_HOST)));
            case "script" ->
                    table.requiredText("run", "Write 'run: scripts/NAME.sh'.")
                            .map(run ->
                                    new Action.Script(
                                            side(table, Side.TARGET),
                                            run,
                                            table.texts("args"),
                                            table.dictionary("env"),
                                            references.read(table)));
            case "probe" ->
                    checks.one(table, Defaults.CHECK_WITHIN)
                            .map(check -> new Action.Probe(side(table, Side.TARGET), check));
            case "approve" ->
                    Optional.of(
                            new Action.Approve(
                                    table.requiredText("role", "Say who may approve: 'role: ROLE'.")
                                            .orElse("anybody"),
                                    table.requiredText(
                                                    "message",
                                                    "Say what is being approved: 'message: TEXT'.")
                                            .orElse("")));
            case "pause" ->
                    Optional.of(
                            new Action.Pause(table.span("time"), table.text("message").orElse("")));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private List<Selector> vms(Table table) {
        return Stream.concat(
                        selectors.read(table.oneOrMany("vms")).stream(),
                        table.value("label").flatMap(selectors::label).stream())
                .toList();
    }

    private Side side(Table table, Side otherwise) {
        Optional<String> text = table.text("at");
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get()) {
            case "source" -> Side.SOURCE;
            case "target" -> Side.TARGET;
            default -> {
                table.bad(
                        table.valuePlace("at"),
                        "at",
                        "is source or target, not '" + Table.shown(text.get()) + "'",
                        "Steps never name a site, so that they serve both directions.");
                yield otherwise;
            }
        };
    }
}
