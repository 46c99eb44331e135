package adfer.access;

import java.util.List;

/**
 * Somebody who has shown in another directory of people who he or she is.
 *
 * @param name as {@link Person#named} keeps it
 * @param grants what his or her groups there are granted here
 */
public record Identity(String name, List<Grant> grants) {
    public Identity {
        grants = List.copyOf(grants);
    }
}
