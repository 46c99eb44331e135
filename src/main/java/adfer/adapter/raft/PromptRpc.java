package adfer.adapter.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.jspecify.annotations.Nullable;

/**
 * Ratis' gRPC with a leader that tells its followers of a commit at once, in an empty append,
 * instead of with the next entry or heartbeat: followers are told to act by what they apply. And it
 * finds the {@link CommonPoint} with a follower in few steps.
 */
public final class PromptRpc implements RpcType {

    @Override
    public String name() {
        return PromptRpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new GrpcFactory(parameters) {
            @Override
            public LogAppender newLogAppender(
                    RaftServer.Division server, LeaderState state, FollowerInfo follower) {
                return new PromptAppender(server, state, follower);
            }
        };
    }

    /** The leader's side of one follower. */
    private static final class PromptAppender extends GrpcLogAppender {
        /**
         * The commit index the follower was last told of by us; only the appender's thread touches
         * it.
         */
        private long told = -1;

        /** Whether the last wake found nothing to send; likewise. */
        private boolean idle;

        private final CommonPoint commonPoint = new CommonPoint();

        PromptAppender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            super(server, state, follower);
        }

        /**
         * What to send when the appender is woken.
         *
         * <p>Ratis wakes it when the commit index moves, but then sends nothing where it has no
         * entry to send: here the news goes at once. While entries are on their way an empty append
         * could not name a commit (it would have to name the entry before it, which the follower
         * may not have yet); their replies wake the appender again.
         *
         * <p>And while as many appends as allowed are on their way, Ratis sends an empty one on
         * every wake: here it waits, unless a heartbeat is due.
         */
        @Override
        public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(
                long callId, boolean heartbeat) throws RaftLogIOException {
            var request = next(callId, heartbeat);
            idle = request == null;
            return request;
        }

        private @Nullable AppendEntriesRequestProto next(long callId, boolean heartbeat)
                throws RaftLogIOException {
            var entriesOnTheirWay = hasPendingDataRequests();
            if (heartbeat && entriesOnTheirWay && getHeartbeatWaitTimeMs() > 0) {
                return null;
            }
            var request = super.newAppendEntriesRequest(callId, heartbeat);
            if (request != null || entriesOnTheirWay) {
                return request;
            }
            var committed = getRaftLog().getLastCommittedIndex();
            if (committed <= told || committed <= getFollower().getCommitIndex()) {
                return null;
            }
            told = committed;
            return super.newAppendEntriesRequest(callId, true);
        }

        @Override
        protected long getNextIndexForInconsistency(long requestFirstIndex, long replyNextIndex) {
            return commonPoint.next(
                    requestFirstIndex,
                    super.getNextIndexForInconsistency(requestFirstIndex, replyNextIndex),
                    getFollower().getMatchIndex(),
                    getRaftLog().getStartIndex());
        }

        /** Without this it would spin where there are entries that cannot be sent just now. */
        @Override
        public long getWaitTimeMs() {
            return idle ? Math.max(1, super.getWaitTimeMs()) : super.getWaitTimeMs();
        }
    }
}
