package adfer.state;

import adfer.access.Place;
import adfer.access.Right;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody wants to be done and a second person has to confirm first. Times are of the log,
 * made of wall clocks; nothing of safety rests on them, since what is confirmed is checked as if it
 * were asked then.
 *
 * @param what in one sentence, without a full stop
 * @param phrase what the second person types
 * @param right that it takes at the place
 * @param commands what is carried out once it is confirmed, all of them or none
 * @param index the log index at which it was asked
 */
public record Wish(
        String id,
        Actor by,
        String what,
        String phrase,
        Right right,
        Place place,
        List<Command> commands,
        String reason,
        Instant at,
        Instant expires,
        long index)
        implements Entity {
    public Wish {
        commands = List.copyOf(commands);
    }

    public boolean over(Instant now) {
        return now.isAfter(expires);
    }

    /** The run that it starts or is about. */
    public Optional<RunId> run() {
        return commands.stream()
                .flatMap(command ->
                        command instanceof Command.Decide decide
                                ? Stream.of(decide.run())
                                : start().map(Command.StartRun::run).stream())
                .findFirst();
    }

    /** The run that it starts, if it starts one. */
    public Optional<Command.StartRun> start() {
        return commands.stream()
                .filter(Command.StartRun.class::isInstance)
                .map(Command.StartRun.class::cast)
                .findFirst();
    }

    /** What is carried out, in the first person's name and with the second's in the reason. */
    Entry confirmed(Entry second, Command command) {
        String both =
                (reason.isBlank() ? "" : reason + "; ")
                        + "confirmed by "
                        + second.actor().name()
                        + " as the second person";
        return new Entry("", by, second.at(), both, command);
    }

    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(String id) {
        return new Key(Kind.WISH, id);
    }
}
