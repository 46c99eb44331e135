package adfer.access;

import static adfer.access.Role.ADMIN;
import static adfer.access.Role.APPROVER;
import static adfer.access.Role.COMMANDER;
import static adfer.access.Role.OPERATOR;
import static adfer.access.Role.VIEWER;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The one table of who may do what: each thing that can be asked of Adfer, and the roles that may
 * ask it. A role that isn't named may not.
 */
public enum Right {
    LOOK("look at this", VIEWER, OPERATOR, COMMANDER, APPROVER, ADMIN),
    READ_AUDIT("read the audit trail", VIEWER, OPERATOR, COMMANDER, APPROVER, ADMIN),
    PUBLISH("publish runbooks", OPERATOR, COMMANDER),
    MIGRATE("start a planned migration", COMMANDER),
    FAIL_OVER("start a failover", COMMANDER),
    RESTART("start what is off again", OPERATOR, COMMANDER),
    STEER("pause, resume or retry a run", COMMANDER),
    SKIP("skip a step of a run", COMMANDER),
    CANCEL("cancel a run", COMMANDER),
    APPROVE("answer a run's questions", APPROVER),
    /** So may whoever may ask for the thing itself. */
    SECOND("confirm what a colleague asks for", APPROVER),
    ATTEST("attest that a site is off", COMMANDER, APPROVER),
    FENCE("cut a site's power", COMMANDER),
    RECONCILE("reconcile what a returned site has", COMMANDER),
    TAKE_OVER("begin a new generation of the cluster", COMMANDER, APPROVER),
    TEST_CALL("have people called as a test", OPERATOR, COMMANDER, ADMIN),
    REJOIN("let a node rejoin the cluster", COMMANDER),
    MANAGE_PEOPLE("say who may do what", ADMIN),
    FORGET_NODE("forget a node", ADMIN),
    OWN_SESSIONS("see one's own sessions", VIEWER, OPERATOR, COMMANDER, APPROVER, ADMIN),
    OWN_TOKENS("make tokens for oneself", VIEWER, OPERATOR, COMMANDER, APPROVER, ADMIN);

    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; the checker sees only List.
    private final List<Role> roles;

    Right(String words, Role... roles) {
        this.words = words;
        this.roles = List.of(roles);
    }

    /** As it stands after "may not". */
    public String words() {
        return words;
    }

    public boolean given(Role role) {
        return roles.contains(role);
    }

    /** The roles that may, in words, such as {@code commander or approver}. */
    String holders() {
        return roles.stream().map(Role::word).collect(Collectors.joining(" or "));
    }
}
