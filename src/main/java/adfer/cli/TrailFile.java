package adfer.cli;

import adfer.adapter.json.Mappers;
import adfer.audit.Line;
import adfer.audit.Trust;
import adfer.audit.Verdict;
import adfer.audit.Verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An exported trail in a file, read line by line and to the byte. */
final class TrailFile {
    /** Longer than any entry of the log. */
    private static final int LONGEST_LINE = 1 << 25;

    private TrailFile() {}

    static Verdict verify(InputStream file, Trust trust) throws IOException {
        ObjectReader reader =
                Mappers.json()
                        .readerFor(Line.class)
                        .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
        Verifier verifier = new Verifier(trust);
        InputStream in = new BufferedInputStream(file, 1 << 16);
        byte[] line = line(in);
        while (line.length > 0) {
            verifier.next(line, parse(reader, line));
            line = line(in);
        }
        return verifier.verdict();
    }

    private static Optional<Line> parse(ObjectReader reader, byte[] line) throws IOException {
        try {
            return Optional.ofNullable(reader.readValue(line));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** With its line break; empty at the end of the file. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0) {
            line.write(next);
            if (next == '\n') {
                break;
            }
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line of it is too long for an exported audit trail");
            }
            next = in.read();
        }
        return line.toByteArray();
    }
}
