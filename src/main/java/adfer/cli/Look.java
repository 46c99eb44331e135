package adfer.cli;

import adfer.api.OverviewResource.MeshView;
import adfer.cli.Terminal.Tone;
import adfer.kernel.SiteId;
import adfer.mesh.LinkView;
import adfer.mesh.Row;
import adfer.mesh.SiteVerdict;
import adfer.service.Views;
import adfer.service.Views.InventoryView;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The commands that only look. */
public final class Look {
    private Look() {}

    /** {@code adfer status}. */
    @Command(
            name = "status",
            description = "Everything at a glance: what needs attention, sites, services, runs.",
            footer = {"", "Example: adfer status --newest"})
    public static final class Status implements Runnable {
        @Mixin Common common = new Common();

        @Option(
                names = "--newest",
                description = "Wait for everything that was acknowledged anywhere before.")
        boolean newest;

        @Override
        public void run() {
            Client client = common.client();
            String path = "/api/v1/overview" + (newest ? "?newest=true" : "");
            Terminal terminal = Terminal.standard();
            if (common.json()) {
                terminal.line(Client.pretty(client.raw(path)));
                return;
            }
            Views.Overview overview = client.get(path, Views.Overview.class);
            overview.quarantine()
                    .ifPresent(why ->
                            terminal.line(
                                    terminal.in(
                                            Tone.BAD,
                                            why + " What follows is what it knew then.")));
            terminal.line(
                    "As of index "
                            + overview.index()
                            + " at node "
                            + overview.node()
                            + ", fingerprint "
                            + overview.fingerprint().substring(0, 16)
                            + ", leader "
                            + overview.leader().map(Object::toString).orElse("unknown")
                            + (overview.generation() == 1
                                    ? ""
                                    : ", generation " + overview.generation())
                            + ".");
            overview.notes().forEach(terminal::line);
            for (String sentence : overview.attention()) {
                terminal.line(terminal.in(Tone.WARN, "! " + sentence));
            }
            if (overview.attention().isEmpty() && overview.quarantine().isEmpty()) {
                terminal.line(terminal.in(Tone.GOOD, "All is well."));
            }
            terminal.title("Sites");
            sites(terminal, overview.sites());
            terminal.title("Services");
            services(terminal, overview.services());
            if (!overview.activeRuns().isEmpty()) {
                terminal.title("Runs under way");
                runs(terminal, overview.activeRuns());
            }
        }
    }

    /** {@code adfer sites}. */
    @Command(name = "sites", description = "The sites with their verdicts and nodes.")
    public static final class Sites implements Runnable {
        @Mixin Common common = new Common();

