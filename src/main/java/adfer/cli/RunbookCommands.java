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
                            + " Exit code 1 when there is an error.")
    int lint(
            @Parameters(arity = "1..*", paramLabel = "FILE") List<Path> files,
            @Option(names = "--strict", description = "Warnings count as errors.") boolean strict) {
        Terminal terminal = Terminal.standard();
        int errors = 0;
        int warnings = 0;
        for (Path given : files) {
            Path file = Files.isDirectory(given) ? given.resolve("runbook.yml") : given;
            for (Finding finding : RunbookFolder.read(file).reading().findings()) {
                terminal.line(
                        terminal.in(
                                finding.error() ? Tone.BAD : Tone.WARN,
                                finding.in(file.toString())));
                errors += finding.error() ? 1 : 0;
                warnings += finding.error() ? 0 : 1;
            }
        }
        terminal.line(files.size() + " read, " + errors + " errors, " + warnings + " warnings.");
        return errors > 0 || (strict && warnings > 0) ? ExitCode.FAILED : ExitCode.DONE;
    }

    @Command(
            name = "publish",
            mixinStandardHelpOptions = true,
            description = "Puts runbooks with all their files into the replicated state.")
    void publish(
            @Mixin Common common,
            @Parameters(arity = "1..*", paramLabel = "FILE") List<Path> files) {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        List<Bundle> bundles =
                files.stream()
                        .map(file ->
                                RunbookFolder.read(
                                                Files.isDirectory(file)
                                                        ? file.resolve("runbook.yml")
                                                        : file)
                                        .bundle())
                        .toList();
        for (Bundle bundle : bundles) {
            RunbookView view =
                    client.put(
                            "/api/v1/runbooks/" + bundle.group(),
                            new Upload(bundle.yaml(), bundle.files()),
                            RunbookView.class);
            terminal.line(
                    "Published "
                            + view.group()
                            + " ("
                            + view.title()
                            + ") with hash "
                            + view.hash().substring(0, 16)
                            + ".");
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
            terminal.line(client.pretty(client.raw(path)));
        } else if (!group.isEmpty()) {
            RunbookView view = client.get(path, RunbookView.class);
            terminal.line(
                    "# published " + view.at() + " by " + view.by() + ", hash " + view.hash());
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
                                            view.at().toString(),
                                            view.by(),
                                            view.hash().substring(0, 16))));
            terminal.table(rows);
        }
    }
}
