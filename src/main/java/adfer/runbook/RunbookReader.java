package adfer.runbook;

import adfer.access.Deed;
import adfer.kernel.Cidr;
import adfer.kernel.GroupId;
import adfer.kernel.NetworkId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.lease.WhenIsolated;
import adfer.runbook.Runbook.Automation.Mode;
import adfer.runbook.Yaml.Place;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a runbook's text, and says of everything that is wrong with it where it is and why. */
public final class RunbookReader {
    private static final List<String> KEYS =
            List.of(
                    "runbook",
                    "title",
                    "home",
                    "recovery",
                    "objectives",
                    "protect",
                    "failover",
                    "isolated",
                    "twoPeople",
                    "steps");

    private static final Duration NO_OBJECTIVE = Duration.ofDays(7);

    private final Findings findings = new Findings();

    private RunbookReader() {}

    /**
     * @param filesPresent paths within the runbook's folder, all taken for executable
     */
    public static Reading read(String yaml, Set<String> filesPresent) {
        return read(yaml, Folder.of(filesPresent));
    }

    public static Reading read(String yaml, Folder folder) {
        return new RunbookReader().reading(yaml, folder);
    }

    private Reading reading(String text, Folder folder) {
        Optional<Yaml> tree = YamlText.read(text, findings);
        Optional<Runbook> runbook =
                tree.flatMap(yaml -> Table.of(yaml, "a runbook", KEYS, findings))
                        .flatMap(table -> runbook(table, folder));
        return new Reading(runbook.filter(ignored -> !findings.errors()), findings.sorted());
    }

    private Optional<Runbook> runbook(Table table, Folder folder) {
        Optional<GroupId> group =
                table.required("runbook", "Name it: 'runbook: library-catalogue'.")
                        .flatMap(ignored -> table.parsed("runbook", GroupId::new));
        String title =
                table.requiredText("title", "Say what service this is: 'title: TEXT'.").orElse("");
        Optional<SiteId> home = site(table, "home", "Say where the service runs normally.");
        Optional<SiteId> recovery = site(table, "recovery", "Say which site stands in.");
        if (home.isPresent() && home.equals(recovery)) {
            table.bad(
                    table.valuePlace("recovery"),
                    "recovery",
                    "is the same site as 'home'",
                    "Name the other site.");
            recovery = Optional.empty();
        }
        Runbook.Objectives objectives = objectives(table);
        Runbook.Protection protection = protection(table, home, recovery);
        List<StepReader.Read> steps = steps(table);
        Runbook runbook =
                new Runbook(
                        group.orElse(new GroupId("unnamed")),
                        title,
                        home.orElse(new SiteId("home")),
                        recovery.orElse(new SiteId("recovery")),
                        objectives,
                        protection,
                        automation(table, objectives),
                        twoPeople(table),
                        steps.stream().map(StepReader.Read::step).toList());
        new Linter(table, runbook, steps, folder, findings).lint();
        return Optional.of(runbook);
    }

    private static Optional<SiteId> site(Table table, String key, String suggestion) {
        return table.required(key, suggestion).flatMap(ignored -> table.parsed(key, SiteId::new));
    }

    private Runbook.Objectives objectives(Table runbook) {
        Optional<Table> table =
                runbook.required("objectives", "Write 'objectives: { rto: 10m, rpo: 5m }'.")
                        .flatMap(yaml ->
                                Table.of(yaml, "'objectives'", List.of("rto", "rpo"), findings));
        table.ifPresent(t -> {
            t.required("rto", "Say how long the service may be away: 'rto: 10m'.");
            t.required("rpo", "Say how much data may be lost, as time: 'rpo: 5m'.");
        });
        return new Runbook.Objectives(
                table.map(t -> t.span("rto", NO_OBJECTIVE)).orElse(NO_OBJECTIVE),
                table.map(t -> t.span("rpo", NO_OBJECTIVE)).orElse(NO_OBJECTIVE));
    }

    private enum Flag {
        TRUE,
        FALSE
    }

