package adfer.api;

import adfer.access.Right;
import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;
import adfer.service.Adfer;
import adfer.service.AuditTrail.Format;
import adfer.state.AuditEntry;
import adfer.state.Checkpoint;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

import java.time.Instant;
import java.util.List;

/** The audit trail: searched, and handed to an auditor. */
@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private final Adfer adfer;

    public AuditResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * A node's key.
     *
     * @param fingerprint what people compare keys by
     * @param signed the last entry that it has signed, 0 for none
     */
    public record KeyView(
            NodeId node, String key, String fingerprint, Instant since, long signed) {}

    @GET
    @Needs(Right.READ_AUDIT)
    @Operation(summary = "The audit trail, the latest first")
    public List<AuditEntry> audit(
            @BeanParam Caller caller,
            @BeanParam AuditQuery query,
            @QueryParam("before") @DefaultValue("9223372036854775807") long before,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return Problems.value(
                adfer.trail()
                        .search(
                                caller.who(),
                                query.search(),
                                before,
                                Math.clamp(limit, 1, 10_000)));
    }

    @GET
    @Path("/keys")
    @Needs(Right.READ_AUDIT)
    @Operation(summary = "With which keys the nodes sign the audit trail, and up to where they did")
    public List<KeyView> keys(@BeanParam Caller caller) {
        return views(Problems.value(adfer.trail().checkpoint(caller.who())));
    }

    private static List<KeyView> views(Checkpoint checkpoint) {
        return checkpoint.signers().entrySet().stream()
                .map(signer ->
                        new KeyView(
                                signer.getKey(),
                                signer.getValue().key(),
                                Ed25519.fingerprint(signer.getValue().key()),
                                signer.getValue().since(),
                                signer.getValue().number()))
                .toList();
    }

    @GET
    @Path("/export")
    @Needs(Right.READ_AUDIT)
    @Produces(MediaType.WILDCARD)
    @Operation(
            summary =
                    "The audit trail as a file: json lines that ./adfer audit verify proves, csv,"
                            + " or syslog")
    public Response export(
            @BeanParam Caller caller,
            @BeanParam AuditQuery query,
            @QueryParam("format") @DefaultValue("json") String name) {
        Format format = Format.named(name);
        return Problems.answer(
                adfer.trail().export(caller.who(), query.search(), format),
                export ->
                        Response.ok((StreamingOutput) export::to, type(format))
                                .header(
                                        "Content-Disposition",
                                        "attachment; filename=\"adfer-audit."
                                                + suffix(format)
                                                + "\"")
                                .build());
    }

    private static String type(Format format) {
        return switch (format) {
            case JSON -> "application/x-ndjson";
            case CSV -> "text/csv; charset=utf-8";
            case SYSLOG -> "text/plain; charset=utf-8";
        };
    }

    private static String suffix(Format format) {
        return switch (format) {
            case JSON -> "jsonl";
            case CSV -> "csv";
            case SYSLOG -> "log";
        };
    }
}
