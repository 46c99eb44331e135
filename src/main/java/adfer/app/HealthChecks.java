package adfer.app;

import adfer.service.Adfer;
import adfer.service.Expiry;
import adfer.service.Replica;

import com.codahale.metrics.health.HealthCheck;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Whether this node is well, by its parts. */
final class HealthChecks {
    private HealthChecks() {}

    static Map<String, HealthCheck> of(
            Adfer adfer, Replica replica, Optional<SiteWork> siteWork, Expiry expiry) {
        Map<String, HealthCheck> checks = new TreeMap<>();
        checks.put("generation", check(() -> adfer.quarantine().sentence()));
        checks.put(
                "log",
                check(() ->
                        replica.leadership().leader().isPresent()
                                ? Optional.empty()
                                : Optional.of("No leader is known: this node sees no majority.")));
        checks.put("leases", check(() -> siteWork.flatMap(SiteWork::leaseProblem)));
        checks.put("hypervisor", check(() -> siteWork.flatMap(SiteWork::listingProblem)));
        checks.put(
                "certificates",
                check(() ->
                        Optional.of(String.join(" ", expiry.sentences()))
                                .filter(sentences -> !sentences.isEmpty())));
        return checks;
    }

    private static HealthCheck check(Supplier<Optional<String>> problem) {
        return new HealthCheck() {
            @Override
            protected Result check() {
                return problem.get().map(Result::unhealthy).orElseGet(Result::healthy);
            }
        };
    }
}
