package adfer.access;

import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;

/**
 * Where a role holds. Written {@code *}, {@code site:a}, {@code label:service=catalogue} or {@code
 * runbook:library-catalogue}.
 */
public sealed interface Scope {
    /** Everywhere, and for what belongs to no place, such as the audit trail. */
    record Everywhere() implements Scope {
        @Override
        public String toString() {
            return "*";
        }
    }

    /** A site itself, and the services whose home it is. */
    record AtSite(SiteId site) implements Scope {
        @Override
        public String toString() {
            return "site:" + site;
        }
    }

    /**
     * Services whose runbook protects VMs by this label.
     *
     * @param label {@code key=value}
     */
    record Labelled(String label) implements Scope {
        public Labelled {
            if (!label.matches("[^=\\s]{1,100}=\\S{1,200}")) {
                throw new IllegalArgumentException(
                        "'" + label + "' is no label: write key=value, such as service=catalogue");
            }
        }

        @Override
        public String toString() {
            return "label:" + label;
        }
    }

    /** One service. */
    record OfRunbook(GroupId group) implements Scope {
        @Override
        public String toString() {
            return "runbook:" + group;
        }
    }

    default boolean covers(Place place) {
        return switch (this) {
            case Everywhere ignored -> true;
            case AtSite(SiteId site) -> place.sites().contains(site);
            case Labelled(String label) -> place.labels().contains(label);
            case OfRunbook(GroupId group) -> place.group().filter(group::equals).isPresent();
        };
    }

    static Result<Scope> parse(String text) {
        if (text.equals("*")) {
            return Result.ok(new Everywhere());
        }
        String rest = text.substring(text.indexOf(':') + 1);
        try {
            return switch (text.substring(0, Math.max(text.indexOf(':'), 0))) {
                case "site" -> Result.ok(new AtSite(new SiteId(rest)));
                case "label" -> Result.ok(new Labelled(rest));
                case "runbook" -> Result.ok(new OfRunbook(new GroupId(rest)));
                default ->
                        Result.refused(
                                "bad-request",
                                "'"
                                        + text
                                        + "' is no scope: write *, site:NAME, label:KEY=VALUE or"
                                        + " runbook:NAME.");
            };
        } catch (IllegalArgumentException e) {
            return Result.refused("bad-request", e.getMessage() + ".");
        }
    }
}
