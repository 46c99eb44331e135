package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.port.Certificates;
import adfer.port.Certificates.Shown;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

class ExpiryTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);

    @Test
    void certificateWithEnoughTimeLeftIsNotMentioned() {
        assertThat(said(valid("node a1", Duration.ofDays(31)))).isEmpty();
    }

    @Test
    void certificateThatEndsSoonIsNamedWithItsDay() {
        assertThat(said(valid("node a1", Duration.ofDays(12).plusHours(1))))
                .containsExactly(
                        "The certificate of node a1 expires in 12 days, on 2026-12-09: renew it"
                                + " (./adfer certs renew).");
        assertThat(said(valid("node a1", Duration.ofHours(30))).getFirst())
                .contains("expires in 1 day, on 2026-11-28");
    }

    @Test
    void expiredCertificateComesFirst() {
        assertThat(
                        said(
                                valid("node a1", Duration.ofDays(3)),
                                valid("the guard of host h", Duration.ofDays(-3))))
                .hasSize(2)
                .first()
                .isEqualTo(
                        "The certificate of the guard of host h expired on 2026-11-24, and others"
                                + " refuse it: renew it (./adfer certs renew).");
    }

    @Test
    void newFilesThatAreNotUsedAreMentioned() {
        assertThat(
                        said(
                                new Shown(
                                        "node a1",
                                        NOW.plus(MONTH.multipliedBy(9)),
                                        Optional.of("a1.key does not exist."))))
                .containsExactly(
                        "The new certificate of node a1 can't be used, and the former one stays:"
                                + " a1.key does not exist.");
    }

    @Test
    void peopleAreCalledEachTimeThatItBecomesMoreUrgent() {
        assertThat(called(valid("node a1", MONTH.plusDays(1)))).isEmpty();
        List<String> names =
                Stream.of(29, 8, 6, 1, 0)
                        .flatMap(days ->
                                called(valid("node a1", Duration.ofDays(days).plusHours(1)))
                                        .stream())
                        .toList();
        assertThat(names)
                .containsExactly(
                        "certificate of node a1 soon",
                        "certificate of node a1 soon",
                        "certificate of node a1 this week",
                        "certificate of node a1 this week",
                        "certificate of node a1 tomorrow");
        assertThat(called(valid("node a1", Duration.ofHours(-1))))
                .containsExactly("certificate of node a1 expired");
        assertThat(called(new Shown("node a1", NOW.plus(MONTH.multipliedBy(2)), Optional.of("x"))))
                .containsExactly("certificate of node a1 unusable");
    }

    private static Set<String> called(Shown shown) {
        return new Expiry(() -> List.of(shown), MONTH, () -> NOW).calls().keySet();
    }

    private static Shown valid(String whose, Duration left) {
        return new Shown(whose, NOW.plus(left), Optional.empty());
    }

    private static List<String> said(Shown... shown) {
        Certificates certificates = () -> List.of(shown);
        return new Expiry(certificates, MONTH, () -> NOW).sentences();
    }
}
