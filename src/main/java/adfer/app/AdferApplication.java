package adfer.app;

import adfer.adapter.json.Mappers;
import adfer.api.AccessFilter;
import adfer.api.AccessResource;
import adfer.api.AuditResource;
import adfer.api.DeviceResource;
import adfer.api.ErrorMapper;
import adfer.api.EventResource;
import adfer.api.HeaderFilter;
import adfer.api.IndexFilter;
import adfer.api.NodeResource;
import adfer.api.NotifyResource;
import adfer.api.OpenApiResource;
import adfer.api.OperationsResource;
import adfer.api.OriginFilter;
import adfer.api.OverviewResource;
import adfer.api.ProofResource;
import adfer.api.ReconcileResource;
import adfer.api.RunResource;
import adfer.api.RunbookResource;
import adfer.api.SessionResource;
import adfer.api.SizeFilter;
import adfer.api.SuccessionResource;
import adfer.console.AssetResource;
import adfer.console.AuditPage;
import adfer.console.ConsoleResource;
import adfer.console.FormFilter;
import adfer.console.OpenIdResource;
import adfer.console.Pages;
import adfer.console.PeoplePage;
import adfer.console.PersonPage;
import adfer.console.QuarantineResource;
import adfer.console.SignInResource;
import adfer.console.SiteResource;
import adfer.console.TakeoverResource;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;

import net.sourceforge.argparse4j.inf.Namespace;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The service: one node with its REST API and its console. */
final class AdferApplication extends Application<AdferConfiguration> {
    private static final Logger LOG = LoggerFactory.getLogger(AdferApplication.class);

    /** How long an answer takes to get out before the server stops. */
    private static final Duration LAST_WORDS = Duration.ofMillis(300);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode;
    private volatile boolean again;
    private volatile boolean stopping;
    private volatile @Nullable Server server;
    private volatile Optional<Node> node = Optional.empty();

    @Override
    public String getName() {
        return "adfer";
    }

    @Override
    public void initialize(Bootstrap<AdferConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(
                new SubstitutingSourceProvider(
                        bootstrap.getConfigurationSourceProvider(),
                        new EnvironmentVariableSubstitutor(false)));
        bootstrap.getObjectMapper().registerSubtypes(TlsConnector.class);
    }

    @Override
    protected void addDefaultCommands(Bootstrap<AdferConfiguration> bootstrap) {
        bootstrap.addCommand(new Serve(this));
    }

    /** Runs until the node stops. Returns the exit code. */
    int serve(String config) throws Exception {
        run("server", config);
        stopped.await();
        return exitCode;
    }

    /**
     * Stops the node as a signal to its process does; {@link #serve} returns then. One that has not
     * started yet stops as soon as it has.
     */
    void stop() throws Exception {
        stopping = true;
        Server running = server;
        if (running != null) {
            running.stop();
        }
    }

    private void started(Server running) {
        server = running;
        if (stopping) {
            Thread.startVirtualThread(this::stopQuietly);
        }
    }

    /**
     * Requests that don't end in time are cut off; Jetty throws then, and has stopped all the same.
     */
    private void stopQuietly() {
        try {
            stop();
        } catch (Exception e) {
            LOG.info("Stopped, with some requests cut off: {}", e.toString());
        }
    }

