package adfer.cli;

import picocli.CommandLine.Option;

/** What every command that shows what a node says takes. */
public final class Common extends Reach {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text (default) or json.")
    Format output = Format.text;

    enum Format {
        text,
        json
    }

    boolean json() {
        return output == Format.json;
    }
}
