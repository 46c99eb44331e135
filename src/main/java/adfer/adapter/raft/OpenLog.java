package adfer.adapter.raft;

import adfer.port.Replicator.Leadership;
import adfer.port.Replicator.Progress;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;
import adfer.port.StateMachine;

import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What exists of a replicated log between start and close: Ratis' server, and the requests that go
 * through it.
 */
final class OpenLog {
    private static final Logger LOG = LoggerFactory.getLogger(OpenLog.class);

    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final Duration CLOSED_POLL = Duration.ofMillis(5);

    static {
        // Ratis would end the JVM where it cannot listen on its port; that is for others to decide.
        ExitUtils.disableSystemExit();
    }

    private final MachineDriver driver;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RaftClientRpc rpc;
    private final Requests requests;
    private final Submitter submitter;
    private final Barriers barriers;
    private final HandOver handOver;
    private final Roll roll;
    private final Reconnection reconnection;
    private boolean closed;

    private OpenLog(
            RaftConfig config,
            Membership membership,
            StateMachine machine,
            MachineDriver driver,
            RaftServer server,
            RaftServer.Division division) {
        var client = ClientId.randomId();
        this.driver = driver;
        this.server = server;
        this.division = division;
        this.rpc =
                ((ClientFactory) server.getFactory())
                        .newRaftClientRpc(client, server.getProperties());
        rpc.addRaftPeers(membership.peers());
        this.requests = new Requests(config.nodeId());
        this.submitter =
                new Submitter(
                        config.limits(),
                        server,
                        division.getMemberId().getGroupId(),
                        this::leader,
                        rpc,
                        client,
                        requests);
        this.barriers =
                new Barriers(
                        submitter,
                        driver.applied(),
                        machine::appliedIndex,
                        () -> leader() != null,
                        requests);
        this.handOver = new HandOver(config, server, division, client);
        this.roll = new Roll(membership, server, division, client);
        this.reconnection = new Reconnection(server);
    }

    /**
     * Opens the log in a directory that is ours, or says in one sentence why that does not work.
     */
    static OpenLog open(
            RaftConfig config, Membership membership, StateMachine machine, MachineDriver driver) {
        checkFree(config);
        RaftServer server = null;
        try {
            server =
                    RaftServer.newBuilder()
                            .setServerId(membership.self())
                            .setGroup(membership.group())
                            .setOption(RaftStorage.StartupOption.RECOVER)
                            .setStateMachine(driver)
                            .setProperties(RatisSettings.properties(config))
                            .setParameters(RatisSettings.parameters(config))
                            .build();
            server.start();
            return new OpenLog(
                    config,
                    membership,
                    machine,
                    driver,
                    server,
                    server.getDivision(membership.groupId()));
        } catch (IOException | RuntimeException e) {
            closeQuietly(server);
            throw new ReplicatorException(
                    Code.UNUSABLE,
                    "Node %s cannot open its log in %s: %s"
                            .formatted(config.nodeId(), config.directory(), Causes.root(e)),
                    e);
        }
    }

    /** Ratis would go on at length. */
    private static void checkFree(RaftConfig config) {
        var address = config.listenOn();
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            throw new ReplicatorException(
                    Code.UNUSABLE,
                    "Node %s cannot listen on %s:%d for the replicated log: %s"
                            .formatted(
                                    config.nodeId(),
                                    address.getHostString(),
                                    address.getPort(),
                                    Causes.root(e)),
                    e);
        }
    }

    Submitter submitter() {
        return submitter;
    }

    Barriers barriers() {
        return barriers;
    }

    HandOver handOver() {
        return handOver;
    }

    Roll roll() {
        return roll;
    }

    Reconnection reconnection() {
        return reconnection;
    }

    /** False when Ratis has closed the server by itself. */
    boolean alive() {
        return division.getInfo().isAlive();
    }

    private @Nullable RaftPeerId leader() {
        return division.getInfo().getLeaderId();
    }

    Leadership leadership() {
        var info = division.getInfo();
        var leader = Optional.ofNullable(leader()).map(RaftPeerId::toString);
        return new Leadership(
                info.isLeader() && info.isLeaderReady(), leader, info.getCurrentTerm());
    }

    Progress progress() {
        return new Progress(
                division.getRaftLog().getLastCommittedIndex(),
                division.getInfo().getLastAppliedIndex(),
                driver.latestSnapshot(),
                division.getRaftLog().getNextIndex() - 1,
                HandOver.committed(division));
    }

    /** Fails what is under way and whatever comes. */
    void end(ReplicatorException reason) {
        requests.close(reason);
    }

    /** Returns when it is closed, whoever closes it, or after {@link #CLOSING}. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        var closing =
                Thread.ofPlatform()
                        .daemon()
                        .name("log-close")
                        .start(() -> {
                            closeServer();
                            closeQuietly(rpc);
                        });
        try {
            if (!closing.join(CLOSING)) {
                LOG.warn(
                        "The log did not close within {}; it is left to the process's end.",
                        CLOSING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeServer() {
        if (!driver.closing()) {
            awaitClosed();
        }
        closeQuietly(server);
    }

    /** Ratis tells nobody when it has closed a server by itself. */
    private void awaitClosed() {
        var deadline = System.nanoTime() + CLOSING.toNanos();
        while (division.getInfo().getLifeCycleState() != LifeCycle.State.CLOSED
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(CLOSED_POLL.toNanos());
        }
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
