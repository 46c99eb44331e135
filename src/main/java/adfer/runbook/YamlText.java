package adfer.runbook;

import adfer.runbook.Yaml.Place;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One YAML document on its way from text to tree. It is built from parser events rather than by the
 * library's composer, because only so are depth and size bounded before memory is spent: aliases
 * that multiply, and brackets nested without end, are refused.
 */
final class YamlText {
    /** The longest text that is read, in characters. */
    static final int MAX_CHARACTERS = 1 << 20;

    /** The most pieces a text may have, aliases counted as often as they are used. */
    static final int MAX_PIECES = 100_000;

    /** The deepest nesting. */
    static final int MAX_DEPTH = 20;

    private static final List<String> NULLS = List.of("", "~", "null", "Null", "NULL");

    private final Iterator<Event> events;
    private final Map<String, Anchored> anchors = new TreeMap<>();
    private int pieces;

    private record Anchored(Yaml tree, int pieces) {}

    private YamlText(String text) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).setLabel("").build();
        events = new Parse(settings).parseString(text).iterator();
    }

    /** The document, or empty with a finding that says why there is none. */
    static Optional<Yaml> read(String text, Findings findings) {
        Place start = new Place(1, 1);
        if (text.length() > MAX_CHARACTERS) {
            findings.error(
                    start,
                    "too-large",
                    "The text has "
                            + text.length()
                            + " characters; at most "
                            + MAX_CHARACTERS
                            + " are read.",
                    "Select VMs by label instead of naming each.");
            return Optional.empty();
        }
        try {
            return new YamlText(text).document(findings);
        } catch (Refused e) {
            findings.error(e.place, "too-large", e.sentence, "Write it out, and shorter.");
        } catch (MarkedYamlEngineException e) {
            findings.error(
                    e.getProblemMark().map(YamlText::place).orElse(start),
                    "not-yaml",
                    "This is no YAML: " + e.getProblem() + ".",
                    "Check indentation, colons and quotes here and just above.");
        } catch (ReaderException e) {
            findings.error(
                    placeOf(text, e.getPosition()),
                    "not-yaml",
                    String.format(
                            java.util.Locale.ROOT,
                            "There is a character that YAML does not allow (U+%04X).",
                            e.getCodePoint()),
                    "Remove it.");
        } catch (YamlEngineException e) {
            findings.error(
                    start, "not-yaml", "This is no YAML: " + e.getMessage(), "Check the text.");
        }
        return Optional.empty();
    }

    private Optional<Yaml> document(Findings findings) {
        events.next();
        Event event = events.next();
        if (event.getEventId() == Event.ID.StreamEnd) {
            findings.error(
                    new Place(1, 1),
                    "empty",
                    "The file is empty.",
                    "Begin with 'runbook: NAME'; docs/RUNBOOKS.md has an example.");
            return Optional.empty();
        }
        Yaml tree = piece(events.next(), 0);
        events.next();
        Event end = events.next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            findings.error(
                    place(end),
                    "several-documents",
                    "A second YAML document begins here.",
                    "Keep one runbook per file.");
        }
        return Optional.of(tree);
    }

    private Yaml piece(Event event, int depth) {
        Place place = place(event);
        if (depth > MAX_DEPTH) {
            throw new Refused(place, "This is nested more than " + MAX_DEPTH + " deep.");
        }
        int before = pieces;
        count(place, 1);
        Yaml tree =
                switch (event.getEventId()) {
                    case Alias -> alias((AliasEvent) event, place);
                    case Scalar -> scalar((ScalarEvent) event, place);
                    case SequenceStart -> items(place, depth);
                    case MappingStart -> fields(place, depth);
                    default -> throw new Refused(place, "Something unexpected stands here.");
                };
        if (event instanceof NodeEvent node && !(event instanceof AliasEvent)) {
            node.getAnchor()
                    .ifPresent(name ->
                            anchors.put(name.getValue(), new Anchored(tree, pieces - before)));
        }
        return tree;
    }

    private Yaml alias(AliasEvent event, Place place) {
        Anchored anchored = anchors.get(event.getAlias().getValue());
        if (anchored == null) {
            throw new Refused(place, "The anchor *" + event.getAlias() + " is not defined above.");
        }
        count(place, anchored.pieces());
        return anchored.tree();
    }

    private static Yaml scalar(ScalarEvent event, Place place) {
        return event.isPlain() && NULLS.contains(event.getValue())
                ? new Yaml.Nothing(place)
                : new Yaml.Text(place, event.getValue());
    }

    private Yaml items(Place place, int depth) {
        List<Yaml> items = new ArrayList<>();
        for (Event next = events.next();
                next.getEventId() != Event.ID.SequenceEnd;
                next = events.next()) {
            items.add(piece(next, depth + 1));
        }
        return new Yaml.Items(place, items);
    }

    private Yaml fields(Place place, int depth) {
        List<Yaml.Field> fields = new ArrayList<>();
        for (Event next = events.next();
                next.getEventId() != Event.ID.MappingEnd;
                next = events.next()) {
            Yaml key = piece(next, depth + 1);
            Yaml value = piece(events.next(), depth + 1);
            if (!(key instanceof Yaml.Text text)) {
                throw new Refused(key.place(), "A key must be a text, not " + key.noun() + ".");
            }
            fields.add(new Yaml.Field(text, value));
        }
        return new Yaml.Fields(place, fields);
    }

    private void count(Place place, int more) {
        pieces += more;
        if (pieces > MAX_PIECES) {
            throw new Refused(place, "The text has more than " + MAX_PIECES + " pieces.");
        }
    }

    private static Place place(Event event) {
        return event.getStartMark().map(YamlText::place).orElse(new Place(1, 1));
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Place placeOf(String text, int position) {
        String before = text.substring(0, Math.clamp(position, 0, text.length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Place(line, before.length() - before.lastIndexOf('\n'));
    }

    /** Ends the reading from deep inside the tree. */
    private static final class Refused extends RuntimeException {
        private final transient Place place;
        private final String sentence;

        Refused(Place place, String sentence) {
            super(sentence);
            this.place = place;
            this.sentence = sentence;
        }
    }
}
