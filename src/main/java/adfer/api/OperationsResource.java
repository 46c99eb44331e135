package adfer.api;

import adfer.access.Right;

import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.HealthCheckRegistry;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What those who run the node watch: health and metrics. */
@Path("/")
public final class OperationsResource {
    private final HealthCheckRegistry checks;
    private final Supplier<String> scrape;

    /**
     * @param scrape the metrics in Prometheus' text format
     */
    public OperationsResource(HealthCheckRegistry checks, Supplier<String> scrape) {
        this.checks = checks;
        this.scrape = scrape;
    }

    /** One health check's answer. */
    public record Health(boolean healthy, String message) {}

    @GET
    @Path("/healthcheck")
    @Produces(MediaType.APPLICATION_JSON)
    @Open
    @Operation(
            summary =
                    "Health checks; status 503 when one of them fails. Why, it says to those who"
                            + " are signed in")
    public Response health(@BeanParam Caller caller) {
        Map<String, Health> answers = new TreeMap<>();
        checks.runHealthChecks()
                .forEach((name, result) ->
                        answers.put(name, health(result, caller.known().isPresent())));
        boolean well = answers.values().stream().allMatch(Health::healthy);
        return Response.status(well ? 200 : 503).entity(answers).build();
    }

    private static Health health(HealthCheck.Result result, boolean known) {
        return new Health(
                result.isHealthy(),
                Optional.ofNullable(result.getMessage()).filter(ignored -> known).orElse(""));
    }

    @GET
    @Path("/metrics")
    @Needs(Right.LOOK)
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "Metrics in Prometheus' text format")
    public String metrics() {
        return scrape.get();
    }
}
