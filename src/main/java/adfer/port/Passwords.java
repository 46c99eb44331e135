package adfer.port;

/**
 * Turns passwords into what may be kept, by a function that takes memory and time on purpose. May
 * be called from any thread; each call takes some tens of milliseconds and about 20 MB.
 */
public interface Passwords {
    /** The hash, with its parameters and a salt of its own. */
    String hash(String password);

    /** Whether the hash was made of this password. One that can't be read is of none. */
    boolean matches(String password, String hash);
}
