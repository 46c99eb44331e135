package adfer.runbook;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What stands in braces in a runbook and is filled in when a plan is made: {@code {vm}} is the name
 * of each VM of the step in turn, {@code {address:NAME}} the address a VM has at the step's side.
 */
public final class Placeholders {
    private static final String VM = "{vm}";
    private static final Pattern ADDRESS = Pattern.compile("\\{address:([^{}]+)}");

    private Placeholders() {}

    /** Whether the question is put once for each VM of its step. */
    public static boolean perVm(ProbeSpec probe) {
        return texts(probe).anyMatch(text -> text.contains(VM));
    }

    /** The same question about the VM of this name. */
    public static ProbeSpec about(ProbeSpec probe, String vm) {
        return switch (probe) {
            case ProbeSpec.Http http ->
                    new ProbeSpec.Http(http.url().replace(VM, vm), http.expect(), http.contains());
            case ProbeSpec.Tcp tcp -> tcp.to(tcp.host().replace(VM, vm));
            case ProbeSpec.Service service -> service.to(service.host().replace(VM, vm));
            case ProbeSpec.Script script ->
                    new ProbeSpec.Script(
                            script.run(),
                            script.arguments().stream().map(text -> text.replace(VM, vm)).toList(),
                            script.environment(),
                            script.secrets());
        };
    }

    private static Stream<String> texts(ProbeSpec probe) {
        return switch (probe) {
            case ProbeSpec.Http http -> Stream.of(http.url());
            case ProbeSpec.Tcp tcp -> Stream.of(tcp.host());
            case ProbeSpec.Service service -> Stream.of(service.host());
            case ProbeSpec.Script script -> script.arguments().stream();
        };
    }

    /** Fills in addresses. */
    public static String fill(String text, Function<String, String> addressOf) {
        return ADDRESS.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(addressOf.apply(match.group(1))));
    }

    /** The VMs whose addresses the text asks for. */
    public static SortedSet<String> named(String text) {
        TreeSet<String> names = new TreeSet<>();
        ADDRESS.matcher(text).results().forEach(match -> names.add(match.group(1)));
        return names;
    }
}
