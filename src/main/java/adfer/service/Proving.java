package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.HostId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;
import adfer.mesh.Topology;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.Proof;
import adfer.state.Attestation;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.FenceOrders;
import adfer.state.Fencing;
import adfer.state.Proofs;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How it is proven that a site is off, where its leases don't: by power fences and by the word of
 * two people.
 */
public final class Proving {

    private final Topology topology;
    private final Replica replica;
    private final Desk desk;
    private final AttestationTerms terms;
    private final FenceOrders fences;

    public Proving(
            Topology topology,
            Replica replica,
            Desk desk,
            AttestationTerms terms,
            FenceOrders fences) {
        this.topology = topology;
        this.replica = replica;
        this.desk = desk;
        this.terms = terms;
        this.fences = fences;
    }

    public AttestationTerms terms() {
        return terms;
    }

    /** What a failover by this plan would stand on now. */
    static Optional<Views.Ground> ground(ClusterState state, Plan plan) {
        if (plan.operation() != Operation.FAILOVER) {
            return Optional.empty();
        }
        return Proofs.of(state, plan.group(), plan.source())
                .map(Proof::sentence)
                .map(sentence -> new Views.Ground(true, sentence + "."))
                .or(() ->
                        Optional.of(
                                new Views.Ground(
                                        false,
                                        Proofs.missing(state, plan.group(), plan.source()))));
    }

    /** What waits for a second person, and what is being fenced or could not be. */
    static List<String> waiting(ClusterState state, Principal who) {
        return Stream.concat(
                        state.attestations()
                                .filter(said -> sees(who, said.site()))
                                .filter(said ->
                                        said.standing(state.now()) == Attestation.Standing.WAITS)
                                .map(said -> said.sentence(state.now())),
                        state.fencings()
                                .filter(fencing -> sees(who, fencing.site()))
                                .filter(fencing ->
                                        switch (fencing.standing()) {
                                            case UNDER_WAY, FAILED -> true;
                                            case OFF, VOID -> false;
                                        })
                                .map(Fencing::sentence))
                .toList();
    }

    private static boolean sees(Principal who, SiteId site) {
        return who.may(Right.LOOK, Place.site(site));
    }

    /** Of the sites that this person may see. */
    public List<Views.AttestationView> attestations(Principal who) {
        ClusterState state = replica.state();
        return state.attestations()
                .filter(said -> sees(who, said.site()))
                .map(said -> view(state, said))
                .toList();
    }

    public Optional<Views.AttestationView> attestation(Principal who, SiteId site) {
        return sees(who, site) ? attestation(site) : Optional.empty();
    }

    private Optional<Views.AttestationView> attestation(SiteId site) {
        ClusterState state = replica.state();
        return state.attestation(site).map(said -> view(state, said));
    }

    private static Views.AttestationView view(ClusterState state, Attestation said) {
        return new Views.AttestationView(
                said.site(),
                said.index(),
                said.by().name(),
                said.words(),
                said.at(),
                said.confirmation().map(second -> second.by().name()),
                said.standing(state.now()),
                said.until(),
                said.sentence(state.now()));
    }

    /** What a second person types. */
    public static String phrase(SiteId site) {
        return "site " + site + " is off";
    }

    /** Takes down the first person's word. */
    public Result<Views.AttestationView> attest(
            Principal who, String request, SiteId site, String words) {
        return atDataCentre(
                who,
                Right.ATTEST,
                site,
                known ->
                        submit(
                                who,
                                request,
                                "",
                                known,
                                new Command.Attest(known, words, replica.state().index(), terms)));
    }

    /**
     * Takes down the second person's.
     *
     * @param asked the attestation that was shown to him or her
     * @param typed has to be {@link #phrase}
     */
    public Result<Views.AttestationView> confirm(
            Principal who, String request, SiteId site, long asked, String typed) {
        return atDataCentre(
                who,
                Right.ATTEST,
                site,
                known ->
                        typed.strip().equals(phrase(known))
                                ? confirm(who, request, known, asked)
                                : unconfirmed(phrase(known)));
    }

