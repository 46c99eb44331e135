package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.mesh.Lacking;
import adfer.port.Secrets;
import adfer.runbook.Runbook;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Published;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks now and then whether this node can read what the runbooks of its site refer to, and tells
 * everybody what it can't: so that it shows in plans and readiness, and not in a disaster.
 */
public final class SecretCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCheck.class);

    private final NodeId self;
    private final SiteId site;
    private final Secrets secrets;
    private final Replica replica;
    private final Submitter submitter;
    private final Duration every;
    private final Thread loop;

    /**
     * @param every how often it looks
     */
    public SecretCheck(
            NodeId self,
            SiteId site,
            Secrets secrets,
            Replica replica,
            Submitter submitter,
            Duration every) {
        this.self = self;
        this.site = site;
        this.secrets = secrets;
        this.replica = replica;
        this.submitter = submitter;
        this.every = every;
        this.loop = Thread.ofVirtual().name("secret-check").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                Thread.sleep(every);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        ClusterState state = replica.state();
        Lacking now = new Lacking(self, site, missing(state));
        boolean known =
                state.lacking(self).map(now::equals).orElseGet(() -> now.secrets().isEmpty());
        if (!known) {
            try {
                var _ =
                        submitter
                                .submit(Actor.system(self), new Command.TellLacking(now))
                                .get(15, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("What this node lacks isn't told yet: {}", e.toString());
            }
        }
    }

    private List<SecretRef> missing(ClusterState state) {
        return state.all(Kind.RUNBOOK, Published.class)
                .map(Published::runbook)
                .filter(runbook -> runbook.home().equals(site) || runbook.recovery().equals(site))
                .flatMap(Runbook::secrets)
                .distinct()
                .filter(reference -> !secrets.find(reference).accepted())
                .sorted(Comparator.comparing(SecretRef::toString))
                .toList();
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
