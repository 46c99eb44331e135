package adfer.adapter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.Samples;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.run.Outcome;
import adfer.run.Proof;
import adfer.runbook.ProbeSpec;
import adfer.state.AuditEntry;
import adfer.state.Command;
import adfer.state.Entities;
import adfer.state.Entry;
import adfer.state.Group;
import adfer.state.Reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

class MappersTest {
    private static final ObjectMapper JSON = Mappers.json();
    private static final ObjectMapper CBOR = Mappers.cbor();

    /** Everything the log, the snapshot and the database can hold. */
    static Set<Class<?>> everyRecord() {
        Stream<Class<?>> roots =
                Stream.concat(
                        Stream.of(Entry.class, Reply.class, AuditEntry.class),
                        Arrays.stream(Kind.values()).map(Entities::type));
        return Samples.reachable(roots.toArray(Class<?>[]::new));
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void everyRecordComesBackEqual(Class<?> type) throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            Object value = Samples.of(type, seed);
            assertThat((Object) CBOR.readValue(CBOR.writeValueAsBytes(value), type))
                    .isEqualTo(value);
            assertThat((Object) JSON.readValue(JSON.writeValueAsString(value), type))
                    .isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void noRecordUsesThePropertyThatNamesTheType(Class<?> type) {
        assertThat(type.getRecordComponents())
                .noneMatch(part -> part.getName().equals(CoreIntrospector.TYPE));
    }

    @Test
    void theCoreIsCoveredByReflection() {
        assertThat(everyRecord())
                .contains(
                        Command.FinishTask.class,
                        Outcome.Unsure.class,
                        ProbeSpec.Service.class,
                        Proof.Attested.class)
                .hasSizeGreaterThan(70);
    }

    @Test
    void peopleReadPlainValues() throws Exception {
        Group group =
                new Group(
                        new GroupId("catalogue"),
                        "abc",
                        new SiteId("a"),
                        new Epoch(3),
                        Optional.empty());
        assertThat(JSON.writeValueAsString(group))
                .isEqualTo(
                        """
                        {"id":"catalogue","runbookHash":"abc","owner":"a","epoch":3}\
                        """);
        Proof proof =
                new Proof.Attested(
                        new SiteId("a"),
                        "jane",
                        "off",
                        Optional.of("bob"),
                        Instant.parse("2025-03-01T03:00:00.5Z"),
                        7);
        assertThat(JSON.writeValueAsString(proof))
                .isEqualTo(
                        """
                        {"type":"Attested","site":"a","by":"jane","words":"off","confirmedBy":"bob",\
                        "at":"2025-03-01T03:00:00.500Z","index":7}\
                        """);
        assertThat(JSON.writeValueAsString(Duration.ofSeconds(90, 1)))
                .isEqualTo("\"PT1M30.000000001S\"");
    }

    @Test
    void whatANewerNodeAddedIsIgnored() throws Exception {
        assertThat(
                        JSON.readValue(
                                """
                                {"type":"Tcp","host":"db","port":5432,"colour":{"x":[1]}}\
                                """,
                                ProbeSpec.class))
                .isEqualTo(new ProbeSpec.Tcp("db", 5432));
    }

    @Test
    void aMissingPropertyIsNamed() {
        assertRefused("{\"type\":\"Tcp\",\"host\":\"db\"}", "port");
        assertRefused("{\"type\":\"Tcp\",\"port\":5432}", "host");
    }

    @Test
    void nothingIsGuessed() {
        assertRefused("{\"type\":\"Tcp\",\"host\":null,\"port\":5432}", "host");
        assertRefused("{\"type\":\"Tcp\",\"host\":\"db\",\"port\":\"5432\"}", "port");
        assertRefused("{\"type\":\"Tcp\",\"host\":\"db\",\"port\":5432.5}", "port");
        assertRefused("{\"host\":\"db\",\"port\":5432}", "type");
        assertRefused("{\"type\":\"Carrier\",\"host\":\"db\"}", "Carrier");
    }

    @Test
    void aMissingOptionalIsEmpty() throws Exception {
        assertThat(
                        JSON.readValue(
                                """
                                {"type":"Http","url":"http://x","expect":200}\
                                """,
                                ProbeSpec.class))
                .isEqualTo(new ProbeSpec.Http("http://x", 200, Optional.empty()));
    }

    @Test
    void anInvalidIdentifierSaysWhatIsWrong() {
        assertThatThrownBy(() -> JSON.readValue("\"no spaces\"", SiteId.class))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("no valid site name");
    }

    private static void assertRefused(String json, String about) {
        assertThatThrownBy(() -> JSON.readValue(json, ProbeSpec.class))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining(about);
    }
}
