package adfer.cli;

import adfer.access.Deed;
import adfer.service.Nodes;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code adfer nodes}: which nodes have announced themselves, and what each demands. */
@Command(
        name = "nodes",
        description = {
            "Lists the nodes that have announced themselves, and for what each of them demands two"
                    + " people (access.twoPeople). It holds at all of them, also while one is away."
        },
        subcommands = NodeCommands.Forget.class,
        footer = {
            "",
            "Examples: adfer nodes",
            "          adfer nodes forget w1 --reason \"its machine was scrapped\""
        })
public final class NodeCommands implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Override
    public Integer call() {
        List<Nodes.Announced> nodes =
                common.client().get("/api/v1/nodes", new TypeReference<>() {});
        return common.list(
                nodes,
                "No nodes.",
                List.of("NODE", "SITE", "STARTED", "VERSION", "IS", "DEMANDS TWO PEOPLE FOR"),
                node ->
                        List.of(
                                node.node().value(),
                                node.site().value(),
                                Terminal.day(node.startedAt()),
                                node.version(),
                                node.heard() ? "heard" : "silent",
                                Deed.words(node.twoPeople()).orElse("nothing")));
    }

    /** {@code adfer nodes forget}. */
    @Command(
            name = "forget",
            description = {
                "Forgets a node that is gone for good, with what it demanded two people for. One"
                        + " that any node hears is not forgotten, and one that comes back demands"
                        + " again.",
                "Take it out of the configuration as well. Where changes of rights take two people,"
                        + " or the node demanded any, a second one has to confirm it."
            },
            footer = {"", "Example: adfer nodes forget w1 --reason \"its machine was scrapped\""})
    public static final class Forget implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "NODE", description = "The node, as listed.")
        String node = "";

        @Mixin Because because = new Because();

        @Override
        public Integer call() {
            Nodes.Announced gone =
                    common.client()
                            .delete(
                                    "/api/v1/nodes/" + Client.encode(node),
                                    because.reason,
                                    Nodes.Announced.class);
            return common.tell(gone, "Node " + gone.node() + " is forgotten.");
        }
    }
}
