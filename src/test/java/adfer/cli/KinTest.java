package adfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class KinTest {
    private static final String A = "https://a1.example.org:8101";
    private static final String B = "https://b1.example.org:8101";
    private static final String HERE = "http://127.0.0.1:8101";
    private static final String BESIDE = "http://127.0.0.1:8102";

    @Test
    void nodesThatProveThemselvesByTlsAreTaken() {
        assertThat(Kin.of(List.of(A), List.of(A, B))).containsExactly(A, B);
    }

    @Test
    void plainHttpIsTakenOnThisMachineAloneAndOnlyFromThisMachine() {
        assertThat(Kin.of(List.of(HERE), List.of(HERE, BESIDE, "http://[::1]:8103")))
                .containsExactly(HERE, BESIDE, "http://[::1]:8103");
        assertThat(Kin.of(List.of(HERE), List.of("http://b1.example.org:8101", "http://10.0.0.2")))
                .containsExactly(HERE);
        assertThat(Kin.of(List.of(A), List.of(BESIDE)))
                .as("whoever listens here is not the cluster's")
                .containsExactly(A);
        assertThat(Kin.of(List.of("http://b1.example.org:8101"), List.of(BESIDE))).hasSize(1);
        assertThat(Kin.of(List.of(HERE, A), List.of(BESIDE))).containsExactly(HERE, A);
    }

    @Test
    void whatIsNoAddressOfANodeIsNot() {
        List<String> odd =
                List.of(
                        "",
                        "https://",
                        "https://user@evil.example.org",
                        "https://evil.example.org/path",
                        "https://evil.example.org?q",
                        "https://a b",
                        "ftp://evil.example.org",
                        "http://127.evil.example.org",
                        "http://127.0.0.1.evil.example.org",
                        "http://127.0.0.1@evil.example.org",
                        "http://localhost.evil.example.org");
        assertThat(Kin.of(List.of(HERE), odd)).containsExactly(HERE);
    }

    @Test
    void noClusterNamesAsManyAsItLikes() {
        List<String> named =
                IntStream.range(0, 1_000).mapToObj(i -> "https://n" + i + ".example.org").toList();
        assertThat(Kin.of(List.of(A), named)).hasSize(21);
    }
}
