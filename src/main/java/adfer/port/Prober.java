package adfer.port;

import adfer.runbook.ProbeSpec;

import java.time.Duration;

/** Asks a running service one question, once. Serves run steps and health checks alike. */
public interface Prober {
    /**
     * @param spec with addresses instead of names; never {@link ProbeSpec.Script}
     * @param timeout greater than zero; the answer comes by then
     */
    Answer ask(ProbeSpec spec, Duration timeout);

    /**
     * @param yes true when the service answered as it should
     * @param sentence what was seen, in one plain sentence
     * @param took how long it took
     */
    record Answer(boolean yes, String sentence, Duration took) {}
}
