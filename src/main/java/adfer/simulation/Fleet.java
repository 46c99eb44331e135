package adfer.simulation;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.runbook.Bundle;
import adfer.runbook.Reading;
import adfer.runbook.Runbook;
import adfer.runbook.RunbookReader;
import adfer.state.Command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The VMs of both sites, and the two services they make: mail at home at a, wiki at b. */
final class Fleet {
    static final SiteId A = new SiteId("a");
    static final SiteId B = new SiteId("b");
    static final List<GroupId> GROUPS = List.of(new GroupId("mail"), new GroupId("wiki"));

    private static final Map<GroupId, Runbook> RUNBOOKS =
            Map.of(
                    GROUPS.get(0), runbook("mail", "a", "b", ""),
                    GROUPS.get(1),
                            runbook(
                                    "wiki",
                                    "b",
                                    "a",
                                    """
                                      - id: ask
                                        title: Ask whether all is well
                                        approve: { role: duty-manager, message: "Well?" }
                                        after: [first]
                                    """));

    private final World world;
    private final List<Machine> machines = new ArrayList<>();
    private final Map<GroupId, List<VmId>> vmsOf = new HashMap<>();

    Fleet(World world) {
        this.world = world;
        for (GroupId group : GROUPS) {
            for (int i = 1; i <= 2; i++) {
                VmId vm = new VmId(group + "-" + i);
                for (SiteId site : List.of(A, B)) {
                    List<Guard> guards = world.guards(site);
                    HostId host = guards.get(i % guards.size()).host;
                    Machine machine = new Machine(world, site, host, vm, group);
                    machines.add(machine);
                    if (runbook(group).home().equals(site)) {
                        machine.foundOn();
                    }
                }
            }
        }
    }

    static Runbook runbook(GroupId group) {
        return Optional.ofNullable(RUNBOOKS.get(group)).orElseThrow();
    }

    private static Runbook runbook(String group, String home, String recovery, String more) {
        String yaml =
                """
                runbook: %s
                title: %s
                home: %s
                recovery: %s
                objectives: { rto: 10m, rpo: 10m }
                protect:
                  vms: [ %s-1, %s-2 ]
                steps:
                  - id: stop
                    title: Stop all
                    vm.stop: { at: source, graceful: 10s }
                    when: source.reachable
                  - id: first
                    title: Start the first
                    vm.start: { at: target, vms: [ %s-1 ] }
                    after: [stop]
                %s  - id: second
                    title: Start the second
                    vm.start: { at: target, vms: [ %s-2 ] }
                    after: [first]
                """
                        .formatted(group, group, home, recovery, group, group, group, more, group);
        Reading reading = RunbookReader.read(yaml, Set.of());
        return reading.runbook()
                .orElseThrow(() -> new IllegalStateException(reading.findings().toString()));
    }

    /** What makes the groups known, as commands. */
    List<Command> introduction(Node by) {
        List<At> inventory = new ArrayList<>();
        for (SiteId site : List.of(A, B)) {
            inventory.add(new At.Sweep(site, by.wallClock(), 4, ""));
            world.guards(site)
                    .forEach(guard ->
                            inventory.add(
                                    new At.HostAt(site, new Host(guard.host, 64, 65_536, true))));
        }
        machines.forEach(machine -> inventory.add(new At.VmAt(machine.site(), known(machine))));
        List<Command> commands = new ArrayList<>();
        commands.add(new Command.ChangeInventory(inventory, List.of()));
        for (GroupId group : GROUPS) {
            Bundle bundle = new Bundle(group, group.value(), new TreeMap<>());
            commands.add(new Command.PublishRunbook(bundle, runbook(group)));
        }
        return commands;
    }

    private static Vm known(Machine machine) {
        return new Vm(
                machine.vm(),
                machine.vm().value(),
                Optional.of(machine.host()),
                machine.on() ? Power.RUNNING : Power.OFF,
                1,
                512,
                List.of(),
                List.of(),
                new TreeMap<>(),
                Optional.empty(),
                "");
    }

    /** What a listing of a site finds. */
    List<At> found(SiteId site) {
        return machines.stream()
                .filter(machine -> machine.site().equals(site))
                .<At>map(machine -> new At.VmAt(site, known(machine)))
                .toList();
    }

    List<VmId> vms(GroupId group) {
        return vmsOf.computeIfAbsent(
                group,
                g ->
                        machines.stream()
                                .filter(machine -> machine.group().equals(g))
                                .map(Machine::vm)
                                .distinct()
                                .toList());
    }

    Machine machine(SiteId site, VmId vm) {
        return machines.stream()
                .filter(machine -> machine.site().equals(site) && machine.vm().equals(vm))
                .findFirst()
                .orElseThrow();
    }

    /** What isn't off on a host. */
    List<Machine> on(HostId host) {
        List<Machine> on = List.of();
        for (Machine machine : machines) {
            if (machine.on() && machine.host().equals(host)) {
                on = on.isEmpty() ? new ArrayList<>() : on;
                on.add(machine);
            }
        }
        return on;
    }

    /** What isn't off of a group at a site. */
    List<Machine> on(GroupId group, SiteId site) {
        return machines.stream()
                .filter(machine -> machine.on() && machine.site().equals(site))
                .filter(machine -> machine.group().equals(group))
                .toList();
    }

    static Actor jane() {
        return new Actor("jane", "cli");
    }
}