        @Override
        public void run() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            if (common.json()) {
                terminal.line(Client.pretty(client.raw("/api/v1/sites")));
                return;
            }
            List<Views.SiteView> sites =
                    client.get("/api/v1/sites", new TypeReference<List<Views.SiteView>>() {});
            sites(terminal, sites);
            sites.forEach(site ->
                    site.verdict()
                            .ifPresent(verdict ->
                                    terminal.line(
                                            "Site " + site.id() + ": " + verdict.sentence())));
            sites.stream()
                    .flatMap(site -> site.stops().stream())
                    .forEach(stop ->
                            terminal.line(
                                    stop.warns()
                                            ? terminal.in(Tone.WARN, "! " + stop.sentence())
                                            : stop.sentence()));
            terminal.title("Nodes");
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NODE", "SITE", "HEARD", "INDEX", "STARTED", "ADDRESS"));
            for (Views.SiteView site : sites) {
                for (Views.NodeView node : site.nodes()) {
                    String heard =
                            node.heard()
                                    ? terminal.in(Tone.GOOD, node.leading() ? "yes, leads" : "yes")
                                    : terminal.in(
                                            Tone.BAD,
                                            node.lastHeard()
                                                    .map(ago -> Terminal.duration(ago) + " ago")
                                                    .orElse("never"));
                    rows.add(
                            List.of(
                                    node.id() + (node.self() ? " (this)" : ""),
                                    site.id().value(),
                                    heard,
                                    node.appliedIndex().map(String::valueOf).orElse("?"),
                                    node.startedAt().map(Terminal::time).orElse("?"),
                                    node.address()));
                }
            }
            terminal.table(rows);
        }
    }

    /** {@code adfer mesh}. */
    @Command(
            name = "mesh",
            description =
                    "Who sees whom over which path, how well, and how far the clocks are apart.")
    public static final class Mesh implements Runnable {
        @Mixin Common common = new Common();

        @Override
        public void run() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            if (common.json()) {
                terminal.line(Client.pretty(client.raw("/api/v1/mesh")));
                return;
            }
            MeshView mesh = client.get("/api/v1/mesh", MeshView.class);
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("FROM", "TO", "PATH", "UP", "ROUND TRIP", "JITTER", "LOSS", "TOLD"));
            mesh.matrix()
                    .rows()
                    .values()
                    .forEach(aged -> {
                        Row row = aged.row();
                        for (LinkView link : row.links()) {
                            rows.add(
                                    List.of(
                                            row.observer().value(),
                                            link.peer().value(),
                                            link.path().value(),
                                            link.up()
                                                    ? terminal.in(Tone.GOOD, "up")
                                                    : terminal.in(
                                                            Tone.BAD,
                                                            link.hearing() ? "one way" : "down"),
                                            link.roundTrip().map(Look::fine).orElse("-"),
                                            link.jitter().map(Look::fine).orElse("-"),
                                            Math.round(link.loss() * 100) + "%",
                                            Terminal.duration(aged.age()) + " ago"));
                        }
                    });
            terminal.table(rows);
            terminal.line(mesh.clocks().sentence());
        }
    }

    private static String fine(Duration duration) {
        return String.format(Locale.ROOT, "%.2f ms", duration.toNanos() / 1e6);
    }

    /** {@code adfer inventory}. */
    @Command(
            name = "inventory",
            description = "Hosts, networks, storage and VMs of a site.",
            footer = {"", "Examples: adfer inventory a", "          adfer inventory b tier=web"})
    public static final class Inventory implements Runnable {
        @Mixin Common common = new Common();

        @Parameters(index = "0", paramLabel = "SITE", description = "The site.")
        String site = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "TEXT",
                description = "Only VMs whose name, host or labels contain it.")
        String text = "";

        @Option(
                names = "--limit",
                description = "At most this many VMs. Default: ${DEFAULT-VALUE}.")
        int limit = 200;

        @Override
        public void run() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            String path =
                    "/api/v1/inventory/"
                            + Client.encode(new SiteId(site).value())
                            + "?limit="
                            + limit
                            + "&q="
                            + Client.encode(text);
            if (common.json()) {
                terminal.line(Client.pretty(client.raw(path)));
                return;
            }
            InventoryView inventory = client.get(path, InventoryView.class);
            terminal.line(
                    "Site "
                            + inventory.site()
                            + ": "
                            + inventory.hosts().size()
                            + " hosts, "
                            + inventory.networks().size()
                            + " networks, "
                            + inventory.stores().size()
                            + " storages, "
                            + inventory.total()
                            + " VMs, as of index "
                            + inventory.index()
                            + ".");
            List<List<String>> rows = new ArrayList<>();
            rows.add(
                    List.of(
                            "VM", "POWER", "HOST", "VCPU", "MEMORY", "NETWORK", "ADDRESS", "OWNER",
                            "LABELS"));
            inventory
                    .vms()
                    .forEach(vm ->
                            rows.add(
                                    List.of(
                                            vm.name(),
                                            vm.power().name().toLowerCase(Locale.ROOT),
                                            vm.host().map(Object::toString).orElse("-"),
                                            String.valueOf(vm.vcpus()),
                                            vm.memoryMib() + " MiB",
                                            String.join(
                                                    ",",
                                                    vm.nics().stream()
                                                            .map(nic -> nic.network().value())
                                                            .toList()),
                                            String.join(
                                                    ",",
                                                    vm.nics().stream()
                                                            .flatMap(
                                                                    nic -> nic.addresses().stream())
                                                            .toList()),
                                            vm.ownership()
                                                    .map(mark -> mark.group() + " @" + mark.epoch())
                                                    .orElse("-"),
                                            String.join(
                                                    " ",
                                                    vm.labels().entrySet().stream()
                                                            .map(e ->
                                                                    e.getKey() + "=" + e.getValue())
                                                            .toList()))));
            terminal.table(rows);
            if (inventory.vms().size() == limit) {
                terminal.line(
                        "Only the first "
                                + limit
                                + " are shown; give --limit or a text to look for.");
            }
        }
    }

    static void sites(Terminal terminal, List<Views.SiteView> sites) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SITE", "", "VERDICT", "NODES", "HOSTS", "VMS", "RUNNING", "LISTED"));
        for (Views.SiteView site : sites) {
            long heard = site.nodes().stream().filter(Views.NodeView::heard).count();
            String listed =
                    site.sweptAt()
                            .map(at ->
                                    Terminal.duration(Duration.between(at, Instant.now())) + " ago")
                            .orElse("-");
            rows.add(
                    List.of(
                            site.id().value(),
                            site.title(),
                            site.verdict().map(verdict -> verdict(terminal, verdict)).orElse("-"),
                            heard + "/" + site.nodes().size(),
                            site.dataCentre() ? String.valueOf(site.hosts()) : "-",
                            site.dataCentre() ? String.valueOf(site.vms()) : "-",
                            site.dataCentre() ? String.valueOf(site.running()) : "-",
                            listed));
        }
        terminal.table(rows);
    }

    private static String verdict(Terminal terminal, SiteVerdict verdict) {
        Tone tone =
                switch (verdict.status()) {
                    case HEALTHY -> Tone.GOOD;
                    case DEGRADED, UNDECIDED -> Tone.WARN;
                    case UNREACHABLE -> Tone.BAD;
                };
        return terminal.in(tone, verdict.status().name().toLowerCase(Locale.ROOT));
    }

    static void services(Terminal terminal, List<Views.ServiceView> services) {
        if (services.isEmpty()) {
            terminal.line(
                    "No runbook is published yet: adfer runbook publish runbooks/*/runbook.yml");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SERVICE", "", "AT", "EPOCH", "RUNNING", "DATA", "RTO", "FAILOVER"));
        for (Views.ServiceView service : services) {
            Tone tone =
                    switch (service.readiness()) {
                        case READY -> Tone.GOOD;
                        case READY_WITH_WARNINGS -> Tone.WARN;
                        case NOT_READY -> Tone.BAD;
                    };
            boolean all = service.running() == service.vms();
            rows.add(
                    List.of(
                            service.id().value(),
                            service.title(),
                            service.owner().value(),
                            service.epoch().toString(),
                            terminal.in(
                                    all ? Tone.GOOD : Tone.BAD,
                                    service.running() + "/" + service.vms()),
                            service.dataAge().known() ? age(service.dataAge().age()) : "?",
                            Terminal.duration(service.rto()),
                            terminal.in(
                                    tone,
                                    service.readiness()
                                            .name()
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', ' '))));
        }
        terminal.table(rows);
    }

    private static String age(Duration age) {
        return age.isZero() ? "current" : Terminal.duration(age) + " old";
    }

    static void runs(Terminal terminal, List<Views.RunSummary> runs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RUN", "OPERATION", "SERVICE", "FROM", "TO", "STATE", "DONE", "STARTED"));
        for (Views.RunSummary run : runs) {
            String state = run.phase().name().toLowerCase(Locale.ROOT);
            rows.add(
                    List.of(
                            run.id().value(),
                            run.operation().name().toLowerCase(Locale.ROOT),
                            run.group().value(),
                            run.source().value(),
                            run.target().value(),
                            run.needsOperator()
                                    ? terminal.in(Tone.WARN, state + ", needs a person")
                                    : state,
                            run.done() + "/" + run.total(),
                            Terminal.time(run.startedAt())));
        }
        terminal.table(rows);
    }
}
