package adfer.simulation;

import adfer.kernel.Actor;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict.Status;
import adfer.state.Attestation;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.FenceOrders;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * People who answer for a site being off, and have it switched off. Some look first, and say what
 * they saw; some say so because they hear nothing, or too early.
 */
final class Witnesses {
    /** What those say who have seen every host of the site without power. */
    static final String SEEN = "I stand in front of it, and it has no power.";

    static final String GUESSED = "It must be dead, it doesn't answer.";

    /** What those say who take over and have seen to it. */
    static final String KEPT_APART = "It is off or cut off, and stays so until it has heard.";

    private static final Set<String> TRUE = Set.of(SEEN, twice(KEPT_APART));
    private static final Set<String> UNCHECKED = Set.of(GUESSED, twice(GUESSED));

    private static final List<Actor> ALL =
            List.of(new Actor("jane", "cli"), new Actor("joe", "cli"), new Actor("Jane ", "cli"));

    private static final long TIMEOUT = 20 * Events.SECOND;

    private final World world;

    Witnesses(World world) {
        this.world = world;
    }

    /** Somebody at a node says or does something, now and again. */
    void fumble(Node node) {
        SiteId site = world.chance.of(List.of(Books.A, Books.B));
        ClusterState state = node.state();
        boolean lost = state.verdict(site).filter(v -> v.status() != Status.HEALTHY).isPresent();
        boolean off = world.off(site);
        int touchiness = world.theme.touchiness();
        if ((off || lost) ? world.chance.percent(60) : world.chance.below(1_000) < touchiness) {
            Optional<Attestation> said = state.attestation(site);
            if (off || world.liars() || world.chance.percent(5)) {
                speak(node, site, said);
            } else if (world.chance.percent(world.theme.fencing())) {
                fence(node, site);
            }
        } else if (world.chance.below(1_000) < touchiness) {
            propose(node, new Command.WithdrawAttestation(site));
        } else if (world.chance.below(1_000) < 2 * touchiness) {
            tidy(state, site);
        }
    }

    private void speak(Node node, SiteId site, Optional<Attestation> said) {
        boolean seen = world.off(site);
        boolean waits =
                said.filter(s -> s.standing(node.state().now()) == Attestation.Standing.WAITS)
                        .isPresent();
        world.worstMoments.witnesses(node, site);
        if (!waits) {
            propose(
                    node,
                    new Command.Attest(
                            site, seen ? SEEN : GUESSED, node.state().index(), world.attesting()));
        } else if (seen || said.orElseThrow().words().equals(GUESSED)) {
            propose(node, new Command.ConfirmAttestation(site, said.orElseThrow().index()));
        }
    }

    /** Somebody clears away what stands still where it must not run. */
    private void tidy(ClusterState state, SiteId site) {
        Books.GROUPS.stream()
                .filter(group ->
                        state.group(group).filter(g -> !g.owner().equals(site)).isPresent())
                .flatMap(group -> world.fleet.suspended(group, site).stream())
                .forEach(Machine::losePower);
    }

    private void fence(Node node, SiteId site) {
        FenceOrders orders =
                new FenceOrders(session -> {
                    Node other = world.node(session.node());
                    return other.life() == session.incarnation()
                            && world.network.carries(node, other);
                });
        List<HostId> hosts = List.of();
        if (orders.orders(node.state(), site, hosts)
                instanceof Result.Ok<List<Command>>(var commands)) {
            commands.forEach(command -> propose(node, command));
        }
    }

    private void propose(Node node, Command command) {
        node.propose(world.chance.of(ALL), command, TIMEOUT, reply -> {});
    }

    /** As the words of two people are told in one. */
    private static String twice(String words) {
        return words + " / " + words;
    }

    /** Whether those who say so have made sure. */
    static boolean sure(String words) {
        return TRUE.contains(words);
    }

    /** Whether anybody says so. */
    static boolean said(String words) {
        return sure(words) || UNCHECKED.contains(words);
    }

    static AttestationTerms terms(int people) {
        return new AttestationTerms(people, Duration.ofMinutes(2), Duration.ofMinutes(30));
    }
}
