package adfer.app;

import picocli.CommandLine.IVersionProvider;

import java.util.Optional;

/** Adfer's version, as the runnable jar's manifest tells it. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"Adfer " + current()};
    }

    /** The version of this build, or {@code development} outside the jar. */
    public static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
