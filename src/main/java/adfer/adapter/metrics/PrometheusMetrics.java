package adfer.adapter.metrics;

import adfer.port.Metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Meters of this node and its Java machine, kept for Prometheus to fetch. */
public final class PrometheusMetrics implements Metrics, AutoCloseable {
    private static final int MOST_METERS = 10_000;

    /** From a quick commit to a slow step: the bounds by which Prometheus estimates quantiles. */
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Map<Series, Shown> shown = new HashMap<>();

    /**
     * @param everywhere the tags of every meter, such as the node's name
     */
    public PrometheusMetrics(Map<String, String> everywhere) {
        registry.config()
                .commonTags(tags(everywhere))
                .meterFilter(MeterFilter.maximumAllowableMetrics(MOST_METERS));
        collections.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new JvmInfoMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }

    @Override
    public Counter counter(String name, String help, Map<String, String> tags) {
        return io.micrometer.core.instrument.Counter.builder(checked(name))
                        .description(help)
                        .tags(tags(tags))
                        .register(registry)
                ::increment;
    }

    @Override
    public Timer timer(String name, String help, Map<String, String> tags) {
        return io.micrometer.core.instrument.Timer.builder(checked(name))
                        .description(help)
                        .tags(tags(tags))
                        .serviceLevelObjectives(BOUNDS)
                        .register(registry)
                ::record;
    }

    @Override
    public synchronized Gauge gauge(
            String name, String help, Map<String, String> tags, DoubleSupplier value) {
        Series series = new Series(checked(name), Map.copyOf(tags));
        Shown earlier = shown.get(series);
        if (earlier != null) {
            earlier.close();
        }
        Meter meter =
                io.micrometer.core.instrument.Gauge.builder(name, value::getAsDouble)
                        .description(help)
                        .tags(tags(tags))
                        .strongReference(true)
                        .register(registry);
        Shown gauge = new Shown(series, meter);
        shown.put(series, gauge);
        return gauge;
    }

    @Override
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private synchronized void hide(Shown gauge) {
        if (shown.remove(gauge.series, gauge)) {
            registry.remove(gauge.meter);
        }
    }

    private static Tags tags(Map<String, String> tags) {
        Tags result = Tags.empty();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            result = result.and(tag.getKey(), tag.getValue());
        }
        return result;
    }

    private static String checked(String name) {
        if (!name.matches("[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)*")) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a meter: use lower-case words with dots");
        }
        return name;
    }

    private record Series(String name, Map<String, String> tags) {}

    /** A gauge that goes when it is closed, unless a later one has taken its place. */
    private final class Shown implements Gauge {
        private final Series series;
        private final Meter meter;

        Shown(Series series, Meter meter) {
            this.series = series;
            this.meter = meter;
        }

        @Override
        public void close() {
            hide(this);
        }
    }
}