    private Runbook.Automation automation(Table runbook, Runbook.Objectives objectives) {
        Runbook.Automation usual = Runbook.Automation.none(objectives.rpo());
        WhenIsolated isolated =
                runbook.word("isolated", WhenIsolated.values()).orElse(usual.isolated());
        Optional<Table> failover =
                runbook.value("failover")
                        .flatMap(yaml ->
                                Table.of(
                                        yaml,
                                        "'failover'",
                                        List.of(
                                                "mode",
                                                "dwell",
                                                "dataAge",
                                                "fence",
                                                "fenceAttempts",
                                                "fencePause"),
                                        findings));
        Runbook.Automation automation =
                new Runbook.Automation(
                        failover.flatMap(t -> t.word("mode", Mode.values())).orElse(usual.mode()),
                        failover.map(t -> t.span("dwell", usual.dwell())).orElse(usual.dwell()),
                        failover.map(t -> t.span("dataAge", usual.dataAge()))
                                .orElse(usual.dataAge()),
                        failover.flatMap(t -> t.word("fence", Flag.values()))
                                .filter(Flag.TRUE::equals)
                                .isPresent(),
                        failover.map(t ->
                                        t.count(
                                                "fenceAttempts",
                                                Runbook.Automation.MOST_ATTEMPTS,
                                                usual.attempts()))
                                .orElse(usual.attempts()),
                        failover.map(t -> t.span("fencePause", usual.pause()))
                                .orElse(usual.pause()),
                        isolated);
        if (automation.fence() && automation.mode() != Mode.AUTOMATIC) {
            runbook.bad(
                    runbook.valuePlace("failover"),
                    "failover",
                    "lets hosts be fenced by themselves, but not the failover",
                    "Write 'mode: automatic', or leave 'fence' out.");
        }
        if (automation.mode() == Mode.AUTOMATIC
                && isolated == WhenIsolated.KEEP
                && !automation.fence()) {
            runbook.bad(
                    runbook.valuePlace("isolated"),
                    "isolated",
                    "is 'keep', so no lease can prove that the site is off, and an automatic"
                            + " failover could never begin",
                    "Write 'isolated: stop', 'fence: true', or 'mode: propose'.");
        }
        return automation;
    }

    private static List<Deed> twoPeople(Table runbook) {
        List<Deed> deeds = new ArrayList<>();
        for (String word : runbook.texts("twoPeople")) {
            Stream.of(Deed.FAILOVER, Deed.MIGRATION, Deed.SKIP)
                    .filter(deed -> deed.word().equals(word))
                    .findFirst()
                    .ifPresentOrElse(
                            deeds::add,
                            () ->
                                    runbook.bad(
                                            runbook.valuePlace("twoPeople"),
                                            "twoPeople",
                                            "has failover, migration and skip, not '"
                                                    + Table.shown(word)
                                                    + "'",
                                            "Write 'twoPeople: [failover, skip]'."));
        }
        return deeds.stream().distinct().sorted().toList();
    }

    private Runbook.Protection protection(
            Table runbook, Optional<SiteId> home, Optional<SiteId> recovery) {
        Optional<Table> table =
                runbook.required("protect", "Say which VMs belong to the service.")
                        .flatMap(yaml ->
                                Table.of(
                                        yaml,
                                        "'protect'",
                                        List.of("vms", "networks", "addresses"),
                                        findings));
        if (table.isEmpty()) {
            return new Runbook.Protection(List.of(), Sorted.empty(), Sorted.empty());
        }
        Table protect = table.get();
        protect.required("vms", "Write 'vms: [ { label: service=NAME } ]'.");
        List<Selector> vms = new SelectorReader(findings).read(protect.oneOrMany("vms"));
        if (protect.has("vms") && protect.oneOrMany("vms").isEmpty()) {
            protect.bad(
                    protect.valuePlace("vms"),
                    "vms",
                    "selects nothing",
                    "Write 'vms: [ { label: service=NAME } ]'.");
        }
        return new Runbook.Protection(vms, networks(protect, home, recovery), addresses(protect));
    }

    private SortedMap<NetworkId, NetworkId> networks(
            Table protect, Optional<SiteId> home, Optional<SiteId> recovery) {
        TreeMap<NetworkId, NetworkId> networks = new TreeMap<>();
        each(
                protect,
                "networks",
                (key, value) -> {
                    Optional<NetworkId> from = network(key, home, "left", "home");
                    Optional<NetworkId> to = network(value, recovery, "right", "recovery");
                    if (from.isPresent() && to.isPresent()) {
                        if (networks.containsValue(to.get())) {
                            warnTwoToOne(value, "network");
                        }
                        networks.put(from.get(), to.get());
                    }
                });
        return networks;
    }

