package adfer.cli;

import adfer.api.RunbookResource.RunbookView;
import adfer.api.RunbookResource.Upload;
import adfer.cli.Terminal.Tone;
import adfer.kernel.GroupId;
import adfer.runbook.Bundle;
import adfer.runbook.Finding;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code adfer runbook}: checks, publishes and shows runbooks. */
@Command(
        name = "runbook",
        description = "Checks, publishes and shows runbooks.",
        footer = {
            "",
            "Examples: adfer runbook lint runbooks/*/runbook.yml",
            "          adfer runbook publish runbooks/email/runbook.yml"
        })
public final class RunbookCommands {
    @Command(
            name = "lint",
            mixinStandardHelpOptions = true,
            description =
                    "Reads runbooks without a server and says what is wrong, with line and column."
                            + " Exit code 1 when there is an error.",
            footer = {"", "Example: adfer runbook lint --strict runbooks/*/runbook.yml"})
    int lint(
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            defaultValue = "text",
                            description = "text (default) or json.")
                    Common.Format output,
            @Parameters(
                            arity = "1..*",
                            paramLabel = "FILE",
                            description = "runbook.yml, or its folder.")
                    List<Path> files,
            @Option(names = "--strict", description = "Warnings count as errors.") boolean strict) {
        Terminal terminal = Terminal.standard();
        List<Found> found =
                files.stream()
                        .map(RunbookCommands::file)
                        .flatMap(file ->
                                RunbookFolder.read(file).reading().findings().stream()
                                        .map(finding -> new Found(file.toString(), finding)))
                        .toList();
        long errors = found.stream().filter(each -> each.finding().error()).count();
        if (output == Common.Format.json) {
            terminal.line(Client.pretty(found));
        } else {
            found.forEach(each ->
                    terminal.line(
                            terminal.in(
                                    each.finding().error() ? Tone.BAD : Tone.WARN,
                                    each.finding().in(each.file()))));
            terminal.line(
                    files.size()
                            + " read, "
                            + errors
                            + " errors, "
                            + (found.size() - errors)
                            + " warnings.");
        }
        return errors > 0 || (strict && !found.isEmpty()) ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** Something that the linter found in a file. */
    public record Found(String file, Finding finding) {}

    private static Path file(Path given) {
        return Files.isDirectory(given) ? given.resolve("runbook.yml") : given;
    }

    @Command(
            name = "publish",
            mixinStandardHelpOptions = true,
            description = "Puts runbooks with all their files into the replicated state.",
            footer = {"", "Example: adfer runbook publish runbooks/*/runbook.yml"})
    void publish(
            @Mixin Common common,
            @Parameters(
                            arity = "1..*",
                            paramLabel = "FILE",
                            description = "runbook.yml, or its folder.")
                    List<Path> files) {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        List<Bundle> bundles =
                files.stream().map(file -> RunbookFolder.read(file(file)).bundle()).toList();
        List<RunbookView> published = new ArrayList<>();
        for (Bundle bundle : bundles) {
            RunbookView view =
                    client.put(
                            "/api/v1/runbooks/" + bundle.group(),
                            new Upload(bundle.yaml(), bundle.files()),
                            RunbookView.class);
            published.add(view);
            if (common.json()) {
                continue;
            }
            terminal.line(
                    "Published "
                            + view.group()
                            + " ("
                            + view.title()
                            + ") with hash "
                            + view.hash().substring(0, 16)
                            + ".");
        }
        if (common.json()) {
            terminal.line(Client.pretty(published));
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "A published runbook, or the list of them.")
    void show(
            @Mixin Common common,
            @Parameters(arity = "0..1", paramLabel = "SERVICE", defaultValue = "") String group) {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        String path = "/api/v1/runbooks" + (group.isEmpty() ? "" : "/" + new GroupId(group));
        if (common.json()) {
            terminal.line(Client.pretty(client.raw(path)));
        } else if (!group.isEmpty()) {
            RunbookView view = client.get(path, RunbookView.class);
            terminal.line(
                    "# published "
                            + Terminal.day(view.at())
                            + " by "
                            + view.by()
                            + ", hash "
                            + view.hash());
            view.files().forEach(file -> terminal.line("# with " + file));
            terminal.line(view.yaml().stripTrailing());
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("RUNBOOK", "", "HOME", "RECOVERY", "PUBLISHED", "BY", "HASH"));
            client.get(path, new TypeReference<List<RunbookView>>() {})
                    .forEach(view ->
                            rows.add(
                                    List.of(
                                            view.group().value(),
                                            view.title(),
                                            view.home().value(),
                                            view.recovery().value(),
                                            Terminal.day(view.at()),
                                            view.by(),
                                            view.hash().substring(0, 16))));
            terminal.table(rows);
        }
    }
}
