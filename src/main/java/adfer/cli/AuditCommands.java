package adfer.cli;

import adfer.api.AuditResource.KeyView;
import adfer.audit.Trust;
import adfer.audit.Verdict;
import adfer.cli.Terminal.Tone;
import adfer.state.AuditEntry;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code adfer audit}: who did what; and what an auditor is handed. */
@Command(
        name = "audit",
        description = "The audit trail: who asked for what, and what came of it.",
        subcommands = {
            AuditCommands.Export.class,
            AuditCommands.Verify.class,
            AuditCommands.Keys.class
        },
        footer = {
            "",
            "Examples: adfer audit failover --from 2026-03-01",
            "          adfer audit export -o trail.jsonl && adfer audit verify trail.jsonl"
        })
public final class AuditCommands implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Mixin Common common = new Common();
    @Mixin AuditFilter filter = new AuditFilter();

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "Only entries that contain it.")
    String text = "";

    @Option(names = "--limit", description = "At most this many. Default: ${DEFAULT-VALUE}.")
    int limit = 50;

    @Option(
            names = "--before",
            paramLabel = "NUMBER",
            description = "Only those before this entry, to page back.")
    long before = Long.MAX_VALUE;

    @Override
    public void run() {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        String path =
                filter.path(
                        "/api/v1/audit",
                        text,
                        Map.of("limit", String.valueOf(limit), "before", String.valueOf(before)));
        if (common.json()) {
            terminal.line(Client.pretty(client.raw(path)));
            return;
        }
        List<AuditEntry> entries = client.get(path, new TypeReference<List<AuditEntry>>() {});
        for (AuditEntry entry : entries.reversed()) {
            String line =
                    String.format(
                            Locale.ROOT,
                            "%6d  %s  %-24s %s%s",
                            entry.number(),
                            TIME.format(entry.at()),
                            entry.actor(),
                            entry.sentence(),
                            entry.reason().isEmpty() ? "" : " (" + entry.reason() + ")");
            terminal.line(entry.accepted() ? line : terminal.in(Tone.WARN, line + " (refused)"));
        }
        if (entries.size() == limit && entries.getLast().number() > 1) {
            terminal.line(
                    terminal.in(
                            Tone.FAINT,
                            "Older ones: the same with --before " + entries.getLast().number()));
        }
    }

    /** {@code adfer audit export}. */
    @Command(
            name = "export",
            description = "Writes the trail to a file: all of it, or what is found.",
            footer = {
                "",
                "A json file without TEXT, --actor, --action, --subject and --outcome holds every",
                "entry from the first to the last of its time, and can be proven whole."
            })
    public static final class Export implements Callable<Integer> {
        @Mixin Reach reach = new Reach();
        @Mixin AuditFilter filter = new AuditFilter();

        @Parameters(
                arity = "0..1",
                paramLabel = "TEXT",
                description = "Only entries that contain it.")
        String text = "";

        @Option(
                names = "--format",
                description = "json (default), which can be verified; csv; or syslog (RFC 5424).")
        String format = "json";

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "FILE",
                description = "The file to write.")
        Path file = Path.of("");

        @Override
        public Integer call() {
            reach.client()
                    .download(
                            filter.path("/api/v1/audit/export", text, Map.of("format", format)),
                            file);
            Terminal.standard().line("The audit trail was written to " + file + ".");
            return ExitCode.DONE;
        }
    }

    /** {@code adfer audit keys}. */
    @Command(
            name = "keys",
            description =
                    "The keys with which the nodes sign the trail. Keep them away from the nodes,"
                            + " for verify --keys.")
    public static final class Keys implements Runnable {
        @Mixin Reach reach = new Reach();

        @Override
        public void run() {
            Terminal terminal = Terminal.standard();
            reach.client()
                    .get("/api/v1/audit/keys", new TypeReference<List<KeyView>>() {})
                    .forEach(key ->
                            terminal.line(
                                    key.node()
                                            + " "
                                            + key.key()
                                            + " "
                                            + key.fingerprint()
                                            + " since "
                                            + key.since()));
        }
    }

    /** {@code adfer audit verify}, which needs no node. */
    @Command(
            name = "verify",
            description =
                    "Proves an exported trail whole, without any node: exit code 0 when it is, 1"
                            + " when something in it is wrong.",
            footer = {
                "",
                "Without --keys it proves that the file is consistent and names the keys that",
                "signed it: compare their fingerprints with those of ./adfer audit keys."
            })
    public static final class Verify implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "What adfer audit export has written.")
        Path file = Path.of("");

        @Option(
                names = "--keys",
                paramLabel = "FILE",
                description = "The keys that you trust, as adfer audit keys prints them.")
        String keys = "";

        @Override
        public Integer call() {
            Trust trust = Trust.NOBODY;
            Verdict verdict;
            try {
                if (!keys.isEmpty()) {
                    trust = Trust.read(Files.readAllLines(Path.of(keys)));
                }
                try (InputStream in = Files.newInputStream(file)) {
                    verdict = TrailFile.verify(in, trust);
                }
            } catch (IOException e) {
                throw new CliException(ExitCode.USAGE, "The file can't be read: " + e.getMessage());
            }
            new VerdictWords(Terminal.standard()).tell(verdict, trust);
            return verdict.whole() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
