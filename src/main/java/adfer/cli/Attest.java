package adfer.cli;

import adfer.api.ProofResource;
import adfer.api.Why;
import adfer.kernel.SiteId;
import adfer.service.Proving;
import adfer.service.Views;
import adfer.state.Attestation;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code adfer attest}. */
@Command(
        name = "attest",
        description = {
            "Answers for a site being off. One person says how he or she made sure; a second one"
                    + " confirms it with --confirm.",
            "Then it is proof for failovers away from that site for some hours, unless the site"
                    + " shows that it lives."
        },
        footer = {
            "",
            "Examples: adfer attest a --words \"Fire brigade cut the power of hall A at 14:05\"",
            "          adfer attest a --confirm"
        })
public final class Attest implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Parameters(paramLabel = "SITE", description = "The site that is off, such as a.")
    String site = "";

    @Option(
            names = "--words",
            paramLabel = "WORDS",
            description = "How you made sure, instead of typing it when asked.")
    Optional<String> words = Optional.empty();

    @Option(names = "--confirm", description = "Confirms what another person attested.")
    boolean confirm;

    @Mixin Phrase phrase = new Phrase();

    @Option(names = "--withdraw", description = "Takes back what was attested.")
    boolean withdraw;

    @Override
    public Integer call() {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        Views.AttestationView view =
                withdraw
                        ? client.post(
                                path(site) + "/withdrawal",
                                new Why(words),
                                Views.AttestationView.class)
                        : confirm
                                ? confirm(client, terminal)
                                : say(client, site, words.orElseGet(() -> ask(terminal)));
        terminal.line(common.json() ? Client.pretty(view) : view.sentence());
        return ExitCode.DONE;
    }

    private String ask(Terminal terminal) {
        return terminal.ask(
                "How did you make sure that site " + site + " is off? ", "Give --words.");
    }

    static Views.AttestationView say(Client client, String site, String words) {
        return client.post(
                path(site), new ProofResource.AttestRequest(words), Views.AttestationView.class);
    }

    private Views.AttestationView confirm(Client client, Terminal terminal) {
        List<Views.AttestationView> known =
                client.get("/api/v1/attestations", new TypeReference<>() {});
        Views.AttestationView said =
                known.stream()
                        .filter(view -> view.site().value().equals(site))
                        .findFirst()
                        .orElseThrow(() ->
                                new CliException(
                                        ExitCode.REFUSED,
                                        "Nobody has attested that site " + site + " is off."));
        if (said.standing() != Attestation.Standing.WAITS) {
            throw new CliException(ExitCode.REFUSED, said.sentence());
        }
        String typed =
                phrase.or(
                        terminal,
                        said.by()
                                + " attested: \""
                                + said.words()
                                + "\". If you made sure of it too, type \""
                                + Proving.phrase(said.site())
                                + "\": ");
        return client.post(
                path(site) + "/confirmation",
                new ProofResource.ConfirmRequest(said.asked(), typed),
                Views.AttestationView.class);
    }

    private static String path(String site) {
        return "/api/v1/sites/" + new SiteId(site) + "/attestation";
    }
}
