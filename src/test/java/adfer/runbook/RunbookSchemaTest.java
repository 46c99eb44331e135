package adfer.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The schema that editors use and the reader are of one mind. */
class RunbookSchemaTest {
    private static final Schema SCHEMA = load();

    private static Schema load() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(Path.of("docs/runbook.schema.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Error> problems(String yaml) {
        return SCHEMA.validate(yaml, InputFormat.YAML);
    }

    static Stream<Corpus> accepted() {
        return Stream.concat(Corpus.in("good"), Corpus.in("unsound"));
    }

    static Stream<Corpus> refused() {
        return Corpus.in("malformed");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void whatIsWellShapedPassesTheSchemaToo(Corpus corpus) {
        assertThat(problems(corpus.text())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsMalformedFailsTheSchemaToo(Corpus corpus) {
        assertThat(problems(corpus.text())).isNotEmpty();
    }

    @Test
    void everyKeyTheReaderKnowsIsInTheSchema() throws IOException {
        String schema = Files.readString(Path.of("docs/runbook.schema.json"));
        assertThat(Stream.concat(ActionReader.KINDS.stream(), CheckReader.KEYS.stream()))
                .allSatisfy(key -> assertThat(schema).contains("\"" + key + "\": {"));
    }
}
