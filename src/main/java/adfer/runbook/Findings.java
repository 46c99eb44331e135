package adfer.runbook;

import adfer.runbook.Finding.Severity;
import adfer.runbook.Yaml.Place;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The findings of one reading as they come up. */
final class Findings {
    /** More than this many help nobody. */
    static final int MAX = 200;

    private final List<Finding> findings = new ArrayList<>();

    void error(Place place, String code, String sentence, String suggestion) {
        add(Severity.ERROR, place, code, sentence, suggestion);
    }

    void warning(Place place, String code, String sentence, String suggestion) {
        add(Severity.WARNING, place, code, sentence, suggestion);
    }

    private void add(
            Severity severity, Place place, String code, String sentence, String suggestion) {
        Finding finding =
                new Finding(severity, code, place.line(), place.column(), sentence, suggestion);
        if (findings.size() < MAX || severity == Severity.ERROR) {
            findings.add(finding);
        }
    }

    boolean errors() {
        return findings.stream().anyMatch(Finding::error);
    }

    /** In the order of the text, each once, at most {@value #MAX}. */
    List<Finding> sorted() {
        return findings.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column))
                .limit(MAX)
                .toList();
    }
}
