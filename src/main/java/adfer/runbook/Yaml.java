package adfer.runbook;

import java.util.List;
import java.util.Optional;

/** A piece of YAML that knows where it stands. Aliases are replaced by what they stand for. */
sealed interface Yaml {
    Place place();

    /** What people call this kind of thing. */
    String noun();

    /**
     * @param line from 1
     * @param column from 1
     */
    record Place(int line, int column) {}

    record Text(Place place, String value) implements Yaml {
        @Override
        public String noun() {
            return "a text";
        }
    }

    record Items(Place place, List<Yaml> items) implements Yaml {
        @Override
        public String noun() {
            return "a list";
        }
    }

    /**
     * @param fields in the order of the text; keys may repeat
     */
    record Fields(Place place, List<Field> fields) implements Yaml {
        @Override
        public String noun() {
            return "a mapping";
        }

        Optional<Field> field(String key) {
            return fields.stream().filter(field -> field.key().value().equals(key)).findFirst();
        }
    }

    record Field(Text key, Yaml value) {}

    record Nothing(Place place) implements Yaml {
        @Override
        public String noun() {
            return "nothing";
        }
    }
}
