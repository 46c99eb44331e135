package adfer.runbook;

import java.util.List;
import java.util.Optional;

/**
 * What came of reading a runbook's text.
 *
 * @param runbook present when there is no error
 * @param findings in the order of the text
 */
public record Reading(Optional<Runbook> runbook, List<Finding> findings) {
    public Reading {
        findings = List.copyOf(findings);
    }
}