    private Result<Views.AttestationView> confirm(
            Principal who, String request, SiteId site, long asked) {
        return who.absent()
                .<Result<Views.AttestationView>>map(
                        problem -> new Result.Refused<>(List.of(problem)))
                .orElseGet(() ->
                        submit(
                                who,
                                request,
                                "",
                                site,
                                new Command.ConfirmAttestation(site, asked)));
    }

    public Result<Views.AttestationView> withdraw(
            Principal who, String request, String reason, SiteId site) {
        return atDataCentre(
                who,
                Right.ATTEST,
                site,
                known ->
                        submit(
                                who,
                                request,
                                reason,
                                known,
                                new Command.WithdrawAttestation(known)));
    }

    /** What a person types to fence a site: more where it is held to be well. */
    private String fencePhrase(SiteId site) {
        boolean healthy =
                replica.state()
                        .verdict(site)
                        .filter(v -> v.status() == SiteVerdict.Status.HEALTHY)
                        .isPresent();
        return (healthy ? "fence healthy site " : "fence site ") + site;
    }

    private static <T> Result<T> unconfirmed(String phrase) {
        return Result.refused("not-confirmed", "Type \"" + phrase + "\" to confirm.");
    }

    /** How the power fences of a site's hosts stand, and which hosts have none. */
    public Result<Views.FenceView> fence(Principal who, SiteId site) {
        return atDataCentre(who, Right.LOOK, site, known -> Result.ok(fence(known)));
    }

    private Views.FenceView fence(SiteId site) {
        ClusterState state = replica.state();
        boolean configured =
                state.sessions().anyMatch(session -> session.fences().containsKey(site));
        return new Views.FenceView(
                site,
                configured,
                Proofs.unfenced(state, site),
                fencePhrase(site),
                state.fencings(site)
                        .map(one ->
                                new Views.HostFenceView(
                                        one.host(), one.standing(), one.at(), one.sentence()))
                        .toList());
    }

    /**
     * Orders that hosts of a site are switched off.
     *
     * @param hosts empty for all that have a fence
     * @param typed has to be {@link #fencePhrase}
     */
    public Result<Views.FenceView> order(
            Principal who,
            String request,
            String reason,
            SiteId site,
            List<HostId> hosts,
            String typed) {
        return atDataCentre(
                who,
                Right.FENCE,
                site,
                known ->
                        desk.answered(request).isPresent()
                                        || typed.strip().equals(fencePhrase(known))
                                ? fences.orders(replica.state(), known, hosts)
                                        .then(orders -> carry(who, request, reason, known, orders))
                                : unconfirmed(fencePhrase(known)));
    }

    /** Each order is a request of its own, named after the whole. */
    private Result<Views.FenceView> carry(
            Principal who, String request, String reason, SiteId site, List<Command> orders) {
        Result<Views.FenceView> last = Result.ok(fence(site));
        for (int i = 0; i < orders.size(); i++) {
            String name = request.isEmpty() || i == 0 ? request : request + "/" + i;
            last = submit(who, name, reason, orders.get(i), () -> fence(site));
            if (last instanceof Result.Refused) {
                return last;
            }
        }
        return last;
    }

    private <T> Result<T> atDataCentre(
            Principal who, Right right, SiteId site, Function<SiteId, Result<T>> then) {
        Optional<Problem> forbidden = who.refused(right, Place.site(site));
        if (forbidden.isPresent()) {
            return new Result.Refused<>(List.of(forbidden.get()));
        }
        boolean known =
                topology.sites().stream()
                        .filter(other -> other.role() == Topology.Role.DATA_CENTRE)
                        .anyMatch(other -> other.id().equals(site));
        return known
                ? then.apply(site)
                : Result.refused("no-such-site", "There is no data centre " + site + ".");
    }

    private Result<Views.AttestationView> submit(
            Principal who, String request, String reason, SiteId site, Command command) {
        return submit(who, request, reason, command, () -> attestation(site).orElseThrow());
    }

    private <T> Result<T> submit(
            Principal who, String request, String reason, Command command, Supplier<T> view) {
        return desk.submit(who.actor(), request, reason, command).map(ignored -> view.get());
    }
}
