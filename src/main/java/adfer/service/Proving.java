package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.Topology;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.Proof;
import adfer.state.Attestation;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Proofs;
import adfer.state.Reply;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How it is proven that a site is off, where its leases don't: by the word of two people. */
public final class Proving {
    private static final Duration APPLY = Duration.ofSeconds(5);

    private final Topology topology;
    private final Replica replica;
    private final Submitter submitter;
    private final AttestationTerms terms;

    public Proving(
            Topology topology, Replica replica, Submitter submitter, AttestationTerms terms) {
        this.topology = topology;
        this.replica = replica;
        this.submitter = submitter;
        this.terms = terms;
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

    /** What waits for a second person. */
    static List<String> waiting(ClusterState state) {
        return state.attestations()
                .filter(said -> said.standing(state.now()) == Attestation.Standing.WAITS)
                .map(said -> said.sentence(state.now()))
                .toList();
    }

    public List<Views.AttestationView> attestations() {
        ClusterState state = replica.state();
        return state.attestations().map(said -> view(state, said)).toList();
    }

    public Optional<Views.AttestationView> attestation(SiteId site) {
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
            Actor actor, String request, SiteId site, String words) {
        return atDataCentre(
                site,
                known -> submit(actor, request, known, new Command.Attest(known, words, terms)));
    }

    /**
     * Takes down the second person's.
     *
     * @param asked the attestation that was shown to him or her
     * @param typed has to be {@link #phrase}
     */
    public Result<Views.AttestationView> confirm(
            Actor actor, String request, SiteId site, long asked, String typed) {
        if (!typed.strip().equals(phrase(site))) {
            return Result.refused("not-confirmed", "Type \"" + phrase(site) + "\" to confirm.");
        }
        return atDataCentre(
                site,
                known ->
                        submit(
                                actor,
                                request,
                                known,
                                new Command.ConfirmAttestation(known, asked)));
    }

    public Result<Views.AttestationView> withdraw(
            Actor actor, String request, String reason, SiteId site) {
        return atDataCentre(
                site,
                known ->
                        submit(
                                actor,
                                request,
                                reason,
                                known,
                                new Command.WithdrawAttestation(known)));
    }

    private Result<Views.AttestationView> atDataCentre(
            SiteId site, Function<SiteId, Result<Views.AttestationView>> then) {
        boolean known =
                topology.sites().stream()
                        .filter(other -> other.role() == Topology.Role.DATA_CENTRE)
                        .anyMatch(other -> other.id().equals(site));
        return known
                ? then.apply(site)
                : Result.refused("no-such-site", "There is no data centre " + site + ".");
    }

    private Result<Views.AttestationView> submit(
            Actor actor, String request, SiteId site, Command command) {
        return submit(actor, request, "", site, command);
    }

    private Result<Views.AttestationView> submit(
            Actor actor, String request, String reason, SiteId site, Command command) {
        return switch (submitter.submitAndWait(actor, request, reason, command)) {
            case Reply.Rejected(long ignored, Problem problem) ->
                    new Result.Refused<>(List.of(problem));
            case Reply.Accepted(long index) ->
                    replica.awaitIndex(index, APPLY)
                            ? Result.ok(attestation(site).orElseThrow())
                            : Result.refused(
                                    "not-applied-yet",
                                    "It was accepted, but this node has not caught up with it"
                                            + " yet.");
        };
    }
}
