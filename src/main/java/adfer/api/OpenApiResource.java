package adfer.api;

import adfer.access.Right;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** The OpenAPI description of this interface, made from the resources themselves. */
@Path("/api/v1/openapi.json")
@Produces("application/json")
public final class OpenApiResource {
    /** What makes up the interface. */
    static final List<Class<?>> RESOURCES =
            List.of(
                    AccessResource.class,
                    DeviceResource.class,
                    SessionResource.class,
                    NodeResource.class,
                    NotifyResource.class,
                    WishResource.class,
                    OverviewResource.class,
                    AuditResource.class,
                    RunbookResource.class,
                    RunResource.class,
                    SuccessionResource.class,
                    ProofResource.class,
                    ReconcileResource.class,
                    EventResource.class,
                    OperationsResource.class,
                    OpenApiResource.class);

    private static final String BEARER = "bearer";

    private final String document;

    /**
     * @param version of this build
     * @param mapper which writes what the interface answers
     */
    public OpenApiResource(String version, ObjectMapper mapper) {
        ModelConverters.getInstance().addConverter(new ModelResolver(mapper));
        ModelConverters.getInstance().addConverter(new Durations());
        this.document = Json.pretty(describe(version));
    }

    @GET
    @Needs(Right.LOOK)
    @io.swagger.v3.oas.annotations.Operation(summary = "This description")
    public String document() {
        return document;
    }

    private static OpenAPI describe(String version) {
        Info info =
                new Info()
                        .title("Adfer")
                        .version(version)
                        .description(
                                "Fails services over from one data centre to another. Every answer"
                                    + " says in the header Adfer-Index which log index it is as of;"
                                    + " whatever acts takes an Idempotency-Key, under which it is"
                                    + " carried out once.");
        OpenAPI api = new Reader(new OpenAPI().info(info)).read(Set.copyOf(RESOURCES));
        api.getComponents()
                .addSecuritySchemes(
                        BEARER,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("A session's credential, or an API token"));
        api.addSecurityItem(new SecurityRequirement().addList(BEARER));
        ModelConverters.getInstance()
                .readAll(Problems.Details.class)
                .forEach(api.getComponents()::addSchemas);
        api.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .forEach(OpenApiResource::complete);
        return api;
    }

    /** What holds for every operation. */
    private static void complete(Operation operation) {
        Header index =
                new Header()
                        .description("The log index this answer is at least as of")
                        .schema(new IntegerSchema().format("int64"));
        ApiResponse good = operation.getResponses().remove("default");
        if (good != null) {
            operation.getResponses().addApiResponse("200", good.description("Done"));
        }
        Schema<?> problem = new Schema<>().$ref("#/components/schemas/Details");
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("Refused, with the reasons")
                                .content(
                                        new Content()
                                                .addMediaType(
                                                        Problems.MEDIA_TYPE,
                                                        new MediaType().schema(problem))));
        operation.getResponses().values().forEach(r -> r.addHeaderObject("Adfer-Index", index));
    }

    /** Durations are strings on the wire. */
    private static final class Durations implements ModelConverter {
        @Override
        public @Nullable Schema<?> resolve(
                AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
            JavaType java = Json.mapper().constructType(type.getType());
            if (java != null && Duration.class.equals(java.getRawClass())) {
                return new StringSchema().format("duration");
            }
            return chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        }
    }
}
