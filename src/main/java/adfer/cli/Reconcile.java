package adfer.cli;

import adfer.api.ReconcileResource;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.service.Views;
import adfer.state.Reconciliation;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What a site has left over of services that it doesn't own: looking, and putting it right. */
public final class Reconcile {
    private static final long LOOK_AGAIN_MILLIS = 500;

    private Reconcile() {}

    /** {@code adfer leftovers}. */
    @Command(
            name = "leftovers",
            description =
                    "What sites have of services that they don't own and that is not as it should"
                            + " be: on, started by its host, or without the owner's mark.",
            footer = {"", "Examples: adfer leftovers", "          adfer leftovers a"})
    public static final class LeftoversCommand implements Runnable {
        @Mixin Common common = new Common();

        @Parameters(arity = "0..1", paramLabel = "SITE", description = "Only this site's.")
        Optional<String> site = Optional.empty();

        @Override
        public void run() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            Optional<SiteId> only = site.map(SiteId::new);
            List<Views.LeftoverView> found =
                    client
                            .get(
                                    "/api/v1/leftovers",
                                    new TypeReference<List<Views.LeftoverView>>() {})
                            .stream()
                            .filter(one -> only.isEmpty() || one.site().equals(only.get()))
                            .toList();
            if (common.json()) {
                terminal.line(Client.pretty(found));
                return;
            }
            show(terminal, found);
            found.stream()
                    .map(Views.LeftoverView::site)
                    .distinct()
                    .forEach(at -> terminal.line("Put it right: adfer reconcile " + at));
        }
    }

    static void show(Terminal terminal, List<Views.LeftoverView> found) {
        if (found.isEmpty()) {
            terminal.line("Nothing is left over.");
        }
        found.forEach(one -> terminal.line(one.sentence()));
    }

    /** {@code adfer reconcile}. */
    @Command(
            name = "reconcile",
            description = {
                "Puts right what a site has left over of services that it doesn't own: stops it,"
                        + " marks it for the present owner, and keeps its host from starting it.",
                "Shows first what that is, and looks afterwards until it is so."
            },
            footer = {
                "",
                "Examples: adfer reconcile a",
                "          adfer reconcile a --undefine --reason \"hall A is given up\""
            })
    public static final class ReconcileCommand implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "SITE", description = "The site, such as a.")
        String site = "";

        @Option(
                names = "--undefine",
                description =
                        "Remove the definitions as well, never the disks. Refused unless each VM"
                                + " runs at its owner.")
        boolean undefine;

        @Mixin Because because = new Because();

        @Mixin Phrase phrase = new Phrase();

        @Option(names = "--no-watch", description = "Return once it is ordered.")
        boolean noWatch;

        @Override
        public Integer call() throws InterruptedException {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            String path = "/api/v1/sites/" + new SiteId(site) + "/reconciliation";
            Views.ReconcileView now = client.get(path, Views.ReconcileView.class);
            if (!common.json()) {
                show(terminal, now.leftovers());
            }
            if (now.leftovers().isEmpty()) {
                if (common.json()) {
                    terminal.line(Client.pretty(now));
                }
                return ExitCode.DONE;
            }
            String wanted = undefine ? now.undefinePhrase() : now.phrase();
            String typed = phrase.or(terminal, question(wanted));
            List<VmId> shown = now.leftovers().stream().map(Views.LeftoverView::vm).toList();
            Views.ReconcileView ordered =
                    client.post(
                            path,
                            new ReconcileResource.ReconcileRequest(
                                    shown, Optional.of(undefine), typed, because.reason),
                            Views.ReconcileView.class);
            Views.ReconcileView ended =
                    noWatch || common.json() ? ordered : watch(client, terminal, path, ordered);
            if (common.json()) {
                terminal.line(Client.pretty(ended));
            }
            List<GroupId> concerned =
                    now.leftovers().stream().map(Views.LeftoverView::group).toList();
            return ended.orders().stream()
                            .filter(order -> concerned.contains(order.group()))
                            .anyMatch(ReconcileCommand::wrong)
                    ? ExitCode.FAILED
                    : ExitCode.DONE;
        }

        private String question(String phrase) {
            return "These are stopped where they are on, marked for their owner, "
                    + (undefine ? "and UNDEFINED" : "and their autostart is switched off")
                    + ". Type \""
                    + phrase
                    + "\" to go ahead: ";
        }

        private static boolean wrong(Views.ReconciledView order) {
            return switch (order.standing()) {
                case FAILED, IN_DOUBT -> true;
                case UNDER_WAY, DONE -> false;
            };
        }

        /** An order that nobody answers for is in doubt after some minutes, and so this ends. */
        private static Views.ReconcileView watch(
                Client client, Terminal terminal, String path, Views.ReconcileView ordered)
                throws InterruptedException {
            Map<Object, String> told = new HashMap<>();
            Views.ReconcileView now = ordered;
            while (true) {
                for (Views.ReconciledView order : now.orders()) {
                    if (!order.sentence().equals(told.put(order.group(), order.sentence()))) {
                        terminal.line(order.sentence());
                    }
                }
                boolean over =
                        now.orders().stream()
                                .noneMatch(o -> o.standing() == Reconciliation.Standing.UNDER_WAY);
                if (over) {
                    return now;
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
                now = client.get(path, Views.ReconcileView.class);
            }
        }
    }
}
