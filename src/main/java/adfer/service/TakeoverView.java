package adfer.service;

import adfer.kernel.Generation;
import adfer.kernel.GroupId;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.state.Founding.Consent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What two people need to know before they take over at a node.
 *
 * @param hindrance why it can't be done here and now; empty when it can
 * @param applied the last index that is in this node's picture
 * @param last the last index in its log; what is beyond {@code applied} counts in a takeover
 * @param pictureAt when the picture's last entry was made, by its maker's clock
 * @param leaderless for how long nobody has led; zero while somebody does
 * @param lost the sites of which no node is heard; they are declared off
 * @param risk what may be lost, in a sentence
 * @param confirmation what each of the two types
 * @param pending whose word waits for a second one
 * @param confirmWithin how long it waits
 */
public record TakeoverView(
        NodeId node,
        SiteId site,
        Generation generation,
        Optional<String> hindrance,
        long applied,
        long last,
        Instant pictureAt,
        Duration pictureAge,
        Duration leaderless,
        List<Member> members,
        List<SiteId> lost,
        List<GroupLine> groups,
        String risk,
        String confirmation,
        Optional<Pending> pending,
        Duration confirmWithin) {
    /**
     * Another node of the cluster.
     *
     * @param lastHeard how long ago; empty where it wasn't since this node's start
     */
    public record Member(NodeId node, SiteId site, boolean heard, Optional<Duration> lastHeard) {}

    /**
     * A protected service.
     *
     * @param lost whether its owner is among the lost sites
     */
    public record GroupLine(GroupId id, String title, SiteId owner, boolean lost) {}

    /** One person's word that waits for a second one. */
    public record Pending(Consent by, Duration left) {}
}
