package adfer.runbook;

import adfer.kernel.Sorted;
import adfer.kernel.Spans;
import adfer.runbook.Yaml.Place;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mapping being read: hands out its fields as what they should be, and reports those that are
 * not. What is wrong reads as absent, so that one reading finds every problem.
 *
 * @param what how sentences call it, such as "step 'web'"
 */
record Table(Yaml.Fields yaml, String what, Findings findings) {

    /** The table in {@code yaml}; unknown and repeated keys are reported. */
    static Optional<Table> of(Yaml yaml, String what, List<String> keys, Findings findings) {
        Optional<Table> table = ofAnyKeys(yaml, what, findings);
        table.ifPresent(t -> t.checkKeys(keys));
        return table;
    }

    /** The table in {@code yaml}, whose keys are the user's; repeated ones are reported. */
    static Optional<Table> ofAnyKeys(Yaml yaml, String what, Findings findings) {
        if (!(yaml instanceof Yaml.Fields fields)) {
            findings.error(
                    yaml.place(),
                    "wrong-shape",
                    "Expected a mapping for " + what + ", found " + yaml.noun() + ".",
                    "Write it as 'key: value' lines or as { key: value }.");
            return Optional.empty();
        }
        TreeSet<String> seen = new TreeSet<>();
        for (Yaml.Field field : fields.fields()) {
            if (!seen.add(field.key().value())) {
                findings.error(
                        field.key().place(),
                        "duplicate-key",
                        "'" + shown(field.key().value()) + "' stands twice in " + what + ".",
                        "Keep one of them.");
            }
        }
        return Optional.of(new Table(fields, what, findings));
    }

    private void checkKeys(List<String> keys) {
        for (Yaml.Field field : yaml.fields()) {
            String key = field.key().value();
            if (!keys.contains(key)) {
                findings.error(
                        field.key().place(),
                        "unknown-key",
                        "'" + shown(key) + "' is no key of " + what + ".",
                        Nearest.suggestion(key, keys));
            }
        }
    }

    Place place() {
        return yaml.place();
    }

    /** Where the key stands, or the table when it is absent. */
    Place at(String key) {
        return yaml.field(key).map(field -> field.key().place()).orElse(place());
    }

    boolean has(String key) {
        return yaml.field(key).isPresent();
    }

    /** What stands at the key; nothing is reported when it is absent. */
    Optional<Yaml> value(String key) {
        return yaml.field(key).map(Yaml.Field::value);
    }

    Optional<Yaml> required(String key, String suggestion) {
        Optional<Yaml> value = value(key);
        if (value.isEmpty()) {
            findings.error(
                    place(),
                    "missing-key",
                    "'" + key + "' is missing in " + what + ".",
                    suggestion);
        }
        return value;
    }

    Optional<String> text(String key) {
        return value(key).flatMap(value -> text(key, value));
    }

    Optional<String> requiredText(String key, String suggestion) {
        return required(key, suggestion).flatMap(value -> text(key, value));
    }

    private Optional<String> text(String key, Yaml value) {
        if (value instanceof Yaml.Text(Place ignored, String text) && !text.isBlank()) {
            return Optional.of(text);
        }
        String found = value instanceof Yaml.Text ? "an empty one" : value.noun();
        bad(value.place(), key, "is a text, found " + found, "Write '" + key + ": TEXT'.");
        return Optional.empty();
    }

    /** A text that {@code parser} accepts; its complaint is the sentence. */
    <T> Optional<T> parsed(String key, Function<String, T> parser) {
        return text(key)
                .flatMap(text -> {
                    try {
                        return Optional.of(parser.apply(text));
                    } catch (IllegalArgumentException e) {
                        findings.error(
                                valuePlace(key),
                                "bad-value",
                                sentence(String.valueOf(e.getMessage())),
                                "Correct '" + key + "'.");
                        return Optional.empty();
                    }
                });
    }

