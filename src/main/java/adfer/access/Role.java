package adfer.access;

import java.util.Locale;

/** What somebody is there for. Roles don't contain each other; a person may have several. */
public enum Role {
    /** Looks, and changes nothing. */
    VIEWER,
    /** Rehearses and prepares: drills, readiness, drafts of runbooks. */
    OPERATOR,
    /** Moves services: migrations, failovers, and what they need. */
    COMMANDER,
    /** Gives the second word, and answers the questions of a run. */
    APPROVER,
    /** Says who may do what; may do none of it. */
    ADMIN;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
