package adfer.port;

import adfer.access.Identity;
import adfer.kernel.Result;

import java.util.Optional;

/**
 * Another directory of people, which is asked by name and password. May be called from any thread;
 * a call ends within some bounded time, also when nobody answers.
 */
public interface Directory {
    /**
     * Who that is: nobody when there is no such name or password; refused, with {@code
     * directory-unavailable}, when the directory can't tell.
     *
     * <p>The identity's name is the one that the directory has, so that somebody who may be found
     * by several names stays one person.
     */
    Result<Optional<Identity>> signIn(String name, String password);
}
