package adfer.app;

import adfer.app.AccessMatrix.Row;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Makes requests that nobody in his right mind sends; the same ones for the same seed. */
final class Fuzz {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FROB");
    private static final List<String> PIECES =
            List.of(
                    "",
                    "..",
                    "%2e%2e",
                    "%2f",
                    "%00",
                    "%ff%fe",
                    "%",
                    "%zz",
                    ";a=b",
                    "{x}",
                    "~",
                    "a".repeat(3_000),
                    "%F0%9F%92%A5",
                    "-1",
                    "9999999999999999999999",
                    "nobody",
                    "a",
                    "mail",
                    "%3Cscript%3E",
                    "'--");
    private static final List<String> VALUES =
            List.of(
                    "",
                    "null",
                    "true",
                    "-1",
                    "1e400",
                    "99999999999999999999999999999",
                    "\"\"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "[]",
                    "{}",
                    "[[[[[[[[[[",
                    "{\"a\":".repeat(1_500),
                    "[".repeat(5_000),
                    "\"" + "x".repeat(20_000) + "\"",
                    "\u00e9\u0000\ufffe",
                    "\"<script>alert(1)</script>\"",
                    "%",
                    "%zz=%&=&&",
                    "&a=b".repeat(2_000));
    private static final List<String> TYPES =
            List.of(
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "application/xml",
                    "text/plain",
                    "multipart/form-data; boundary=x",
                    "application/json; charset=utf-16",
                    "application/json; charset=none-such",
                    "application/x-www-form-urlencoded; charset=\"",
                    "garbage",
                    "/",
                    "*/*");
    private static final List<String> HEADERS =
            List.of(
                    "Accept: text/html",
                    "Accept: application/json;q=x",
                    "Accept: garbage",
                    "Accept: */*;q=0",
                    "Accept-Encoding: gzip;q=2, \u00ff",
                    "Accept-Language: \u00ff\u00fe",
                    "Content-Encoding: gzip",
                    "Content-Encoding: frob",
                    "Adfer-Origin: cli",
                    "Adfer-Origin: \u00ff",
                    "HX-Request: true",
                    "Idempotency-Key: \u00e4\u00f6",
                    "Idempotency-Key: " + "k".repeat(1_000),
                    "If-Modified-Since: yesterday",
                    "If-None-Match: \"",
                    "Origin: null",
                    "Origin: https://elsewhere.example",
                    "Range: bytes=9-1",
                    "Sec-Fetch-Site: cross-site",
                    "Sec-Fetch-Site: same-origin",
                    "X-Forwarded-For: 1.2.3.4",
                    "X-Forwarded-Proto: https",
                    "X-HTTP-Method-Override: DELETE",
                    "Upgrade: websocket",
                    "Last-Event-ID: x",
                    "X: " + "y".repeat(7_000));

    private final List<Row> rows;
    private final String good;
    private final long seed;

    /**
     * @param good a credential that is taken
     */
    Fuzz(List<Row> rows, String good, long seed) {
        this.rows = rows;
        this.good = good;
        this.seed = seed;
    }

    /**
     * One of them.
     *
     * @param known whether it bears the good credential
     */
    @SuppressWarnings("ArrayRecordComponent") // Sent as it is, and compared with nothing.
    record Case(String method, String path, boolean known, byte[] bytes) {}

    Case make(int number) {
        Random random = new Random(seed * 1_000_003 + number);
        Row row = one(random, rows);
        String method = random.nextInt(8) == 0 ? one(random, METHODS) : row.method();
        String path = path(random, row.path());
        boolean known = random.nextInt(3) == 0;
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: fuzz\r\n");
        credential(random, known, head);
        for (int i = random.nextInt(4); i > 0; i--) {
            head.append(one(random, HEADERS)).append("\r\n");
        }
        byte[] body =
                row.method().equals("GET") && random.nextInt(4) > 0
                        ? new byte[0]
                        : body(random, row.body());
        if (body.length > 0 || random.nextBoolean()) {
            boolean json = row.body().startsWith("{");
            String type = random.nextInt(6) == 0 ? one(random, TYPES) : TYPES.get(json ? 0 : 1);
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return new Case(method, path, known, all.toByteArray());
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static String path(Random random, String path) {
        String changed =
                switch (random.nextInt(8)) {
                    case 0 -> path + "/" + one(random, PIECES);
                    case 1 -> path.replaceFirst("/[^/]*$", "/" + one(random, PIECES));
                    case 2 -> path.replaceFirst("/", "/" + one(random, PIECES) + "/");
                    case 3 -> path.replaceFirst("/", "//");
                    default -> path;
                };
        return random.nextInt(3) > 0
                ? changed
                : changed
                        + "?"
                        + one(random, List.of("q", "limit", "before", "part", "newest", "next"))
                        + "="
                        + one(random, PIECES);
    }

    private void credential(Random random, boolean known, StringBuilder head) {
        if (known) {
            head.append(
                    random.nextBoolean()
                            ? "Authorization: Bearer " + good + "\r\n"
                            : "Cookie: adfer-session=" + good + "\r\n");
            return;
        }
        String shown =
                switch (random.nextInt(9)) {
                    case 0 -> "";
                    case 1 -> changed(random, good);
                    case 2 -> good.substring(0, random.nextInt(good.length()));
                    case 3 -> base64("{\"alg\":\"none\"}") + good.substring(good.indexOf('.'));
                    case 4 ->
                            base64("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"zip\":\"DEF\"}")
                                    + ".e30.";
                    case 5 -> "adfer_" + one(random, PIECES) + "_" + one(random, PIECES);
                    case 6 -> noise(random, 60);
                    case 7 -> "x".repeat(6_000);
                    default -> base64("{\"alg\":") + "." + base64("[".repeat(1_000)) + ".x";
                };
        switch (random.nextInt(4)) {
            case 0 -> head.append("Authorization: Bearer ").append(shown).append("\r\n");
            case 1 -> head.append("Cookie: adfer-session=").append(shown).append("\r\n");
            case 2 ->
                    head.append("Authorization: Basic ")
                            .append(shown)
                            .append("\r\nCookie: a=\"; adfer-session=\"")
                            .append(shown)
                            .append("; $Version=1;;=\r\n");
            default -> {}
        }
    }

    /** Never the same again: the last bits of a signature's last character don't count. */
    private static String changed(Random random, String text) {
        int at = random.nextInt(text.length() - 1);
        char other = text.charAt(at) == 'A' ? 'B' : 'A';
        return text.substring(0, at) + other + text.substring(at + 1);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whatever may stand in a header. */
    private static String noise(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i > 0; i--) {
            text.append((char) (0x21 + random.nextInt(0xdf)));
        }
        return text.toString().replace('\u007f', 'x');
    }

    private static byte[] body(Random random, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(7)) {
            case 0 -> bytes;
            case 1 -> one(random, VALUES).getBytes(StandardCharsets.UTF_8);
            case 2 -> replaced(random, body).getBytes(StandardCharsets.UTF_8);
            case 3 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 4 -> {
                byte[] noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                yield noise;
            }
            default -> {
                for (int i = 0; i < 3 && bytes.length > 0; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                yield bytes;
            }
        };
    }

    /** One value of a JSON object or a form is another. */
    private static String replaced(Random random, String body) {
        String value = java.util.regex.Matcher.quoteReplacement(one(random, VALUES));
        return body.startsWith("{")
                ? body.replaceFirst(":(\"[^\"]*\"|\\[[^\\]]*\\]|\\w+)", ":" + value)
                : body.replaceFirst("=[^&]*", "=" + value);
    }
}
