package adfer.cli;

import adfer.api.ProofResource;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.service.Views;
import adfer.state.Fencing;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code adfer fence}. */
@Command(
        name = "fence",
        description = {
            "Switches off the hosts of a lost site through their power fences, and looks until they"
                    + " are off.",
            "When all that the inventory knows are, and the site stays silent, it is proven off."
        },
        footer = {
            "",
            "Examples: adfer fence a --reason \"cut off, and its guards were not armed\"",
            "          adfer fence a --host a-host-2"
        })
public final class FenceCommand implements Callable<Integer> {
    private static final long LOOK_AGAIN_MILLIS = 500;

    @Mixin Common common = new Common();

    @Parameters(paramLabel = "SITE", description = "The lost site, such as a.")
    String site = "";

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Only this host; may be given several times.")
    List<String> hosts = List.of();

    @Mixin Because because = new Because();

    @Mixin Phrase phrase = new Phrase();

    @Option(names = "--no-watch", description = "Return once it is ordered.")
    boolean noWatch;

    @Override
    public Integer call() throws InterruptedException {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        String path = "/api/v1/sites/" + new SiteId(site) + "/fence";
        Views.FenceView now = client.get(path, Views.FenceView.class);
        if (!common.json() && !now.unfenced().isEmpty()) {
            terminal.line(
                    "There is no power fence for "
                            + String.join(", ", now.unfenced().stream().map(HostId::value).toList())
                            + ", so fencing the others proves nothing.");
        }
        String typed =
                phrase.or(
                        terminal,
                        "This cuts the power of hosts, with all that runs on them. Type \""
                                + now.phrase()
                                + "\" to go ahead: ");
        Views.FenceView ordered =
                client.post(
                        path,
                        new ProofResource.FenceRequest(
                                Optional.of(hosts.stream().map(HostId::new).toList()),
                                typed,
                                because.reason),
                        Views.FenceView.class);
        Views.FenceView ended =
                noWatch || common.json() ? ordered : watch(client, terminal, path, ordered);
        if (common.json()) {
            terminal.line(Client.pretty(ended));
        }
        return ended.hosts().stream().anyMatch(h -> h.standing() == Fencing.Standing.FAILED)
                ? ExitCode.FAILED
                : ExitCode.DONE;
    }

    /** Every agent has its timeout, and so this ends. */
    private static Views.FenceView watch(
            Client client, Terminal terminal, String path, Views.FenceView ordered)
            throws InterruptedException {
        Map<HostId, String> told = new HashMap<>();
        Views.FenceView now = ordered;
        while (true) {
            for (Views.HostFenceView host : now.hosts()) {
                if (!host.sentence().equals(told.put(host.host(), host.sentence()))) {
                    terminal.line(host.sentence());
                }
            }
            boolean over =
                    now.hosts().stream().noneMatch(h -> h.standing() == Fencing.Standing.UNDER_WAY);
            if (over) {
                return now;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
            now = client.get(path, Views.FenceView.class);
        }
    }
}
