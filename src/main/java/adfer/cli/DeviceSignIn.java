package adfer.cli;

import adfer.api.AccessResource;
import adfer.api.DeviceResource;

import java.time.Duration;
import java.time.Instant;

/** Signing in with a browser elsewhere: shows where to go, and waits until it is done. */
final class DeviceSignIn {
    /** The provider's words are not trusted with how long a terminal waits. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private static final Duration SLOWER = Duration.ofSeconds(5);

    private DeviceSignIn() {}

    static AccessResource.SignedIn signIn(Common common, Terminal terminal) {
        Client client = common.stranger();
        DeviceResource.Begun begun =
                client.post("/api/v1/session/device", "", DeviceResource.Begun.class);
        terminal.line(
                "With a browser, go to "
                        + begun.address()
                        + " and type in the code "
                        + terminal.in(Terminal.Tone.STRONG, begun.userCode())
                        + begun.whole().map(whole -> ", or straight to " + whole).orElse("")
                        + ". Never type in a code that somebody else gave you.");
        Instant until = Instant.now().plus(shorter(begun.lives(), LONGEST));
        Duration every = begun.every();
        while (Instant.now().isBefore(until)) {
            pause(every);
            DeviceResource.Standing standing =
                    client.post(
                            "/api/v1/session/device/standing",
                            new DeviceResource.Question(begun.code()),
                            DeviceResource.Standing.class);
            if (standing.signed().isPresent()) {
                return AccessCommands.Login.keep(common, standing.signed().get());
            }
            every = standing.slower() ? every.plus(SLOWER) : every;
        }
        throw new CliException(ExitCode.NOT_SIGNED_IN, "The code is over: begin again.");
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void pause(Duration length) {
        try {
            Thread.sleep(shorter(length, Duration.ofMinutes(1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "Interrupted.");
        }
    }
}
