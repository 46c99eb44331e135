package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.json.Mappers;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** What a command of {@code adfer} printed, and how it ended. */
record Said(int code, String out, String err) {
    JsonNode json() throws IOException {
        assertThat(out).isNotBlank();
        return Mappers.json().readTree(out);
    }

    /** The same with this line on standard input. */
    static Said typing(String line, Supplier<Said> command) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            return command.get();
        } finally {
            System.setIn(before);
        }
    }

    static Said by(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code =
                    Main.commandLine()
                            .setErr(new PrintWriter(err, true))
                            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                            .execute(arguments);
            return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }
}
