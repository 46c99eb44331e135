package adfer.service;

import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.access.Visit;
import adfer.kernel.Actor;
import adfer.kernel.Result;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who is signed in, and the end of a single session before its time. */
public final class Sessions implements AutoCloseable {
    /** Nobody signs in so often; a session on top of that is listed nowhere. */
    private static final int MOST_UNTOLD = 1_000;

    private final Replica replica;
    private final Desk desk;
    private final InstantSource clock;
    private final Teller teller;

    public Sessions(Replica replica, Submitter submitter, Desk desk, InstantSource clock) {
        this.replica = replica;
        this.desk = desk;
        this.clock = clock;
        this.teller = new Teller("sessions", submitter, MOST_UNTOLD);
    }

    /**
     * A session as it may be seen.
     *
     * @param mine whether it is the one that asks
     */
    public record SessionView(
            String id,
            String name,
            Principal.Method method,
            String origin,
            String address,
            Instant at,
            Instant expires,
            boolean mine) {}

    /** Somebody has signed in. Signing in takes no majority, so this is told when there is one. */
    public void opened(Visit visit) {
        teller.tell(new Actor(visit.name(), visit.origin()), new Command.NoteVisit(visit));
    }

    /** Somebody signs out, who needn't wait for it. */
    public void left(Principal who) {
        who.session()
                .ifPresent(id -> teller.tell(who.actor(), new Command.EndVisit(id, who.name())));
    }

    /** One's own, or for an admin all, the latest first. */
    public List<SessionView> list(Principal who) {
        ClusterState state = replica.state();
        return state.visits()
                .filter(visit -> mayEnd(who, visit) && open(state, visit))
                .sorted(Comparator.comparing(Visit::at).reversed())
                .map(visit -> view(who, visit))
                .toList();
    }

    private static boolean mayEnd(Principal who, Visit visit) {
        return visit.name().equals(who.name()) || who.may(Right.MANAGE_PEOPLE, Place.CLUSTER);
    }

    private boolean open(ClusterState state, Visit visit) {
        Optional<Person> person = state.person(visit.name());
        boolean cutOff =
                person.map(known -> known.disabled() || known.ends(visit.at()))
                        .orElse(visit.method().local());
        return !visit.ended() && !cutOff && visit.expires().isAfter(clock.instant());
    }

    private static SessionView view(Principal who, Visit visit) {
        return new SessionView(
                visit.id(),
                visit.name(),
                visit.method(),
                visit.origin(),
                visit.address(),
                visit.at(),
                visit.expires(),
                who.session().filter(visit.id()::equals).isPresent());
    }

    /** Ends one, at every node. */
    public Result<SessionView> end(Principal who, String request, String reason, String id) {
        ClusterState state = replica.state();
        return state.visit(id)
                .filter(visit -> mayEnd(who, visit) && (visit.ended() || open(state, visit)))
                .map(visit ->
                        desk.submit(
                                        who.actor(),
                                        request,
                                        reason,
                                        new Command.EndVisit(id, visit.name()))
                                .map(ignored -> view(who, visit)))
                .orElseGet(() ->
                        Result.refused(
                                "no-such-session", "There is no session " + id + " of yours."));
    }

    @Override
    public void close() {
        teller.close();
    }
}
