package adfer.adapter.script;

import adfer.runbook.Bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** A bundle's files written to a folder, and nowhere else. */
final class Unpacking {
    private static final Set<PosixFilePermission> PLAIN =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwx------");

    private Unpacking() {}

    /**
     * @param folder empty, and writable by nobody else
     * @param run the file to be run; it and everything under {@code scripts/} becomes executable
     * @return where {@code run} is now
     * @throws Unfit when the bundle cannot be unpacked or has no such file
     */
    static Path unpack(Bundle bundle, String run, Path folder) throws IOException, Unfit {
        for (Map.Entry<String, String> file : bundle.files().entrySet()) {
            Path path = within(folder, file.getKey());
            boolean executable = file.getKey().equals(run) || file.getKey().startsWith("scripts/");
            write(path, content(file), executable ? EXECUTABLE : PLAIN);
        }
        if (!bundle.files().containsKey(run)) {
            throw new Unfit("the runbook " + bundle.group() + " brings no file '" + run + "'");
        }
        return within(folder, run);
    }

    private static Path within(Path folder, String name) throws Unfit {
        try {
            Path relative = Path.of(name);
            boolean plain = !name.isEmpty() && relative.equals(relative.normalize());
            if (plain && !relative.isAbsolute() && !relative.startsWith("..")) {
                return folder.resolve(relative);
            }
        } catch (InvalidPathException e) {
            throw new Unfit("a file of the runbook has an impossible name");
        }
        throw new Unfit("the runbook's file '" + name + "' would lie outside its folder");
    }

    private static byte[] content(Map.Entry<String, String> file) throws Unfit {
        try {
            return Base64.getDecoder().decode(file.getValue());
        } catch (IllegalArgumentException e) {
            throw new Unfit("the runbook's file '" + file.getKey() + "' is damaged: no base64");
        }
    }

    private static void write(Path path, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        Files.createDirectories(path.getParent());
        Files.write(path, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.setPosixFilePermissions(path, permissions);
    }

    /** A bundle that can't be run, and why, in one sentence. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String sentence) {
            super(sentence);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }
}
