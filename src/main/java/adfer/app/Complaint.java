package adfer.app;

import io.dropwizard.configuration.ConfigurationException;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Why a node does not start, in one sentence with its place: Dropwizard and Jackson speak to
 * programmers, in several lines and with the names of classes.
 */
final class Complaint {
    private static final Pattern FILE =
            Pattern.compile("^(.*) has (?:an error|the following errors):");
    private static final Pattern UNKNOWN = Pattern.compile("^Unrecognized field at: (\\S+)");
    private static final Pattern CHOICE =
            Pattern.compile("from String (\".*?\"): not one of the values accepted.*: (\\[.*?])");
    private static final Pattern PROBLEM = Pattern.compile("problem: (.*)$");
    private static final Pattern UNREADABLE =
            Pattern.compile(
                    "^(?:Failed to parse configuration|Incorrect type of value) at: (\\S+); (.*)");
    private static final Pattern TYPE = Pattern.compile("is of type: (\\w+), expected: (.*)$");
    private static final Pattern CLASS =
            Pattern.compile("`?(?:[a-z]\\w*\\.)+(?:[A-Z]\\w*[.$])*(\\w+)`?");
    private static final int MOST_SUGGESTIONS = 3;

    private Complaint() {}

    /**
     * The outermost sentence that says more than that something else went wrong.
     *
     * @param file the configuration that was read
     */
    static String of(Throwable problem, String file) {
        Throwable telling = problem;
        Throwable cause = telling.getCause();
        while (cause != null
                && !(telling instanceof ConfigurationException)
                && (telling.getMessage() == null
                        || telling.getMessage().equals(cause.toString()))) {
            telling = cause;
            cause = telling.getCause();
        }
        if (telling instanceof ConfigurationException wrong) {
            return configuration(wrong);
        }
        String sentence =
                telling.getMessage() == null ? telling.toString() : telling.getMessage().strip();
        return telling instanceof IllegalArgumentException ? file + ": " + sentence : sentence;
    }

    private static String configuration(ConfigurationException wrong) {
        String message = String.valueOf(wrong.getMessage());
        Matcher file = FILE.matcher(message);
        if (!file.find()) {
            return message.strip();
        }
        return wrong.getErrors().stream()
                .distinct()
                .map(error -> file.group(1) + ": " + sentence(error))
                .collect(Collectors.joining("\nadfer: "));
    }

    private static String sentence(String error) {
        String first = error.lines().findFirst().orElse("");
        Matcher unknown = UNKNOWN.matcher(first);
        if (unknown.find()) {
            return "there is no key " + unknown.group(1) + "." + didYouMean(error);
        }
        Matcher unreadable = UNREADABLE.matcher(first);
        if (unreadable.find()) {
            return unreadable.group(1) + ": " + why(unreadable.group(2)) + ".";
        }
        return plain(first).replaceAll("\\[([^\\]]*)]", ".$1") + ".";
    }

    private static String why(String detail) {
        return choice(detail)
                .or(() -> type(detail))
                .or(() -> problem(detail))
                .orElseGet(() -> plain(detail));
    }

    private static Optional<String> choice(String detail) {
        Matcher choice = CHOICE.matcher(detail);
        return choice.find()
                ? Optional.of(choice.group(1) + " is not one of " + choice.group(2))
                : Optional.empty();
    }

    private static Optional<String> type(String detail) {
        Matcher type = TYPE.matcher(detail);
        return type.find()
                ? Optional.of(
                        "expected " + plain(type.group(2)) + ", found " + plain(type.group(1)))
                : Optional.empty();
    }

    private static Optional<String> problem(String detail) {
        Matcher problem = PROBLEM.matcher(detail);
        return problem.find() ? Optional.of(problem.group(1)) : Optional.empty();
    }

    private static String plain(String text) {
        return CLASS.matcher(text).replaceAll("$1");
    }

    private static String didYouMean(String error) {
        List<String> near =
                error.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("- "))
                        .map(line -> line.substring(2))
                        .limit(MOST_SUGGESTIONS)
                        .toList();
        return near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?";
    }
}
