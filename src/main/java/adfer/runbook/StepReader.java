package adfer.runbook;

import adfer.kernel.StepId;
import adfer.runbook.Step.Condition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one step. */
final class StepReader {
    private static final List<String> COMMON =
            List.of(
                    "id", "title", "after", "timeout", "retry", "when", "verify", "observe",
                    "undo");

    private static final List<String> KEYS =
            Stream.concat(COMMON.stream(), ActionReader.KINDS.stream()).toList();

    private static final List<String> UNDOS = List.of("vm.stop", "vm.start", "script");

    private final Findings findings;
    private final ActionReader actions;
    private final CheckReader checks;

    StepReader(Findings findings) {
        this.findings = findings;
        actions = new ActionReader(findings);
        checks = new CheckReader(findings);
    }

    /**
     * A step and what it was read from, for those who look closer.
     *
     * @param action the table of its action
     */
    record Read(Step step, Table table, Table action) {
        boolean givesTimeout() {
            return table.has("timeout") || action.has("timeout");
        }
    }

    Optional<Read> read(Yaml yaml) {
        return Table.of(yaml, "a step", KEYS, findings).flatMap(this::read);
    }

    private Optional<Read> read(Table anonymous) {
        Optional<StepId> id =
                anonymous
                        .required("id", "Give it a short name: 'id: database'.")
                        .flatMap(ignored -> anonymous.parsed("id", StepReader::stepId));
        String name = id.map(StepId::value).orElse("?");
        Table table = new Table(anonymous.yaml(), "step '" + name + "'", findings);
        Optional<ActionReader.Read> action = action(table);
        Optional<Step.Retry> retry = retry(table);
        List<StepId> after = after(table);
        Optional<Condition> when = table.parsed("when", StepReader::condition);
        List<Check> verify = checks.many(table, "verify", Defaults.CHECK_WITHIN);
        Optional<Check> observe =
                checks.many(table, "observe", Defaults.OBSERVE_WITHIN).stream().findFirst();
        Optional<Duration> timeout = timeout(table, action);
        Optional<Step.Undo> undo = undo(table);
        return action.map(read ->
                new Read(
                        new Step(
                                id.orElse(new StepId("unnamed")),
                                table.text("title").orElse(name),
                                read.action(),
                                after,
                                timeout.orElseGet(() -> Defaults.timeout(read.action())),
                                retry.orElseGet(() -> Defaults.retry(read.action())),
                                when,
                                verify,
                                observe,
                                undo),
                        table,
                        read.table().orElse(table)));
    }

    private Optional<ActionReader.Read> action(Table table) {
        List<String> kinds = ActionReader.KINDS.stream().filter(table::has).toList();
        if (kinds.size() != 1) {
            String choice = String.join(", ", ActionReader.KINDS);
            findings.error(
                    table.place(),
                    kinds.isEmpty() ? "no-action" : "several-actions",
                    kinds.isEmpty()
                            ? "Nothing says what " + table.what() + " does."
                            : "There is more than one action in "
                                    + table.what()
                                    + ": "
                                    + String.join(", ", kinds)
                                    + ".",
                    kinds.isEmpty()
                            ? "Write one of " + choice + "."
                            : "Make a step of each, and order them with 'after'.");
            return Optional.empty();
        }
        String kind = kinds.getFirst();
        return table.value(kind).flatMap(yaml -> actions.read(kind, yaml));
    }

    private Optional<Duration> timeout(Table table, Optional<ActionReader.Read> action) {
        Optional<Duration> ofAction = action.flatMap(ActionReader.Read::timeout);
        if (ofAction.isPresent() && table.has("timeout")) {
            findings.error(
                    table.at("timeout"),
                    "duplicate-key",
                    "'timeout' stands twice in " + table.what() + ".",
                    "Keep it in the step or in its action.");
        }
        return ofAction.or(() -> table.span("timeout"));
    }

    private List<StepId> after(Table table) {
        List<StepId> after = new ArrayList<>();
        for (String text : table.texts("after")) {
            try {
                after.add(stepId(text));
            } catch (IllegalArgumentException e) {
                table.bad(
                        table.valuePlace("after"),
                        "after",
                        "names no step: '" + Table.shown(text) + "'",
                        "Write the ids of steps.");
            }
        }
        return after;
    }

    private Optional<Step.Retry> retry(Table step) {
        return step.value("retry")
                .flatMap(yaml ->
                        Table.of(
                                yaml,
                                "'retry' of " + step.what(),
                                List.of("attempts", "backoff"),
                                findings))
                .map(table ->
                        new Step.Retry(
                                table.count("attempts", 100, 3),
                                table.span("backoff", Duration.ofSeconds(5))));
    }

    private Optional<Step.Undo> undo(Table step) {
        Optional<Yaml> yaml = step.value("undo");
        if (yaml.isEmpty() || isNone(yaml.get())) {
            return Optional.empty();
        }
        Optional<Table> table = Table.of(yaml.get(), "'undo' of " + step.what(), UNDOS, findings);
        List<String> kinds =
                UNDOS.stream().filter(k -> table.isPresent() && table.get().has(k)).toList();
        if (table.isEmpty() || kinds.size() != 1) {
            findings.error(
                    yaml.get().place(),
                    "bad-undo",
                    "An undo is one action: " + String.join(", ", UNDOS) + ", or none.",
                    "Write 'undo: { script: { run: scripts/NAME.sh } }', for example.");
            return Optional.empty();
        }
        String kind = kinds.getFirst();
        Optional<ActionReader.Read> read =
                table.get().value(kind).flatMap(action -> actions.read(kind, action));
        read.flatMap(ActionReader.Read::table)
                .filter(action -> !action.has("at"))
                .ifPresent(action ->
                        findings.error(
                                action.place(),
                                "missing-key",
                                "An undo must say at which side it acts.",
                                "Write 'at: source' or 'at: target'."));
        return read.map(r ->
                new Step.Undo(
                        r.action(), r.timeout().orElseGet(() -> Defaults.timeout(r.action()))));
    }

    /** Whether an undo is declared to be unnecessary. */
    static boolean isNone(Yaml yaml) {
        return yaml instanceof Yaml.Text text && text.value().equals("none");
    }

    private static StepId stepId(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,59}")) {
            throw new IllegalArgumentException(
                    "'"
                            + Table.shown(text)
                            + "' is no step id: use 1 to 60 letters, digits, '.', '_' or '-'");
        }
        return new StepId(text);
    }

    static String word(Condition condition) {
        return condition.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static Condition condition(String text) {
        List<String> words = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            words.add(word(condition));
            if (word(condition).equals(text)) {
                return condition;
            }
        }
        throw new IllegalArgumentException(
                "'"
                        + Table.shown(text)
                        + "' is no condition; there are "
                        + String.join(", ", words));
    }
}