    /** A time span greater than zero and at most {@link Defaults#LONGEST}. */
    Optional<Duration> span(String key) {
        return text(key)
                .flatMap(text -> {
                    Optional<Duration> span =
                            Spans.parse(text)
                                    .filter(d ->
                                            d.isPositive() && d.compareTo(Defaults.LONGEST) <= 0);
                    if (span.isEmpty()) {
                        bad(
                                valuePlace(key),
                                key,
                                "is a time span of at most 7 days, not '" + shown(text) + "'",
                                "Write it as 500ms, 5s, 2m30s or 1h.");
                    }
                    return span;
                });
    }

    /** One of an enum's names, in small letters. */
    <E extends Enum<E>> Optional<E> word(String key, E[] words) {
        return text(key)
                .flatMap(text -> {
                    Optional<E> found =
                            Arrays.stream(words)
                                    .filter(word -> name(word).equals(text))
                                    .findFirst();
                    if (found.isEmpty()) {
                        bad(
                                valuePlace(key),
                                key,
                                "is one of "
                                        + Arrays.stream(words)
                                                .map(Table::name)
                                                .collect(Collectors.joining(", "))
                                        + ", not '"
                                        + shown(text)
                                        + "'",
                                "Correct it.");
                    }
                    return found;
                });
    }

    private static String name(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    Duration span(String key, Duration otherwise) {
        return span(key).orElse(otherwise);
    }

    /** A whole number from 1 to {@code most}. */
    int count(String key, int most, int otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int count = Integer.parseInt(text.get());
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            // reported below like every other value that does not fit
        }
        bad(
                valuePlace(key),
                key,
                "is a whole number from 1 to " + most + ", not '" + shown(text.get()) + "'",
                "Write '" + key + ": " + otherwise + "'.");
        return otherwise;
    }

    /** The items of a list; a single value counts as a list of one. */
    List<Yaml> oneOrMany(String key) {
        return value(key).map(Table::oneOrMany).orElse(List.of());
    }

    static List<Yaml> oneOrMany(Yaml value) {
        return switch (value) {
            case Yaml.Items items -> items.items();
            case Yaml.Nothing ignored -> List.of();
            case Yaml.Text text -> List.of(text);
            case Yaml.Fields fields -> List.of(fields);
        };
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Yaml item : oneOrMany(key)) {
            if (item instanceof Yaml.Text text) {
                texts.add(text.value());
            } else {
                bad(item.place(), key, "is a list of texts", "Put quotes around this item.");
            }
        }
        return texts;
    }

    /** A mapping of texts to texts. */
    SortedMap<String, String> dictionary(String key) {
        Optional<Yaml> value = value(key);
        if (value.isEmpty()) {
            return Sorted.empty();
        }
        TreeMap<String, String> dictionary = new TreeMap<>();
        ofAnyKeys(value.get(), "'" + key + "'", findings)
                .ifPresent(table -> {
                    for (Yaml.Field field : table.yaml().fields()) {
                        if (field.value() instanceof Yaml.Text text) {
                            dictionary.put(field.key().value(), text.value());
                        } else {
                            bad(
                                    field.value().place(),
                                    field.key().value(),
                                    "is a text",
                                    "Put quotes around it.");
                        }
                    }
                });
        return dictionary;
    }

    Place valuePlace(String key) {
        return value(key).map(Yaml::place).orElse(place());
    }

    void bad(Place place, String key, String why, String suggestion) {
        findings.error(
                place, "bad-value", "'" + key + "' in " + what + " " + why + ".", suggestion);
    }

    /** What a user wrote, short enough for a sentence, and without a password before a host. */
    static String shown(String text) {
        String told = text.replaceAll("[^/@\\s:]*:[^/@\\s]*@", "***@");
        return told.length() <= 80 ? told : told.substring(0, 77) + "...";
    }

    private static String sentence(String text) {
        String begun = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return begun.endsWith(".") ? begun : begun + ".";
    }
}
