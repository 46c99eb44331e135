package adfer.plan;

import adfer.kernel.Problem;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** What a planner has to say about its plan, in the order in which it comes up, each once. */
final class Remarks {
    private static final int NAMED = 5;

    private final LinkedHashSet<Problem> refusals = new LinkedHashSet<>();
    private final LinkedHashSet<Problem> warnings = new LinkedHashSet<>();

    void refuse(String code, String sentence) {
        refusals.add(new Problem(code, sentence));
    }

    void warn(String code, String sentence) {
        warnings.add(new Problem(code, sentence));
    }

    List<Problem> refusals() {
        return List.copyOf(refusals);
    }

    List<Problem> warnings() {
        return List.copyOf(warnings);
    }

    /** The first few of many names. */
    static String names(Collection<String> names) {
        List<String> shown = new ArrayList<>(names.stream().limit(NAMED).toList());
        int more = names.size() - shown.size();
        if (more > 0) {
            return String.join(", ", shown) + " and " + more + " more";
        }
        if (shown.size() < 2) {
            return String.join("", shown);
        }
        String last = shown.removeLast();
        return String.join(", ", shown) + " and " + last;
    }

    /** "1 VM" or "7 VMs". */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
