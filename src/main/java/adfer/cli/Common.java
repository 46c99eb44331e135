package adfer.cli;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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

    /** Tells what a node answered, as it is or in words; that is done then. */
    int tell(Object answer, String words) {
        Terminal.standard().line(json() ? Client.pretty(answer) : words);
        return ExitCode.DONE;
    }

    /**
     * Lists what a node answered, as it is or in columns.
     *
     * @param none what is said where it is nothing
     * @param head what stands above the columns
     */
    <T> int list(
            List<T> answer, String none, List<String> head, Function<T, List<String>> columns) {
        if (json() || answer.isEmpty()) {
            return tell(answer, none);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(head);
        answer.forEach(one -> rows.add(columns.apply(one)));
        Terminal.standard().table(rows);
        return ExitCode.DONE;
    }
}
