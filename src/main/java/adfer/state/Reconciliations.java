package adfer.state;

import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.run.TaskProgress.Executor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What becomes of leftovers: it is ordered that they are put right, and told what came of it. */
final class Reconciliations {
    private final Draft draft;

    Reconciliations(Draft draft) {
        this.draft = draft;
    }

    Optional<Problem> order(Command.OrderReconcile order) {
        Map<GroupId, List<Leftover>> byGroup =
                Leftovers.of(draft.state(), order.site()).stream()
                        .filter(one -> order.vms().contains(one.vm()))
                        .collect(
                                Collectors.groupingBy(
                                        Leftover::group, TreeMap::new, Collectors.toList()));
        Optional<Problem> refusal = refusal(order, byGroup);
        if (refusal.isEmpty()) {
            byGroup.forEach((group, leftovers) -> draft.put(ordered(order, group, leftovers)));
        }
        return refusal;
    }

    private Reconciliation ordered(
            Command.OrderReconcile order, GroupId group, List<Leftover> leftovers) {
        return new Reconciliation(
                order.site(),
                group,
                draft.state().group(group).orElseThrow().epoch(),
                leftovers.stream().map(Leftover::vm).toList(),
                order.undefine(),
                draft.index,
                draft.entry.actor(),
                draft.entry.reason(),
                order.executor(),
                order.within(),
                draft.at(),
                Optional.empty());
    }

    private Optional<Problem> refusal(
            Command.OrderReconcile order, Map<GroupId, List<Leftover>> byGroup) {
        Executor executor = order.executor();
        Optional<NodeSession> session =
                draft.state()
                        .session(executor.node())
                        .filter(known -> known.incarnation() == executor.incarnation())
                        .filter(known -> known.worker() && known.site().equals(order.site()));
        if (session.isEmpty()) {
            return problem(
                    "no-such-node",
                    "Node "
                            + executor.node()
                            + " has restarted, or has no hypervisor of site "
                            + order.site()
                            + ".");
        }
        if (byGroup.isEmpty()) {
            return problem(
                    "nothing-left-over",
                    "Site " + order.site() + " has nothing left over any more.");
        }
        return notToUndefine(order, byGroup).or(() -> underWay(order.site(), byGroup));
    }

    /** The last definition of a VM is kept, whoever wishes otherwise. */
    private static Optional<Problem> notToUndefine(
            Command.OrderReconcile order, Map<GroupId, List<Leftover>> byGroup) {
        return byGroup.values().stream()
                .flatMap(List::stream)
                .filter(one -> order.undefine() && !one.runsAtOwner())
                .findFirst()
                .flatMap(one ->
                        problem(
                                "no-copy-runs",
                                one.name()
                                        + " is not seen running at site "
                                        + one.owner()
                                        + ", so its definition at site "
                                        + one.site()
                                        + " is kept. Reconcile without undefining."));
    }

    private Optional<Problem> underWay(SiteId site, Map<GroupId, List<Leftover>> byGroup) {
        return byGroup.keySet().stream()
                .flatMap(group -> draft.state().reconciliation(site, group).stream())
                .filter(one -> one.standing(draft.state()) == Reconciliation.Standing.UNDER_WAY)
                .findFirst()
                .flatMap(one -> problem("reconciling", one.sentence(draft.state())));
    }

    Optional<Problem> finish(Command.FinishReconcile finish) {
        Optional<Reconciliation> ordered =
                draft.state()
                        .reconciliation(finish.site(), finish.group())
                        .filter(one -> one.order() == finish.order())
                        .filter(one -> one.outcome().isEmpty());
        if (ordered.isEmpty()) {
            return problem(
                    "stale-reconciliation",
                    "The reconciliation of "
                            + finish.group()
                            + " at site "
                            + finish.site()
                            + " has moved on.");
        }
        draft.put(
                ordered.get()
                        .with(
                                new Reconciliation.Outcome(
                                        finish.done(), finish.sentence(), draft.at())));
        return Optional.empty();
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
