package adfer.runbook;

import adfer.runbook.Yaml.Place;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads selectors: a VM's name, {@code { name: VM }} or {@code { label: key=value }}. */
final class SelectorReader {
    private static final List<String> KEYS = List.of("name", "label");

    private final Findings findings;

    SelectorReader(Findings findings) {
        this.findings = findings;
    }

    List<Selector> read(List<Yaml> items) {
        return items.stream().flatMap(item -> selector(item).stream()).toList();
    }

    /** A list of waves, each one selector or a list of them. */
    List<Action.Wave> waves(List<Yaml> items) {
        List<Action.Wave> waves = new ArrayList<>();
        for (Yaml item : items) {
            List<Selector> vms = read(Table.oneOrMany(item));
            if (!vms.isEmpty()) {
                waves.add(new Action.Wave(vms));
            }
        }
        return waves;
    }

    Optional<Selector> label(Yaml yaml) {
        if (yaml instanceof Yaml.Text(Place ignored, String text)) {
            int equals = text.indexOf('=');
            if (equals > 0 && equals < text.length() - 1) {
                return Optional.of(
                        new Selector.Labelled(
                                text.substring(0, equals), text.substring(equals + 1)));
            }
        }
        findings.error(
                yaml.place(),
                "bad-value",
                "A label selector is written key=value.",
                "Write 'label: service=catalogue', for example.");
        return Optional.empty();
    }

    private Optional<Selector> selector(Yaml item) {
        return switch (item) {
            case Yaml.Text text -> named(text);
            case Yaml.Fields fields -> {
                Optional<Table> table = Table.of(fields, "a selector", KEYS, findings);
                if (fields.fields().size() != 1) {
                    findings.error(
                            fields.place(),
                            "bad-value",
                            "A selector has one key.",
                            "Write a VM's name, or { label: key=value }.");
                    yield Optional.empty();
                }
                yield table.flatMap(t -> t.value("label").flatMap(this::label))
                        .or(() ->
                                fields.field("name")
                                        .map(Yaml.Field::value)
                                        .filter(Yaml.Text.class::isInstance)
                                        .flatMap(name -> named((Yaml.Text) name)));
            }
            case Yaml.Items items -> wrong(items);
            case Yaml.Nothing nothing -> wrong(nothing);
        };
    }

    private Optional<Selector> named(Yaml.Text text) {
        String name = text.value();
        if (name.isBlank() || name.length() > 120) {
            return wrong(text);
        }
        if (name.indexOf('=') > 0) {
            findings.error(
                    text.place(),
                    "bad-value",
                    "'" + Table.shown(name) + "' looks like a label, but stands for a VM's name.",
                    "Write { label: " + Table.shown(name) + " }.");
            return Optional.empty();
        }
        return Optional.of(new Selector.Named(name));
    }

    private Optional<Selector> wrong(Yaml yaml) {
        findings.error(
                yaml.place(),
                "bad-value",
                "A selector is a VM's name or { label: key=value }.",
                "Write one of them.");
        return Optional.empty();
    }
}
