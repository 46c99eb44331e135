package adfer.app;

import adfer.adapter.json.Mappers;
import adfer.api.ErrorMapper;
import adfer.api.EventResource;
import adfer.api.OperationsResource;
import adfer.api.OverviewResource;
import adfer.api.RunResource;
import adfer.api.RunbookResource;
import adfer.console.AssetResource;
import adfer.console.ConsoleResource;

import ch.qos.logback.classic.LoggerContext;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;

import net.sourceforge.argparse4j.inf.Namespace;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The service: one node with its REST API and its console. */
final class AdferApplication extends Application<AdferConfiguration> {
    private static final Logger LOG = LoggerFactory.getLogger(AdferApplication.class);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode;

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

    @Override
    public void run(AdferConfiguration configuration, Environment environment) {
        nameLogs(configuration);
        if (configuration.getServerFactory() instanceof AbstractServerFactory server) {
            server.setRegisterDefaultExceptionMappers(false);
        }
        Node node =
                Node.assemble(
                        configuration,
                        () -> fail("The replicated log failed and this node stops."));
        environment.lifecycle().manage(node);
        environment
                .lifecycle()
                .addEventListener(
                        new org.eclipse.jetty.util.component.LifeCycle.Listener() {
                            @Override
                            public void lifeCycleStopped(
                                    org.eclipse.jetty.util.component.LifeCycle event) {
                                stopped.countDown();
                            }
                        });
        node.healthChecks().forEach(environment.healthChecks()::register);
        var jersey = environment.jersey();
        jersey.register(new ErrorMapper());
        jersey.register(Json.provider(Mappers.json()));
        jersey.register(new OverviewResource(node.adfer()));
        jersey.register(new RunbookResource(node.adfer()));
        jersey.register(new RunResource(node.adfer()));
        jersey.register(new EventResource(node.adfer()));
        jersey.register(new ConsoleResource(node.adfer(), InstantSource.system()));
        jersey.register(new AssetResource());
        jersey.register(new OperationsResource(environment.healthChecks(), node::scrape));
    }

    /** Every line of the log names site and node. */
    private static void nameLogs(AdferConfiguration configuration) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty("node", configuration.node);
            context.putProperty(
                    "site",
                    Optional.ofNullable(configuration.nodes.get(configuration.node))
                            .map(node -> node.site)
                            .orElse("?"));
        }
    }

    private void fail(String sentence) {
        LOG.error("{}", sentence);
        exitCode = 1;
        stopped.countDown();
    }

    @Override
    protected void onFatalError(Throwable problem) {
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
            Throwable root = problem;
            while (root.getCause() != null && !(root instanceof ConfigurationException)) {
                root = root.getCause();
            }
            String sentence =
                    root.getMessage() == null ? root.toString() : root.getMessage().strip();
            cli.getStdErr().println("adfer: " + sentence);
        }
    }
}
