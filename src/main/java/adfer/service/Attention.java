package adfer.service;

import adfer.kernel.NodeId;
import adfer.mesh.SiteVerdict;
import adfer.mesh.Topology;
import adfer.state.Leftover;
import adfer.state.Stance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a person on shift ought to look at now, the gravest first. */
final class Attention {
    private final Watch watch;
    private final Expiry expiry;

    Attention(Watch watch, Expiry expiry) {
        this.watch = watch;
        this.expiry = expiry;
    }

    /**
     * @param said by others: who waits for whom, and the like
     * @return one sentence each
     */
    List<String> of(
            Optional<NodeId> leader,
            List<Views.SiteView> sites,
            List<Views.ServiceView> services,
            List<Views.RunSummary> active,
            List<Views.LeftoverView> leftovers,
            List<String> said,
            List<Stance> stances,
            boolean quarantined) {
        List<String> attention = new ArrayList<>();
        if (leader.isEmpty() && !quarantined) {
            attention.add(
                    "No leader is known: this node sees no majority, so nothing can be changed and"
                            + " what it shows may be old. If the others are lost for good, see"
                            + " ./adfer takeover.");
        }
        quarantined().forEach(attention::add);
        active.stream()
                .filter(Views.RunSummary::needsOperator)
                .forEach(run ->
                        attention.add(
                                "Run " + run.id() + " of " + run.group() + " needs a person."));
        sites.stream()
                .flatMap(site -> site.verdict().stream())
                .filter(verdict -> verdict.status() != SiteVerdict.Status.HEALTHY)
                .forEach(verdict ->
                        attention.add(
                                "Site "
                                        + verdict.site()
                                        + " is "
                                        + verdict.status().name().toLowerCase(Locale.ROOT)
                                        + ": "
                                        + verdict.sentence()));
        sites.stream()
                .filter(site -> !site.sweepProblem().isEmpty())
                .forEach(site ->
                        attention.add(
                                "The inventory of site "
                                        + site.id()
                                        + " may be out of date: "
                                        + site.sweepProblem()));
        sites.stream()
                .flatMap(site -> site.stops().stream())
                .filter(Views.StopView::warns)
                .forEach(stop -> attention.add(stop.sentence()));
        attention.addAll(leftOver(leftovers));
        services.stream()
                .filter(service -> !service.autostart().isEmpty())
                .forEach(service ->
                        attention.add(
                                service.title()
                                        + ": the host starts "
                                        + String.join(", ", service.autostart())
                                        + " by itself after a power loss, wherever the service"
                                        + " runs by then. Switch autostart off there (virsh"
                                        + " autostart --disable)."));
        services.stream()
                .filter(service ->
                        service.activeRun().isEmpty() && service.running() < service.vms())
                .forEach(service ->
                        attention.add(
                                service.title()
                                        + ": "
                                        + service.running()
                                        + " of "
                                        + service.vms()
                                        + " VMs run at site "
                                        + service.owner()
                                        + "."));
        attention.addAll(said);
        stances.forEach(stance -> attention.add(stance.group() + ": " + stance.sentence()));
        if (watch.clocks().warning()) {
            attention.add(watch.clocks().sentence());
        }
        attention.addAll(expiry.sentences());
        return attention;
    }

    /** Each that is on, and how many others there are at a site. */
    private static List<String> leftOver(List<Views.LeftoverView> leftovers) {
        List<String> sentences = new ArrayList<>();
        leftovers.stream()
                .filter(one -> one.faults().contains(Leftover.Fault.ON))
                .forEach(one ->
                        sentences.add(
                                one.sentence()
                                        + " Put it right: adfer reconcile "
                                        + one.site()
                                        + "."));
        leftovers.stream()
                .filter(one -> !one.faults().contains(Leftover.Fault.ON))
                .collect(
                        Collectors.groupingBy(
                                Views.LeftoverView::site, TreeMap::new, Collectors.counting()))
                .forEach((site, count) ->
                        sentences.add(
                                "Site "
                                        + site
                                        + " has "
                                        + count
                                        + (count == 1 ? " VM" : " VMs")
                                        + " left over of services that it doesn't own: adfer"
                                        + " leftovers "
                                        + site
                                        + " shows them, adfer reconcile "
                                        + site
                                        + " puts them right."));
        return sentences;
    }

    /** The others that are. */
    private List<String> quarantined() {
        return watch.topology().nodes().stream()
                .map(Topology.Node::id)
                .filter(node -> !node.equals(watch.self()) && watch.reaches(node))
                .filter(node ->
                        watch.row(node).filter(row -> row.facts().quarantined()).isPresent())
                .map(node ->
                        "Node "
                                + node
                                + " has come back and is in quarantine: review it there with"
                                + " ./adfer rejoin.")
                .toList();
    }
}
