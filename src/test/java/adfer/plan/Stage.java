package adfer.plan;

import adfer.inventory.At;
import adfer.inventory.Disk;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.NetworkId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;
import adfer.mesh.SiteVerdict;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;
import adfer.runbook.Bundle;
import adfer.runbook.Reading;
import adfer.runbook.RunbookReader;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Group;
import adfer.state.Published;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A replicated state set up by hand: two sites, a service at site a, its runbook. */
public final class Stage {
    public static final Instant NOW = Instant.parse("2025-03-01T03:00:00Z");
    public static final SiteId A = new SiteId("a");
    public static final SiteId B = new SiteId("b");
    public static final GroupId CATALOGUE = new GroupId("catalogue");

    public static final String RUNBOOK =
            """
            runbook: catalogue
            title: The catalogue
            home: a
            recovery: b
            objectives: { rto: 10m, rpo: 5m }
            protect:
              vms: [ { label: service=catalogue } ]
              networks: { a/vlan-20: b/vlan-120 }
              addresses: { 10.20.0.0/24: 10.120.0.0/24 }
            steps:
              - id: stop
                vm.stop: { at: source, graceful: 3m, order: [{ label: tier=web }] }
                when: source.reachable
              - id: database
                vm.start: { at: target, vms: [db-1] }
                after: [stop]
                verify: { tcp: "db-1:5432", within: 2m }
              - id: promote
                script: { at: target, run: promote.sh, args: ["{address:db-1}"], env: { DB: "{address:db-1}", ADFER_GROUP: forged }, timeout: 2m }
                after: [database]
                observe: { script: is-primary.sh, args: [now] }
                undo: { script: { at: target, run: demote.sh, timeout: 1m } }
              - id: web
                vm.start: { at: target, label: tier=web, atOnce: 4 }
                after: [promote]
                verify: { http: "http://{vm}:8080/", within: 1m }
            """;

    private final TreeMap<Key, Entity> entities = new TreeMap<>(Comparator.naturalOrder());
    private long index = 7;
    private String hash = "";

    public Stage() {
        for (SiteId site : List.of(A, B)) {
            verdict(site, Status.HEALTHY, Diagnosis.ALL_WELL);
            put(new At.Sweep(site, NOW.minusSeconds(30), 3, ""));
            put(new At.HostAt(site, new Host(new HostId(site + "-h1"), 32, 65_536, true)));
            put(new At.HostAt(site, new Host(new HostId(site + "-h2"), 32, 65_536, true)));
            put(new At.StoreAt(site, new Store(new StoreId("san"), 1L << 40, 1L << 39, true)));
        }
        put(new At.NetworkAt(A, new Network(new NetworkId("vlan-20"), "br20")));
        put(new At.NetworkAt(B, new Network(new NetworkId("vlan-120"), "br120")));
        put(new At.VmAt(A, vm("db-1", 11, "db", 8192)));
        put(new At.VmAt(A, vm("web-1", 21, "web", 2048)));
        put(new At.VmAt(A, vm("web-2", 22, "web", 2048)));
        runbook(RUNBOOK);
        owner(A, 1);
    }

    public static Vm vm(String name, int number, String tier, long memoryMib) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("service", "catalogue");
        labels.put("tier", tier);
        return new Vm(
                new VmId("id-" + name),
                name,
                Optional.of(new HostId("a-h1")),
                Power.RUNNING,
                2,
                memoryMib,
                List.of(new Disk("vda", new StoreId("san"), "/san/" + name, 1L << 30)),
                List.of(
                        new Nic(
                                "52:54:00:00:00:" + number,
                                new NetworkId("vlan-20"),
                                List.of("fe80::1", "10.20.0." + number))),
                labels,
                Optional.empty(),
                "<domain/>");
    }

    public static Vm with(Vm vm, Power power) {
        return new Vm(
                vm.id(),
                vm.name(),
                vm.host(),
                power,
                vm.vcpus(),
                vm.memoryMib(),
                vm.disks(),
                vm.nics(),
                vm.labels(),
                vm.ownership(),
                vm.definition());
    }

    public static Vm with(Vm vm, Nic nic) {
        return new Vm(
                vm.id(),
                vm.name(),
                vm.host(),
                vm.power(),
                vm.vcpus(),
                vm.memoryMib(),
                vm.disks(),
                List.of(nic),
                vm.labels(),
                vm.ownership(),
                vm.definition());
    }

    public static Vm on(Vm vm, HostId host) {
        return new Vm(
                vm.id(),
                vm.name(),
                Optional.of(host),
                vm.power(),
                vm.vcpus(),
                vm.memoryMib(),
                vm.disks(),
                vm.nics(),
                vm.labels(),
                vm.ownership(),
                vm.definition());
    }

    public static Vm unlabelled(Vm vm) {
        return new Vm(
                vm.id(),
                vm.name(),
                vm.host(),
                vm.power(),
                vm.vcpus(),
                vm.memoryMib(),
                vm.disks(),
                vm.nics(),
                Sorted.empty(),
                vm.ownership(),
                vm.definition());
    }

    public Stage put(Entity entity) {
        entities.put(entity.key(), entity);
        return this;
    }

    public Stage remove(Entity entity) {
        entities.remove(entity.key());
        return this;
    }

    public Stage atIndex(long newIndex) {
        index = newIndex;
        return this;
    }

    public Stage verdict(SiteId site, Status status, Diagnosis diagnosis) {
        return put(
                new SiteVerdict(site, status, diagnosis, "It was seen so.", NOW.minusSeconds(60)));
    }

    public Stage lost(SiteId site) {
        return verdict(site, Status.UNREACHABLE, Diagnosis.SITE_DEAD);
    }

    public Stage owner(SiteId site, long epoch) {
        return put(new Group(CATALOGUE, hash, site, new Epoch(epoch), Optional.empty()));
    }

    public Stage busy(RunId run) {
        return put(new Group(CATALOGUE, hash, A, new Epoch(1), Optional.of(run)));
    }

    public Stage runbook(String yaml) {
        Reading reading =
                RunbookReader.read(yaml, Set.of("promote.sh", "is-primary.sh", "demote.sh"));
        Bundle bundle = new Bundle(CATALOGUE, yaml, Sorted.empty());
        hash = bundle.hash();
        if (entities.get(Group.key(CATALOGUE)) instanceof Group group) {
            put(new Group(CATALOGUE, hash, group.owner(), group.epoch(), group.activeRun()));
        }
        return put(
                new Published(
                        bundle,
                        reading.runbook()
                                .orElseThrow(
                                        () -> new AssertionError(reading.findings().toString())),
                        bundle.hash(),
                        new Actor("jane", "cli"),
                        NOW.minus(Duration.ofDays(1))));
    }

    public ClusterState state() {
        return ClusterState.of(index, NOW, 0, AuditEntry.GENESIS, entities.values());
    }

    public Plan plan(Operation operation) {
        return plan(Planner.Request.of(operation, CATALOGUE));
    }

    public Plan plan(Planner.Request request) {
        return switch (Planner.plan(request, state(), NOW)) {
            case Result.Ok<Plan>(var plan) -> plan;
            case Result.Refused<Plan>(var problems) ->
                    throw new AssertionError(problems.toString());
        };
    }
}
