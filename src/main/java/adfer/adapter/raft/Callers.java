package adfer.adapter.raft;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Lets in whom its certificate names: only members call, each for itself alone, and for no longer
 * than its certificate is valid, also over a connection that has been open for months.
 */
final class Callers implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final long COMPLAIN_EVERY = TimeUnit.SECONDS.toNanos(10);
    private static final String ALLOWED = "";

    private final RaftConfig.Tls tls;
    private final Map<String, String> peers;
    private final AtomicLong complained = new AtomicLong(System.nanoTime() - COMPLAIN_EVERY);

    Callers(RaftConfig.Tls tls, Map<String, String> peers) {
        this.tls = tls;
        this.peers = Map.copyOf(peers);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<X509Certificate> shown = certificate(call);
        String trouble = shown.map(this::stranger).orElse("it shows no certificate");
        if (shown.isEmpty() || !trouble.equals(ALLOWED)) {
            refuse(call, trouble);
            return new ServerCall.Listener<>() {};
        }
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                String wrong = refused ? ALLOWED : pretender(shown.get(), message);
                if (!wrong.equals(ALLOWED)) {
                    refused = true;
                    refuse(call, wrong);
                } else if (!refused) {
                    super.onMessage(message);
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    private static Optional<X509Certificate> certificate(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        try {
            return session == null
                    ? Optional.empty()
                    : Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private String stranger(X509Certificate shown) {
        return peers.values().stream().anyMatch(address -> isOf(shown, address))
                ? ALLOWED
                : "its certificate is of none of the nodes";
    }

    private String pretender(X509Certificate shown, Object message) {
        try {
            shown.checkValidity();
        } catch (CertificateException e) {
            return "its certificate is not valid any more";
        }
        Optional<String> claimed =
                request(message).map(request -> request.getRequestorId().toStringUtf8());
        return claimed.map(peers::get).filter(address -> isOf(shown, address)).isPresent()
                        || claimed.isEmpty()
                ? ALLOWED
                : "it calls itself "
                        + claimed.get().replaceAll("[^\\w.-]", "?")
                        + ", but its certificate is not of that node's host";
    }

    /** What nodes say to each other names the one that speaks. */
    private static Optional<RaftRpcRequestProto> request(Object message) {
        return switch (message) {
            case AppendEntriesRequestProto append -> Optional.of(append.getServerRequest());
            case RequestVoteRequestProto vote -> Optional.of(vote.getServerRequest());
            case InstallSnapshotRequestProto snapshot -> Optional.of(snapshot.getServerRequest());
            case StartLeaderElectionRequestProto start -> Optional.of(start.getServerRequest());
            case ReadIndexRequestProto read -> Optional.of(read.getServerRequest());
            default -> Optional.empty();
        };
    }

    private boolean isOf(X509Certificate shown, String address) {
        return tls.names().test(shown, address.substring(0, address.lastIndexOf(':')));
    }

    private void refuse(ServerCall<?, ?> call, String why) {
        Object from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        long now = System.nanoTime();
        long before = complained.get();
        if (now - before >= COMPLAIN_EVERY && complained.compareAndSet(before, now)) {
            LOG.warn("A caller of the replicated log, {}, is refused: {}.", from, why);
        }
        call.close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
    }
}
