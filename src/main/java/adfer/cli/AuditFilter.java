package adfer.cli;

import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Which entries of the audit trail a command is about. */
final class AuditFilter {
    @Option(names = "--actor", description = "Only what this person or node asked for.")
    String actor = "";

    @Option(names = "--action", description = "Only this command, such as StartRun or Attest.")
    String action = "";

    @Option(names = "--subject", description = "Only about this run, site, runbook or node.")
    String subject = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Not before a time such as 2026-03-01T02:00:00Z, or a day of UTC.")
    String from = "";

    @Option(names = "--to", paramLabel = "TIME", description = "Before a time; a day is included.")
    String to = "";

    @Option(names = "--outcome", description = "Only accepted or only refused.")
    String outcome = "";

    /** The address of what is found. */
    String path(String resource, String text, Map<String, String> more) {
        Map<String, String> query = new LinkedHashMap<>(more);
        query.put("q", text);
        query.put("actor", actor);
        query.put("action", action);
        query.put("subject", subject);
        query.put("from", from);
        query.put("to", to);
        query.put("outcome", outcome);
        return resource
                + query.entrySet().stream()
                        .filter(pair -> !pair.getValue().isEmpty())
                        .map(pair -> pair.getKey() + "=" + Client.encode(pair.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }
}
