package adfer.runbook;

import java.time.Duration;

/**
 * Something to observe until it holds.
 *
 * @param probe what is asked
 * @param within how long it may take to hold
 * @param every the pause between two askings
 */
public record Check(ProbeSpec probe, Duration within, Duration every) {}
