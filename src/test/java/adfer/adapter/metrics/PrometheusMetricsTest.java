package adfer.adapter.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.port.Metrics;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

class PrometheusMetricsTest {
    private final PrometheusMetrics metrics = new PrometheusMetrics(Map.of("node", "a1"));

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void counterIsTheSameWhenAskedForAgain() {
        metrics.counter("adfer.steps", "steps carried out", Map.of("kind", "script")).add(2);
        metrics.counter("adfer.steps", "steps carried out", Map.of("kind", "script")).increment();
        metrics.counter("adfer.steps", "steps carried out", Map.of("kind", "probe")).increment();
        assertThat(metrics.scrape())
                .contains(
                        "# HELP adfer_steps_total steps carried out",
                        "adfer_steps_total{kind=\"script\",node=\"a1\"} 3.0",
                        "adfer_steps_total{kind=\"probe\",node=\"a1\"} 1.0");
    }

    @Test
    void timerCountsSumsAndSortsByDuration() {
        Metrics.Timer timer = metrics.timer("adfer.commit", "time to commit", Map.of());
        timer.record(Duration.ofMillis(3));
        timer.record(Duration.ofSeconds(90));
        assertThat(metrics.scrape())
                .contains(
                        "adfer_commit_seconds_count{node=\"a1\"} 2",
                        "adfer_commit_seconds_sum{node=\"a1\"} 90.003",
                        "adfer_commit_seconds_bucket{node=\"a1\",le=\"0.005\"} 1",
                        "adfer_commit_seconds_bucket{node=\"a1\",le=\"300.0\"} 2");
    }

    @Test
    void gaugeShowsTheValueOfTheMoment() {
        int[] value = {1};
        metrics.gauge("adfer.lag", "entries behind", Map.of(), () -> value[0]);
        assertThat(metrics.scrape()).contains("adfer_lag{node=\"a1\"} 1.0");
        value[0] = 7;
        assertThat(metrics.scrape()).contains("adfer_lag{node=\"a1\"} 7.0");
    }

    @Test
    void laterGaugeTakesThePlaceOfTheEarlierWhoseClosingThenMeansNothing() {
        Map<String, String> peer = Map.of("peer", "b1");
        Metrics.Gauge earlier = metrics.gauge("adfer.rtt", "seconds", peer, () -> 1);
        Metrics.Gauge later = metrics.gauge("adfer.rtt", "seconds", peer, () -> 2);
        metrics.gauge("adfer.rtt", "seconds", Map.of("peer", "w1"), () -> 3);
        earlier.close();
        assertThat(metrics.scrape())
                .contains(
                        "adfer_rtt{node=\"a1\",peer=\"b1\"} 2.0",
                        "adfer_rtt{node=\"a1\",peer=\"w1\"} 3.0");
        later.close();
        assertThat(metrics.scrape()).doesNotContain("peer=\"b1\"").contains("peer=\"w1\"");
    }

    @Test
    void javaMachineIsMeasured() {
        assertThat(metrics.scrape())
                .contains(
                        "jvm_memory_used_bytes{",
                        "jvm_threads_live_threads{",
                        "process_uptime_seconds{");
    }

    @Test
    void meterThatIsNoNameIsRefused() {
        assertThatThrownBy(() -> metrics.counter("Adfer Steps", "steps", Map.of()))
                .hasMessage("'Adfer Steps' is no name of a meter: use lower-case words with dots");
    }

    @Test
    void metersBeyondTheBoundCountNothing() {
        for (int i = 0; i < 11_000; i++) {
            metrics.counter("adfer.flood", "too many", Map.of("id", "x" + i)).increment();
        }
        assertThat(
                        metrics.scrape()
                                .lines()
                                .filter(line -> line.startsWith("adfer_flood_total{"))
                                .count())
                .isBetween(5_000L, 10_000L);
    }
}
