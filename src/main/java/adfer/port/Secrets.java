package adfer.port;

import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;

/** Finds secrets where this process has them. May be called from any thread. */
public interface Secrets {
    /** For where there are none. */
    Secrets NONE =
            reference -> Result.refused("secret-unavailable", reference + " can't be had here.");

    /**
     * The secret, read anew at each call, so that one that was changed needs no restart; or one
     * problem, whose sentence begins with the reference and shows nothing of the value.
     */
    Result<Secret> find(SecretRef reference);
}
