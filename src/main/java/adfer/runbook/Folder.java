package adfer.runbook;

import adfer.kernel.Sorted;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lies beside a runbook's text, as far as reading it needs to know.
 *
 * @param files path within the folder, with slashes, to whether the file is executable
 */
public record Folder(SortedMap<String, Boolean> files) {
    public static final Folder EMPTY = new Folder(new TreeMap<>());

    public Folder {
        files = Sorted.copy(files);
    }

    /** A folder in which every file is executable, as in a published bundle. */
    public static Folder of(Collection<String> paths) {
        TreeMap<String, Boolean> files = new TreeMap<>();
        paths.forEach(path -> files.put(path, true));
        return new Folder(files);
    }
}
