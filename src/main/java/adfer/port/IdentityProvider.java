package adfer.port;

import adfer.access.Identity;
import adfer.access.Session;
import adfer.kernel.Result;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * An OpenID Connect provider: people show there who they are, and it says so to Adfer. May be
 * called from any thread; a call ends within some bounded time, also when nobody answers.
 *
 * <p>Refusals: {@code provider-unavailable} when the provider can't be asked, {@code
 * not-recognised} when what it or somebody else says isn't good enough.
 */
public interface IdentityProvider {
    /** What people call it. */
    String title();

    /**
     * A sign-in with a browser that has begun.
     *
     * @param to where the browser has to go
     * @param state what it brings back; known to nobody else
     * @param nonce what the provider's statement has to contain
     * @param verifier what the code that is brought back has to be redeemed with
     */
    record Begun(URI to, String state, String nonce, String verifier) {
        @Override
        public String toString() {
            return "Begun[]";
        }
    }

    /**
     * @param back where the browser comes back to
     */
    Result<Begun> begin(URI back);

    /** Redeems the code that a browser brought back. */
    Result<Identity> finish(Begun begun, URI back, String code);

    /**
     * A sign-in without a browser at hand that has begun.
     *
     * @param code to ask with whether it is done
     * @param userCode what the person types in there
     * @param address where
     * @param whole the same with the code in it
     * @param every how long to wait between two questions
     */
    record Device(
            String code,
            String userCode,
            URI address,
            Optional<URI> whole,
            Duration lives,
            Duration every) {
        @Override
        public String toString() {
            return "Device[]";
        }
    }

    Result<Device> device();

    /**
     * How such a sign-in stands.
     *
     * @param identity empty while it isn't done
     * @param slower whether to ask less often
     */
    record Standing(Optional<Identity> identity, boolean slower) {}

    Result<Standing> standing(String code);

    /** What a token says that the provider made for Adfer. Needs no connection to it. */
    Result<Session> bearer(String token);
}
