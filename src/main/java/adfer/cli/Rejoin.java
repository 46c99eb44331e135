package adfer.cli;

import adfer.api.SuccessionResource.Begun;
import adfer.api.SuccessionResource.Word;
import adfer.cli.Terminal.Tone;
import adfer.inventory.Power;
import adfer.service.QuarantineView;
import adfer.state.AuditEntry;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code adfer rejoin}. */
@Command(
        name = "rejoin",
        description = {
            "At a node in quarantine: shows what it has that the cluster has not, and lets it"
                    + " rejoin as a follower once you have looked at it.",
            "It begins with an empty log; the old log and database are kept in its data folder."
        },
        footer = {"", "Name the node in quarantine: adfer rejoin --url http://a1:8101"})
public final class Rejoin implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Mixin Phrase phrase = new Phrase();

    @Option(names = "--look", description = "Only show, ask nothing.")
    boolean look;

    @Override
    public Integer call() {
        Client client = common.here();
        Terminal terminal = Terminal.standard();
        QuarantineView view = client.get("/api/v1/quarantine", QuarantineView.class);
        if (common.json() && look) {
            terminal.line(Client.pretty(view));
        } else if (!common.json()) {
            show(terminal, view);
        }
        if (look) {
            return ExitCode.DONE;
        }
        String typed =
                phrase.or(terminal, "Type \"" + view.confirmation() + "\" to let it rejoin: ");
        Begun begun =
                client.post(
                        "/api/v1/quarantine/rejoin",
                        new Word(Optional.empty(), Optional.of(typed)),
                        Begun.class);
        NextLife.await(client, terminal, begun.generation(), common.json());
        return ExitCode.DONE;
    }

    private static void show(Terminal terminal, QuarantineView view) {
        terminal.line(terminal.in(Tone.BAD, "! " + view.sentence()));
        terminal.line(
                "Node "
                        + view.node()
                        + " has a picture of "
                        + view.own()
                        + " at index "
                        + view.index()
                        + "; the cluster went on from index "
                        + view.later().fork()
                        + ".");
        terminal.title("What it has that the cluster has not");
        audit(terminal, view);
        terminal.title("Protected VMs at its hypervisor now");
        vms(terminal, view);
        terminal.line("");
    }

    private static void audit(Terminal terminal, QuarantineView view) {
        if (view.beyond().isEmpty()) {
            terminal.line("No audit entry.");
        }
        for (AuditEntry entry : view.beyond().reversed()) {
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "%6d  %s  %-24s %s",
                            entry.number(),
                            Terminal.time(entry.at()),
                            entry.actor(),
                            entry.sentence()));
        }
        if (view.more()) {
            terminal.line("These are the latest only; adfer audit at this node shows all it has.");
        }
        if (view.parted()) {
            warn(
                    terminal,
                    "The two audit trails differ already before that index: compare them with"
                            + " adfer audit at both.");
        }
        if (view.unapplied() > 0) {
            warn(
                    terminal,
                    view.unapplied()
                            + " further entries of its log were not applied here; another node may"
                            + " have acknowledged them.");
        }
    }

    private static void vms(Terminal terminal, QuarantineView view) {
        if (!view.hypervisorProblem().isEmpty()) {
            warn(terminal, "They can't be listed: " + view.hypervisorProblem());
            return;
        }
        if (view.vms().isEmpty()) {
            terminal.line("None.");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("VM", "POWER", "SERVICE", "EPOCH"));
        for (QuarantineView.VmLine vm : view.vms()) {
            String power = vm.power().name().toLowerCase(Locale.ROOT);
            rows.add(
                    List.of(
                            vm.name(),
                            vm.power() == Power.OFF ? power : terminal.in(Tone.BAD, power),
                            vm.group().map(Object::toString).orElse("-"),
                            vm.epoch().map(Object::toString).orElse("-")));
        }
        terminal.table(rows);
    }

    private static void warn(Terminal terminal, String sentence) {
        terminal.line(terminal.in(Tone.WARN, "! " + sentence));
    }
}
