package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRefTest {
    @ParameterizedTest
    @ValueSource(strings = {"env:DB_PASSWORD", "file:/etc/adfer/db", "credential:db.password"})
    void referenceReadsAsItIsWritten(String written) {
        assertThat(SecretRef.refers(written)).isTrue();
        assertThat(SecretRef.of(written)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter22",
                "env:",
                "env:hunter 22",
                "env:hunter-22",
                "file:",
                "file:hunter22",
                "file:/hun\nter22",
                "credential:",
                "credential:..",
                "credential:../hunter22",
                "https://hunter22",
                "ENV:hunter22"
            })
    void whatIsNoReferenceIsRefusedWithoutBeingRepeated(String written) {
        assertThatThrownBy(() -> SecretRef.of(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "give env:NAME, file:PATH or credential:NAME, never the secret itself.");
    }
}
