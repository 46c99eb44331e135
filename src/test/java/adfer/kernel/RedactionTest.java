package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class RedactionTest {
    private static final String SECRET = "hunter 22/\"it's\"+ü";

    private static Redaction of(String... secrets) {
        return Redaction.of(Arrays.stream(secrets).map(Secret::new).toList());
    }

    @Test
    void everySecretIsReplacedAndTheRestStays() {
        assertThat(of("hunter22", "s3cret").hide("a hunter22, s3cret and hunter21"))
                .isEqualTo("a ***, *** and hunter21");
        assertThat(of("hunter22").hide("hunters hunt 22")).isEqualTo("hunters hunt 22");
        assertThat(Redaction.NONE.hide("as it is")).isEqualTo("as it is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "xy", "user:", "a long beginning "})
    void encodedSecretIsReplacedWhateverStandsAroundIt(String before) {
        byte[] bytes = (before + SECRET + "\n and more").getBytes(StandardCharsets.UTF_8);
        String core = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            String printed = encoder.encodeToString(bytes);
            String shown = of(SECRET).hide(printed);
            assertThat(shown).contains("***").hasSizeLessThan(printed.length() - core.length() + 8);
        }
        assertHidden(before + URLEncoder.encode(SECRET, StandardCharsets.UTF_8));
        assertHidden(
                before + URLEncoder.encode(SECRET, StandardCharsets.UTF_8).replace("+", "%20"));
        assertHidden(before + HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)));
        assertHidden(before + "hunter 22/\\\"it's\\\"+ü");
        assertHidden(before + "hunter 22/\"it'\\''s\"+ü");
    }

    private static void assertHidden(String printed) {
        assertThat(of(SECRET).hide(printed)).endsWith("***").doesNotContain("22", "3232");
    }

    @Test
    void longLinesOfASecretAreReplacedByThemselves() {
        assertThat(of("-----BEGIN KEY-----\nMIIEvQ9abc\n-----END KEY-----").hide("  MIIEvQ9abc\r"))
                .isEqualTo("  ***\r");
    }

    @Test
    void overlappingSecretsAreReplacedAsOne() {
        assertThat(of("abcx", "xyz").hide("-abcxyz-")).isEqualTo("-***-");
        assertThat(of("abc", "abcdef").hide("abcdef abcde")).isEqualTo("*** ***");
        assertThat(of("aa").hide("aaaaa.")).isEqualTo("***.");
    }

    @Test
    void textInPiecesLosesNoMoreAndNoLessThanTheWhole() {
        Random random = new Random(4711);
        Redaction redaction = of("abab", "bcba", "ccc", "hunter22");
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(random.nextInt(12) == 0 ? "hunter22" : "abc".charAt(random.nextInt(3)));
            }
            StringBuilder shown = new StringBuilder();
            Redactor redactor = new Redactor(redaction, shown::append);
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + 1 + random.nextInt(7));
                redactor.accept(text.substring(at, end));
                at = end;
            }
            redactor.finish();
            assertThat(shown).hasToString(redaction.hide(text.toString()));
            assertThat(shown).doesNotContain("abab", "bcba", "ccc", "hunter22");
        }
    }

    @Test
    void whatCannotBeASecretIsPassedOnAtOnce() {
        List<String> passed = new ArrayList<>();
        Redactor redactor = new Redactor(of("hunter22"), passed::add);
        redactor.accept("waiting... ");
        redactor.accept("hun");
        redactor.accept("t\nhunt");
        assertThat(passed).containsExactly("waiting... ", "hunt\n");
        redactor.accept("er22");
        assertThat(passed).endsWith("***");
    }

    @Test
    void secretThatIsCutOffAtTheEndIsReplacedToo() {
        assertThat(of("hunter22").hide("it is hunter2")).isEqualTo("it is ***");
        assertThat(of("hunter22").hide("the hun")).isEqualTo("the hun");
    }
}
