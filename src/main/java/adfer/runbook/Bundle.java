package adfer.runbook;

import adfer.kernel.Canonical;
import adfer.kernel.GroupId;
import adfer.kernel.Sorted;

import java.util.SortedMap;

/**
 * A runbook as it is published: the file and everything its scripts need, so that the surviving
 * site has all of it.
 *
 * @param yaml the runbook's text
 * @param files path within the runbook's folder to content, base64; at most {@value #MAX_FILES}
 *     files
 */
public record Bundle(GroupId group, String yaml, SortedMap<String, String> files) {
    public static final int MAX_FILES = 200;

    public Bundle {
        files = Sorted.copy(files);
        if (files.size() > MAX_FILES) {
            throw new IllegalArgumentException(
                    "a runbook may bring at most " + MAX_FILES + " files");
        }
    }

    /** SHA-256 over text and files; what a plan and its run refer to. */
    public String hash() {
        return Canonical.hex(this);
    }
}
