package adfer.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The links of a Markdown file to other files of Adfer and to headings in them. */
final class Links {
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("]\\(([^()\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*?) *#*$");

    private Links() {}

    /** The links in {@code document} that lead nowhere, each with the document's name. */
    static Stream<String> broken(Path document) {
        String text = CODE.matcher(Sources.read(document)).replaceAll("");
        return LINK.matcher(text)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .filter(link -> !resolves(document, link))
                .map(link -> document + " -> " + link);
    }

    private static boolean resolves(Path document, String link) {
        int hash = link.indexOf('#');
        String name = hash < 0 ? link : link.substring(0, hash);
        Path target = name.isEmpty() ? document : document.resolveSibling(name).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0
                || !target.toString().endsWith(".md")
                || anchors(target).anyMatch(link.substring(hash + 1)::equals);
    }

    private static Stream<String> anchors(Path document) {
        return HEADING.matcher(Sources.read(document)).results().map(Links::anchor);
    }

    /** A heading's anchor as forges make it: lower case, blanks to hyphens, punctuation dropped. */
    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
