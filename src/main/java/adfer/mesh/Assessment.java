package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;

import java.util.ArrayList;
import java.util.List;

/**
 * What one matrix says of each site.
 *
 * <p>A site is called unreachable only by observers at two other sites or more, who reach each
 * other, belong to a majority of the sites, and of whom none reaches any node of it. Whoever
 * doesn't reach a majority is cut off itself and says nothing of others. So of two halves at most
 * one condemns the other.
 */
final class Assessment {
    private final Sight sight;

    Assessment(Topology topology, Matrix matrix, JudgePolicy policy) {
        this.sight = new Sight(topology, matrix, policy);
    }

    Finding of(SiteId site) {
        if (!sight.isMajority(sight.sites().size())) {
            return isolated();
        }
        return sight.reached(site).isEmpty() ? missed(site) : seen(site);
    }

    private Finding isolated() {
        List<SiteId> all = sight.topology().sites().stream().map(Topology.Site::id).toList();
        return new Finding(
                Status.UNDECIDED,
                Diagnosis.OBSERVER_ISOLATED,
                "Node %s reaches only %s of the sites %s: it may be cut off itself, so it can't judge.%s"
                        .formatted(
                                sight.holder(),
                                Words.counted("site", sight.sites()),
                                Words.and(all),
                                sight.topology().twoSitesOnly()
                                        ? " With two sites and no witness nothing is ever moved by"
                                                + " itself."
                                        : ""));
    }

    private Finding missed(SiteId site) {
        List<Row> witnesses = sight.witnesses(site);
        List<NodeId> nodes = sight.nodes(site);
        if (sight.sitesOf(witnesses).size() < 2) {
            return undecided(
                    "Of the observers of site %s only %s can tell now, and it takes two sites."
                            .formatted(
                                    site,
                                    witnesses.isEmpty()
                                            ? "nobody"
                                            : Words.counted("node", names(witnesses))));
        }
        if (!sight.countsAsSilent(site, witnesses)) {
            return undecided("Nobody has heard %s yet.".formatted(Words.counted("node", nodes)));
        }
        String who =
                "%s reach each other, but %s on any path"
                        .formatted(
                                Words.counted("node", names(witnesses)),
                                nodes.size() == 1
                                        ? "not " + nodes.getFirst()
                                        : "none of " + Words.and(nodes));
        return why(site, witnesses, who);
    }

    private Finding why(SiteId site, List<Row> witnesses, String who) {
        List<NodeId> nodes = sight.nodes(site);
        List<NodeId> hearing =
                names(
                        witnesses.stream()
                                .filter(row -> nodes.stream().anyMatch(row::hears))
                                .toList());
        if (!hearing.isEmpty()) {
            return unreachable(
                    Diagnosis.LINK_DEAD,
                    who
                            + ", while %s still %s it: nothing gets into site %s, though it lives"
                                    .formatted(
                                            Words.and(hearing),
                                            Words.verb(hearing, "hears", "hear"),
                                            site));
        }
        List<NodeId> answered =
                names(
                        witnesses.stream()
                                .filter(row -> row.facts().beacons().get(site) == Check.ANSWERS)
                                .toList());
        if (!answered.isEmpty()) {
            return unreachable(
                    Diagnosis.NODE_DEAD,
                    who
                            + ", while site %s itself still answers %s: its %s dead or cut off, its machines may run"
                                    .formatted(
                                            site,
                                            Words.and(answered),
                                            Words.verb(nodes, "node is", "nodes are")));
        }
        return unreachable(
                Diagnosis.SITE_DEAD, who + ": site %s is dead or cut off".formatted(site));
    }

    private Finding seen(SiteId site) {
        List<NodeId> silent =
                sight.reached(site).stream()
                        .filter(node ->
                                sight.row(node)
                                        .filter(row -> row.facts().hypervisor() == Check.SILENT)
                                        .isPresent())
                        .toList();
        List<NodeId> dead = sight.unreached(site);
        List<String> links = new DeadLinks(sight).of(site);
        List<String> reasons = new ArrayList<>();
        if (!silent.isEmpty()) {
            reasons.add("the hypervisor does not answer " + Words.counted("node", silent));
        }
        if (!dead.isEmpty()) {
            reasons.add(
                    "nobody reaches %s, though %s at the same site %s"
                            .formatted(
                                    Words.counted("node", dead),
                                    Words.and(sight.reached(site)),
                                    Words.verb(sight.reached(site), "lives", "live")));
        }
        if (!links.isEmpty()) {
            reasons.add(Words.clauses(links));
        }
        if (reasons.isEmpty()) {
            return healthy(site);
        }
        Diagnosis diagnosis =
                !silent.isEmpty()
                        ? Diagnosis.HYPERVISOR_DEAD
                        : !dead.isEmpty() ? Diagnosis.NODE_DEAD : Diagnosis.LINK_DEAD;
        return new Finding(
                Status.DEGRADED, diagnosis, Words.sentence(String.join("; also ", reasons)));
    }

    private Finding healthy(SiteId site) {
        List<NodeId> nodes = sight.reached(site);
        boolean hypervisor =
                nodes.stream()
                        .anyMatch(node ->
                                sight.row(node)
                                        .filter(row -> row.facts().hypervisor() == Check.ANSWERS)
                                        .isPresent());
        String words =
                "%s %s on every path"
                        .formatted(
                                Words.counted("node", nodes),
                                Words.verb(nodes, "answers", "answer"));
        return new Finding(
                Status.HEALTHY,
                Diagnosis.ALL_WELL,
                Words.sentence(
                        words
                                + (hypervisor ? ", and so does the hypervisor" : "")
                                + noSpare(site)));
    }

    /** With a site missing already, the loss of this one would leave nobody to tell of it. */
    private String noSpare(SiteId site) {
        List<SiteId> missing =
                sight.topology().sites().stream()
                        .map(Topology.Site::id)
                        .filter(other -> !sight.sites().contains(other))
                        .toList();
        int left = sight.sites().size() - 1;
        boolean spare = left >= 2 && sight.isMajority(left);
        return missing.isEmpty() || spare
                ? ""
                : "; but without %s nobody could tell if site %s failed now"
                        .formatted(Words.counted("site", missing), site);
    }

    private static List<NodeId> names(List<Row> rows) {
        return rows.stream().map(Row::observer).toList();
    }

    private static Finding unreachable(Diagnosis diagnosis, String words) {
        return new Finding(Status.UNREACHABLE, diagnosis, Words.sentence(words));
    }

    private static Finding undecided(String sentence) {
        return new Finding(Status.UNDECIDED, Diagnosis.NOT_ENOUGH_SEEN, sentence);
    }
}
