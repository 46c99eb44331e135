package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Samples;
import adfer.Trails;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class AuditEntryTest {
    @Test
    void eachEntryCarriesTheHashOfTheOneBefore() {
        List<AuditEntry> audit = Trails.of(4).audit();
        assertThat(audit.getFirst().previous()).isEqualTo(AuditEntry.GENESIS);
        for (int i = 0; i < audit.size(); i++) {
            assertThat(audit.get(i).number()).isEqualTo(i + 1L);
            assertThat(audit.get(i).intact()).isTrue();
            if (i > 0) {
                assertThat(audit.get(i).previous()).isEqualTo(audit.get(i - 1).hash());
            }
        }
    }

    static Stream<String> parts() {
        return Arrays.stream(AuditEntry.class.getRecordComponents()).map(RecordComponent::getName);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aChangeOfAnyPartShows(String part) throws ReflectiveOperationException {
        AuditEntry entry = Trails.of(2).audit().getLast();
        AuditEntry other = Samples.of(AuditEntry.class, 3);
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : AuditEntry.class.getRecordComponents()) {
            Object value = component.getAccessor().invoke(entry);
            Object foreign =
                    switch (value) {
                        case Boolean yes -> !yes;
                        case String text -> text + "x";
                        case Optional<?> seal -> Optional.of(Samples.of(Seal.class, 3));
                        default -> component.getAccessor().invoke(other);
                    };
            values.add(component.getName().equals(part) ? foreign : value);
        }
        AuditEntry forged =
                (AuditEntry)
                        AuditEntry.class.getDeclaredConstructors()[0].newInstance(values.toArray());
        assertThat(forged).isNotEqualTo(entry);
        assertThat(forged.intact()).isFalse();
    }
}
