package adfer.adapter.raft;

import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;
import adfer.port.StateMachine;

import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The replicated log on Apache Ratis: one group, one server, the local state machine behind it. */
public final class RaftReplicator implements Replicator {
    private static final Logger LOG = LoggerFactory.getLogger(RaftReplicator.class);

    static {
        // Ratis would end the JVM where it cannot listen on its port; that is ours to say.
        ExitUtils.disableSystemExit();
    }

    private final RaftConfig config;
    private final StateMachine machine;
    private final Consumer<ReplicatorException> onFatal;
    private final Membership membership;
    private final ClientId client = ClientId.randomId();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final LeaderWatch watch;
    private final MachineDriver driver;

    private volatile @Nullable Running running;

    /** What exists between start and close. */
    private record Running(
            RaftServer server,
            RaftServer.Division division,
            RaftClientRpc rpc,
            Submitter submitter,
            Barriers barriers,
            HandOver handOver,
            Requests requests) {}

    /**
     * @param onFatal told once, from a thread of its own, when this node's log had to stop and the
     *     node must be stopped and started again: an entry could not be applied, the disk failed
     */
    public RaftReplicator(
            RaftConfig config, StateMachine machine, Consumer<ReplicatorException> onFatal) {
        this.config = config;
        this.machine = machine;
        this.onFatal = onFatal;
        this.membership = new Membership(config);
        this.watch = new LeaderWatch(config.nodeId(), this::look, machine::leadershipChanged);
        this.driver =
                new MachineDriver(
                        config.nodeId(), machine, config.limits(), watch::signal, this::fail);
    }

    // ---- life

    @Override
    public void start() {
        if (running != null || closing.get()) {
            throw new IllegalStateException("A replicated log is started once");
        }
        config.tls().ifPresent(RaftReplicator::checkReadable);
        membership.claim();
        var properties = RatisSettings.properties(config);
        var parameters = RatisSettings.parameters(config);
        var server = open(properties, parameters);
        var requests = new Requests(config.nodeId());
        var rpc = ((ClientFactory) server.getFactory()).newRaftClientRpc(client, properties);
        rpc.addRaftPeers(membership.group().getPeers());
        var division = division(server);
        var group = membership.groupId();
        var submitter =
                new Submitter(
                        config.limits(),
                        server,
                        group,
                        () -> leaderOf(division),
                        rpc,
                        client,
                        requests);
        running =
                new Running(
                        server,
                        division,
                        rpc,
                        submitter,
                        new Barriers(submitter, driver.applied(), machine::appliedIndex, requests),
                        new HandOver(config, server, division, client),
                        requests);
        watch.start();
    }

    private RaftServer open(RaftProperties properties, Parameters parameters) {
        RaftServer server = null;
        try {
            server =
                    RaftServer.newBuilder()
                            .setServerId(membership.self())
                            .setGroup(membership.group())
                            .setOption(RaftStorage.StartupOption.RECOVER)
                            .setStateMachine(driver)
                            .setProperties(properties)
                            .setParameters(parameters)
                            .build();
            server.start();
            return server;
        } catch (IOException | RuntimeException e) {
            closeQuietly(server);
            throw new ReplicatorException(
                    Code.UNUSABLE,
                    "Node %s cannot open its log in %s on %s: %s"
                            .formatted(
                                    config.nodeId(), config.directory(), config.address(), root(e)),
                    e);
        }
    }

    private RaftServer.Division division(RaftServer server) {
        try {
            return server.getDivision(membership.groupId());
        } catch (IOException e) {
            closeQuietly(server);
            throw new ReplicatorException(
                    Code.UNUSABLE, "The log's group did not open: " + root(e), e);
        }
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        var r = running;
        if (r == null) {
            return;
        }
        if (!failed.get() && config.timing().handOver().isPositive()) {
            handOver(config.timing().handOver());
        }
        watch.close();
        var reason = new ReplicatorException(Code.CLOSED, false, "This node's log is closed.");
        r.requests().close(reason);
        closeQuietly(r.server());
        closeQuietly(r.rpc());
        r.requests().shutdown();
    }

    /**
     * Stops at the point reached, says so once, and leaves the ending of the node to whoever runs
     * it.
     */
    private void fail(String what, Throwable cause) {
        if (closing.get() || !failed.compareAndSet(false, true)) {
            return;
        }
        var sentence =
                "Node %s has stopped its log: %s (%s). Put the cause right and start the node again; nothing that was acknowledged is lost."
                        .formatted(config.nodeId(), what, root(cause));
        var failure = new ReplicatorException(Code.UNUSABLE, sentence, cause);
        LOG.error("{}", sentence, cause);
        Thread.ofPlatform()
                .daemon()
                .name("raft-failure-" + config.nodeId())
                .start(() -> {
                    var r = running;
                    if (r != null) {
                        r.requests().close(failure);
                    }
                    onFatal.accept(failure);
                });
    }

    // ---- the port

    @Override
    public CompletableFuture<byte[]> submit(byte[] entry, Duration timeout) {
        var r = running;
        return r == null ? notRunning() : r.submitter().submit(entry, bounded(timeout));
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        var r = running;
        return r == null ? notRunning() : r.barriers().await(bounded(timeout));
    }

    @Override
    public Leadership leadership() {
        var r = running;
        if (r == null || !r.division().getInfo().isAlive()) {
            return new Leadership(false, Optional.empty(), 0);
        }
        var info = r.division().getInfo();
        var leader = Optional.ofNullable(info.getLeaderId()).map(RaftPeerId::toString);
        return new Leadership(
                info.isLeader() && info.isLeaderReady(), leader, info.getCurrentTerm());
    }

    @Override
    public Progress progress() {
        var r = running;
        if (r == null || !r.division().getInfo().isAlive()) {
            return new Progress(-1, -1, -1, Map.of());
        }
        return new Progress(
                r.division().getRaftLog().getLastCommittedIndex(),
                r.division().getInfo().getLastAppliedIndex(),
                driver.latestSnapshot(),
                HandOver.committed(r.division()));
    }

    @Override
    public boolean handOver(Duration timeout) {
        var r = running;
        return r == null || r.handOver().run(timeout);
    }

    // ---- bits

    /**
     * Looks who leads, and whether the server still runs: Ratis closes it by itself where its log
     * or disk fails.
     */
    private Leadership look() {
        var r = running;
        if (r != null && !closing.get() && !r.division().getInfo().isAlive()) {
            fail("it closed by itself", new IOException("see the log above"));
        }
        return leadership();
    }

    private static @Nullable RaftPeerId leaderOf(RaftServer.Division division) {
        return division.getInfo().getLeaderId();
    }

    private Duration bounded(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "A timeout must be greater than zero, not " + timeout);
        }
        var most = config.timing().submitMax();
        return timeout.compareTo(most) > 0 ? most : timeout;
    }

    private static <T> CompletableFuture<T> notRunning() {
        return CompletableFuture.failedFuture(
                new ReplicatorException(Code.CLOSED, false, "This node's log is not started."));
    }

    private static void checkReadable(RaftConfig.Tls tls) {
        for (var file : List.of(tls.certificate(), tls.key(), tls.authority())) {
            if (!java.nio.file.Files.isReadable(file)) {
                throw new ReplicatorException(
                        Code.UNUSABLE,
                        false,
                        "The TLS file %s of the replicated log cannot be read.".formatted(file));
            }
        }
    }

    private static String root(Throwable e) {
        var cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static void closeQuietly(@Nullable AutoCloseable closeable) {
        if (closeable != null) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("While closing the log: {}", e.toString());
            }
        }
    }
}