    /**
     * Ends this life of the node, so that another can begin. Returns at once: whoever asks for it
     * is answered first.
     */
    private void beginAgain() {
        again = true;
        Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(LAST_WORDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            stopQuietly();
        });
    }

    /** Whether it ended so that another life begins. */
    boolean again() {
        return again && exitCode == 0;
    }

    @Override
    public void run(AdferConfiguration configuration, Environment environment) {
        nameLogs(configuration);
        if (configuration.getServerFactory() instanceof AbstractServerFactory server) {
            server.setRegisterDefaultExceptionMappers(false);
        }
        Transport transport = Transport.of(configuration);
        Doors.prepare(configuration, transport);
        Node assembled =
                Node.assemble(
                        configuration,
                        transport,
                        () -> fail("The replicated log failed and this node stops."),
                        this::beginAgain);
        node = Optional.of(assembled);
        Doors.nobodyAt(configuration).ifPresent(sentence -> LOG.warn("{}", sentence));
        EventResource events = new EventResource(assembled.adfer());
        environment.lifecycle().manage(assembled);
        environment.lifecycle().addServerLifecycleListener(this::started);
        environment
                .lifecycle()
                .addEventListener(
                        new LifeCycle.Listener() {
                            @Override
                            public void lifeCycleStopping(LifeCycle event) {
                                events.close();
                                quiet("org.apache.ratis");
                            }

                            // Also where requests had to be cut off.
                            @Override
                            public void lifeCycleFailure(LifeCycle event, Throwable cause) {
                                stopped.countDown();
                            }

                            @Override
                            public void lifeCycleStopped(LifeCycle event) {
                                stopped.countDown();
                            }
                        });
        assembled.healthChecks().forEach(environment.healthChecks()::register);
        closeBackDoor(environment);
        var jersey = environment.jersey();
        ObjectMapper mapper = Mappers.json();
        jersey.register(new ErrorMapper());
        jersey.register(new IndexFilter(assembled.adfer()));
        jersey.register(new HeaderFilter());
        jersey.register(new OriginFilter());
        jersey.register(new SizeFilter());
        jersey.register(new FormFilter());
        jersey.register(
                new AccessFilter(
                        assembled.gate(),
                        type -> type.getPackageName().equals(SignInResource.class.getPackageName()),
                        Pages::refused));
        jersey.register(Json.provider(mapper));
        jersey.register(new OpenApiResource(Version.current(), mapper));
        jersey.register(new AccessResource(assembled.gate(), assembled.adfer()));
        SignInResource door =
                new SignInResource(
                        assembled.gate(),
                        assembled.adfer(),
                        assembled.openId(),
                        InstantSource.system());
        jersey.register(door);
        jersey.register(new OpenIdResource(assembled.openId(), door));
        jersey.register(new DeviceResource(assembled.openId(), assembled.adfer()));
        jersey.register(new OverviewResource(assembled.adfer()));
        jersey.register(new AuditResource(assembled.adfer()));
        jersey.register(new RunbookResource(assembled.adfer()));
        jersey.register(new RunResource(assembled.adfer()));
        jersey.register(new SessionResource(assembled.adfer()));
        jersey.register(new NodeResource(assembled.adfer()));
        jersey.register(new NotifyResource(assembled.adfer()));
        jersey.register(new adfer.api.WishResource(assembled.adfer()));
        jersey.register(new adfer.console.WishResource(assembled.adfer()));
        jersey.register(new SuccessionResource(assembled.adfer()));
        jersey.register(new SiteResource(assembled.adfer()));
        jersey.register(new ProofResource(assembled.adfer()));
        jersey.register(new ReconcileResource(assembled.adfer()));
        jersey.register(events);
        jersey.register(new ConsoleResource(assembled.adfer(), InstantSource.system()));
        jersey.register(new AuditPage(assembled.adfer()));
        jersey.register(
                new PeoplePage(assembled.gate(), assembled.adfer(), InstantSource.system()));
        jersey.register(new PersonPage(assembled.adfer()));
        jersey.register(new TakeoverResource(assembled.adfer()));
        jersey.register(new QuarantineResource(assembled.adfer()));
        jersey.register(new AssetResource());
        jersey.register(new OperationsResource(environment.healthChecks(), assembled::scrape));
    }

    /** Dropwizard's own pages for administrators ask nobody who he or she is; Adfer's do. */
    private static void closeBackDoor(Environment environment) {
        Filter closed =
                (request, response, chain) -> ((HttpServletResponse) response).sendError(404);
        environment
                .admin()
                .addFilter("closed", closed)
                .addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    }

    /**
     * Every line of the log names site and node. That a node can't start is told to who starts it,
     * in one sentence; Dropwizard would put a stack trace beside it.
     */
    private static void nameLogs(AdferConfiguration configuration) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            quiet(ServerCommand.class.getName());
            context.putProperty("node", configuration.node);
            context.putProperty(
                    "site",
                    Optional.ofNullable(configuration.nodes.get(configuration.node))
                            .map(node -> node.site)
                            .orElse("?"));
        }
    }

    /** A log that closes answers what others still send it with a stack trace for each. */
    private static void quiet(String logger) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(Level.OFF);
        }
    }

    private void fail(String sentence) {
        LOG.error("{}", sentence);
        exitCode = 1;
        stopped.countDown();
    }

    @Override
    protected void onFatalError(Throwable problem) {
        // Jetty stops only what it has started; a taken port is found before that.
        node.ifPresent(Node::stop);
        exitCode = 1;
        stopped.countDown();
    }

    /** The command that serves, with its errors in one sentence. */
    private static final class Serve extends ServerCommand<AdferConfiguration> {
        Serve(Application<AdferConfiguration> application) {
            super(application);
        }

        @Override
        public void onError(Cli cli, Namespace namespace, Throwable problem) {
            cli.getStdErr().println("adfer: " + Complaint.of(problem, namespace.getString("file")));
        }
    }
}
