package adfer.app;

import adfer.adapter.tls.CertificateFolder;
import adfer.adapter.tls.CertificateFolder.Entry;
import adfer.cli.CliException;
import adfer.cli.ExitCode;
import adfer.cli.Terminal;
import adfer.cli.Terminal.Tone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code adfer certs}: a private authority, and certificates for all nodes and guards. */
@Command(
        name = "certs",
        description = {
            "Makes a private certificate authority, and a certificate with its key for each node"
                + " and guard of the configuration that has none yet. It never replaces anything;"
                + " renew does.",
            "Bring authority.crt, NODE.crt and NODE.key (of a guard, guard-HOST.crt and"
                + " guard-HOST.key) into the folder tls.folder of that machine. Keep authority.key"
                + " off line: whoever has it can pass for any node."
        },
        footer = {
            "",
            "Examples: adfer certs config.yml",
            "          adfer certs show",
            "          adfer certs renew a1 config.yml",
            "To change the authority: make a new one in another folder, put both authorities' text"
                + " into every authority.crt, then bring the new certificates, then take the old"
                + " authority's text away. Nothing has to be restarted."
        })
final class CertsCommand implements Callable<Integer> {
    private static final long AUTHORITY_DAYS = 3_650;

    @Parameters(
            arity = "0..1",
            paramLabel = "CONFIG",
            defaultValue = "config.yml",
            description = "The configuration with its nodes and guards (default: config.yml).")
    String config = "";

    @Mixin Place place = new Place();
    @Mixin Validity validity = new Validity();

    /** Where the certificates are. */
    static final class Place {
        @Option(
                names = "--folder",
                paramLabel = "FOLDER",
                defaultValue = "certs",
                description = "Where the authority and its certificates are (default: certs).")
        Path folder = Path.of("certs");
    }

    /** For how long they are made. */
    static final class Validity {
        @Option(
                names = "--days",
                paramLabel = "DAYS",
                defaultValue = "397",
                description =
                        "How long a certificate is valid (default: 397). Adfer warns in time; see"
                                + " tls.warnBefore.")
        int days = 397;

        Duration valid() {
            if (days < 1) {
                throw new IllegalArgumentException("--days must be 1 or more, not " + days + ".");
            }
            return Duration.ofDays(days);
        }
    }

    @Override
    public Integer call() throws IOException {
        List<Subject> subjects = Subject.all(config);
        CertificateFolder certificates = new CertificateFolder(place.folder);
        Terminal terminal = Terminal.standard();
        Instant now = Instant.now();
        Duration valid = validity.valid();
        if (certificates.begin(Subject.cluster(config), now, Duration.ofDays(AUTHORITY_DAYS))) {
            terminal.line(
                    "Made the authority "
                            + place.folder.resolve("authority.crt")
                            + ". Keep its key, authority.key, off line.");
        }
        int made = 0;
        for (Subject subject : subjects) {
            if (!certificates.has(subject.name())) {
                made++;
                tell(terminal, place.folder, subject.issue(certificates, now, valid));
            }
        }
        if (made == 0) {
            terminal.line(
                    "Each of the "
                            + subjects.size()
                            + " nodes and guards has a certificate in "
                            + place.folder
                            + " already. See adfer certs show.");
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "renew",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a new key and certificate of one node or guard, in the place of the"
                        + " former ones. A node or guard takes them within seconds once they are in"
                        + " its tls.folder, without a restart.",
            footer = {
                "",
                "Examples: adfer certs renew a1 config.yml",
                "          adfer certs renew guard-a-host-1 config.yml"
            })
    int renew(
            @Parameters(
                            index = "0",
                            paramLabel = "NAME",
                            description = "A node, or guard-HOST for the guard of a host.")
                    String name,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "CONFIG",
                            defaultValue = "config.yml",
                            description =
                                    "The configuration with its nodes and guards (default:"
                                            + " config.yml).")
                    String configuration,
            @Mixin Place where,
            @Mixin Validity until)
            throws IOException {
        List<Subject> subjects = Subject.all(configuration);
        Subject subject =
                subjects.stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name, configuration, subjects));
        tell(
                Terminal.standard(),
                where.folder,
                subject.issue(new CertificateFolder(where.folder), Instant.now(), until.valid()));
        return ExitCode.DONE;
    }

    private static CliException unknown(String name, String config, List<Subject> subjects) {
        return new CliException(
                ExitCode.USAGE,
                config
                        + " has no '"
                        + name
                        + "', only "
                        + String.join(", ", subjects.stream().map(Subject::name).toList())
                        + ".");
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows which certificates there are, for which hosts and until when.",
            footer = {"", "Example: adfer certs show --folder /etc/adfer/tls"})
    int show(@Mixin Place where) throws IOException {
        Terminal terminal = Terminal.standard();
        if (!Files.isDirectory(where.folder)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "There is no folder " + where.folder + "; make it with adfer certs CONFIG.");
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "EXPIRES", "LEFT", "FOR"));
        Instant now = Instant.now();
        for (Entry entry : new CertificateFolder(where.folder).entries()) {
            long days = ChronoUnit.DAYS.between(now, entry.expires());
            boolean over = entry.expires().isBefore(now);
            rows.add(
                    List.of(
                            entry.name(),
                            day(entry.expires()),
                            terminal.in(
                                    over ? Tone.BAD : days < 30 ? Tone.WARN : Tone.PLAIN,
                                    over ? "expired" : days + " days"),
                            String.join(", ", entry.hosts())));
        }
        terminal.table(rows);
        return ExitCode.DONE;
    }

    private static void tell(Terminal terminal, Path folder, Entry made) {
        terminal.line(
                "Made "
                        + folder.resolve(made.name() + ".crt")
                        + " and its key, for "
                        + String.join(", ", made.hosts())
                        + ", until "
                        + day(made.expires())
                        + ".");
    }

    private static String day(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
