package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Searches a formal model through every state that it can reach, with Debian's spin and gcc. */
final class Spin {
    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
    private static final int TIMEOUT_MINUTES = 5;

    private final Path model;
    private final Path directory;

    /** Ends the test as skipped, and says so, where the programs are missing. */
    Spin(String model, Path directory) {
        List<String> missing = Stream.of("spin", "gcc").filter(tool -> !installed(tool)).toList();
        if (!missing.isEmpty()) {
            abort("the formal model was not checked; apt-get install " + String.join(" ", missing));
        }
        this.model = Path.of("src/test/model", model).toAbsolutePath();
        this.directory = directory;
    }

    /**
     * Searches the model with no rule taken away, and finds nothing.
     *
     * @return how many states it has
     */
    long statesWithoutFault(List<String> options) throws IOException, InterruptedException {
        String found = search("NONE", "-O2", options);
        assertThat(found).contains("errors: 0").doesNotContain("max search depth too small");
        Matcher states = STATES.matcher(found);
        assertThat(states.find()).isTrue();
        System.out.println(
                model.getFileName()
                        + " "
                        + options
                        + ": no counterexample, "
                        + states.group(1)
                        + " states.");
        return Long.parseLong(states.group(1));
    }

    /** What a search says that ends at the shortest way to a broken rule. */
    String shortest(String mutant, String... more) throws IOException, InterruptedException {
        List<String> breadthFirst = new ArrayList<>(List.of("-DBFS"));
        breadthFirst.addAll(List.of(more));
        return search(mutant, "-O0", breadthFirst);
    }

    private String search(String mutant, String optimise, List<String> more)
            throws IOException, InterruptedException {
        List<String> translate = new ArrayList<>(List.of("spin", "-a", "-DMUTANT=" + mutant));
        more.stream().filter(option -> !option.equals("-DBFS")).forEach(translate::add);
        translate.add(model.toString());
        run(translate);
        List<String> compile =
                new ArrayList<>(List.of("gcc", optimise, "-w", "-DSAFETY", "-DNOREDUCE"));
        more.stream().filter("-DBFS"::equals).forEach(compile::add);
        compile.addAll(List.of("-o", "pan", "pan.c"));
        run(compile);
        return run(List.of("./pan", "-n", "-w22", "-m1000000"));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        boolean ended;
        try {
            ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(ended).as("%s ended in time%n%s", command, text).isTrue();
        assertThat(process.exitValue()).as("%s%n%s", command, text).isZero();
        return text;
    }

    private static boolean installed(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }
}
