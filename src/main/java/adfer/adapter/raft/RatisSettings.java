package adfer.adapter.raft;

import adfer.adapter.raft.RaftConfig.Limits;
import adfer.adapter.raft.RaftConfig.Timing;

import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What {@link RaftConfig} means to Ratis 3.3: every setting we depart from its defaults in, and
 * why.
 */
final class RatisSettings {
    private static final int MIB = 1 << 20;

    private RatisSettings() {}

    static RaftProperties properties(RaftConfig config) {
        var p = new RaftProperties();
        p.set(RaftConfigKeys.Rpc.TYPE_KEY, PromptRpc.class.getName());
        network(p, config);
        elections(p, config.timing());
        log(p, config);
        snapshots(p);
        requests(p, config);
        return p;
    }

    static Parameters parameters(RaftConfig config) {
        var parameters = new Parameters();
        config.tls().ifPresent(tls -> secure(parameters, tls, config));
        return parameters;
    }

    private static void secure(Parameters parameters, RaftConfig.Tls tls, RaftConfig config) {
        GrpcConfigKeys.TLS.setConf(
                parameters,
                GrpcTlsConfig.newBuilder()
                        .setKeyManager(tls.key())
                        .setTrustManager(tls.trust())
                        .setMutualTls(true)
                        // Of the two it has, the JDK's asks the key manager at each handshake.
                        .setSslProvider(SslProvider.JDK)
                        .setProtocols("TLSv1.3", "TLSv1.2")
                        .build());
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters,
                (builder, types) -> builder.intercept(new Callers(tls, config.peers())));
    }

    private static void network(RaftProperties p, RaftConfig config) {
        // Without a host Ratis listens on every interface.
        GrpcConfigKeys.Server.setHost(p, config.listenOn().getHostString());
        GrpcConfigKeys.Server.setPort(p, config.listenOn().getPort());
        GrpcConfigKeys.setMessageSizeMax(p, size(2L * batchBytes(config.limits()) + MIB));
        GrpcConfigKeys.setFlowControlWindow(p, size(4 * MIB));
        // Enough appends in flight to fill a link with some tens of milliseconds of round trip.
        GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(p, 64);
    }

    private static void elections(RaftProperties p, Timing timing) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(p, time(timing.electionMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(p, time(timing.electionMax()));
        RaftServerConfigKeys.Rpc.setRequestTimeout(p, time(timing.attempt()));
        RaftServerConfigKeys.LeaderElection.setPreVote(p, true);
        // A leader that lost its majority for a moment would otherwise not stand again for ten
        // seconds.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                p, time(timing.electionMax()));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(p, time(timing.electionMax()));
        // A node that was suspended (a laptop, a VM) is behind, not broken: by default Ratis closes
        // after 60 s.
        RaftServerConfigKeys.setCloseThreshold(p, TimeDuration.valueOf(3650, TimeUnit.DAYS));
    }

    private static void log(RaftProperties p, RaftConfig config) {
        var limits = config.limits();
        RaftServerConfigKeys.setStorageDir(p, List.of(config.directory().toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                p, new File(config.directory().toFile(), "removed"));
        RaftServerConfigKeys.Log.setSegmentSizeMax(p, size(limits.segmentBytes()));
        RaftServerConfigKeys.Log.setPreallocatedSize(
                p, size(Math.min(limits.segmentBytes(), 4 * MIB)));
        RaftServerConfigKeys.Log.setWriteBufferSize(p, size(batchBytes(limits) + MIB));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, size(batchBytes(limits)));
        // By default a leader rests a millisecond between two appends to one follower.
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(p, TimeDuration.ZERO);
        // While it rests after an error, a leader sends no heartbeat either: by default for
        // seconds,
        // in which it is deposed.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(
                p,
                "1ms,20,%dms,%d"
                        .formatted(
                                Math.max(1, config.timing().electionMin().toMillis() / 8),
                                Integer.MAX_VALUE));
        // By default every commit is followed by an entry that tells it: one more fsync each.
        // PromptRpc tells it at once.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);
        // Asynchronous flush marks as flushed what was written meanwhile, so both stay off:
        // acknowledged means fsynced.
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, false);
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, false);
        // A dead follower must not hold up the purge of everybody's log; it comes back by snapshot.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(p, limits.snapshotEntries() / 2);
        RaftServerConfigKeys.Log.setPurgeGap(p, 1);
    }

    private static void snapshots(RaftProperties p) {
        // Ratis asks often, SnapshotTaker decides: by entries and by bytes.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, 1);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 2);
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(p, size(4 * MIB));
    }

    private static void requests(RaftProperties p, RaftConfig config) {
        var timing = config.timing();
        RaftServerConfigKeys.RetryCache.setExpiryTime(p, time(timing.submitMax().multipliedBy(2)));
        RaftClientConfigKeys.Rpc.setRequestTimeout(p, time(timing.attempt()));
        RaftServerConfigKeys.Write.setElementLimit(
                p, config.limits().outstandingEntries() * 2 * config.peers().size());
    }

    /** The most bytes that one append to a follower carries. */
    private static int batchBytes(Limits limits) {
        return Math.max(4 * MIB, limits.entryBytes() + MIB);
    }

    private static SizeInBytes size(long bytes) {
        return SizeInBytes.valueOf(bytes);
    }

    private static TimeDuration time(Duration d) {
        return TimeDuration.valueOf(d.toMillis(), TimeUnit.MILLISECONDS);
    }
}