    private Optional<NetworkId> network(
            Yaml.Text text, Optional<SiteId> site, String side, String role) {
        int slash = text.value().indexOf('/');
        String expected = site.map(SiteId::value).orElse("SITE");
        boolean fits =
                slash > 0 && (site.isEmpty() || text.value().substring(0, slash).equals(expected));
        if (!fits) {
            findings.error(
                    text.place(),
                    "bad-mapping",
                    "'"
                            + Table.shown(text.value())
                            + "' is no network of the "
                            + role
                            + " site, which stands on the "
                            + side
                            + ".",
                    "Write it as " + expected + "/NETWORK.");
            return Optional.empty();
        }
        return parsed(text, text.value().substring(slash + 1), NetworkId::new);
    }

    private SortedMap<Cidr, Cidr> addresses(Table protect) {
        TreeMap<Cidr, Cidr> addresses = new TreeMap<>();
        each(
                protect,
                "addresses",
                (key, value) -> {
                    Optional<Cidr> from = parsed(key, key.value(), Cidr::new);
                    Optional<Cidr> to = parsed(value, value.value(), Cidr::new);
                    if (from.isPresent() && to.isPresent()) {
                        if (!from.get().sameShape(to.get())) {
                            findings.error(
                                    value.place(),
                                    "bad-mapping",
                                    from.get() + " and " + to.get() + " are not of one size.",
                                    "Map subnets of one family and prefix length, so that every"
                                            + " address has its place in both directions.");
                        }
                        if (addresses.containsValue(to.get())) {
                            warnTwoToOne(value, "subnet");
                        }
                        addresses.put(from.get(), to.get());
                    }
                });
        return addresses;
    }

    private void warnTwoToOne(Yaml.Text value, String noun) {
        findings.error(
                value.place(),
                "bad-mapping",
                "The " + noun + " " + Table.shown(value.value()) + " is mapped to twice.",
                "Give each its own, since the mapping is read backwards on the way home.");
    }

    private interface Pair {
        void of(Yaml.Text key, Yaml.Text value);
    }

    private void each(Table table, String key, Pair pair) {
        Optional<Yaml> value = table.value(key).filter(v -> !(v instanceof Yaml.Nothing));
        value.flatMap(yaml -> Table.ofAnyKeys(yaml, "'" + key + "'", findings))
                .ifPresent(mapping -> {
                    for (Yaml.Field field : mapping.yaml().fields()) {
                        if (field.value() instanceof Yaml.Text text) {
                            pair.of(field.key(), text);
                        } else {
                            Place place = field.value().place();
                            mapping.bad(place, field.key().value(), "is a text", "Correct it.");
                        }
                    }
                });
    }

    private <T> Optional<T> parsed(Yaml.Text at, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            findings.error(
                    at.place(), "bad-mapping", e.getMessage() + ".", "Correct this mapping.");
            return Optional.empty();
        }
    }

    private List<StepReader.Read> steps(Table runbook) {
        Optional<Yaml> yaml = runbook.required("steps", "Say how the service is restored.");
        if (yaml.isEmpty()) {
            return List.of();
        }
        if (!(yaml.get() instanceof Yaml.Items items) || items.items().isEmpty()) {
            runbook.bad(
                    runbook.valuePlace("steps"),
                    "steps",
                    "is a list of steps",
                    "Begin each step with '- id: NAME'.");
            return List.of();
        }
        if (items.items().size() > Defaults.MAX_STEPS) {
            runbook.bad(
                    items.place(),
                    "steps",
                    "has "
                            + items.items().size()
                            + " steps; at most "
                            + Defaults.MAX_STEPS
                            + " fit",
                    "Select more VMs per step.");
            return List.of();
        }
        StepReader reader = new StepReader(findings);
        List<StepReader.Read> steps = new ArrayList<>();
        items.items().forEach(item -> reader.read(item).ifPresent(steps::add));
        return steps;
    }
}
