package adfer.adapter.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.kernel.Ed25519;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

class KeyFileTest {
    @TempDir Path folder;

    @Test
    void aKeyIsMadeOnceAndKeptFromOthers() throws IOException {
        Path file = folder.resolve("data").resolve("audit.key");
        KeyFile made = KeyFile.open(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.open(file).key()).isEqualTo(made.key());
        assertThat(Ed25519.key(made.key())).isTrue();
        assertThat(Ed25519.verifies(made.key(), "text", KeyFile.open(file).sign("text"))).isTrue();
        assertThat(Ed25519.verifies(made.key(), "other", made.sign("text"))).isFalse();
        assertThat(KeyFile.open(folder.resolve("other")).key()).isNotEqualTo(made.key());
    }

    @Test
    void aFileThatOthersCanReadIsClosed() throws IOException {
        Path file = folder.resolve("audit.key");
        KeyFile.open(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        KeyFile.open(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsNoKeyPairIsRefusedInASentenceThatDoesNotShowIt() throws IOException {
        Path file = folder.resolve("audit.key");
        KeyFile.open(file);
        List<String> lines = Files.readAllLines(file);
        KeyFile.open(folder.resolve("other"));
        String foreign = Files.readAllLines(folder.resolve("other")).getLast();
        for (List<String> bad :
                List.of(
                        List.<String>of(),
                        List.of(lines.getFirst()),
                        List.of(lines.getFirst(), foreign),
                        List.of("no key", lines.getLast()))) {
            Files.write(file, bad);
            assertThatThrownBy(() -> KeyFile.open(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not hold the key pair")
                    .hasMessageNotContaining(lines.getFirst());
        }
    }

    @Test
    void aKeyHasOneWayToBeWritten() {
        KeyFile made = KeyFile.open(folder.resolve("audit.key"));
        String signature = made.sign("text");
        char[] spare = signature.toCharArray();
        // The last digit before "==" has four bits that mean nothing.
        spare[85] = spare[85] == 'A' ? 'B' : (char) (spare[85] + 1);
        assertThat(Ed25519.verifies(made.key(), "text", new String(spare))).isFalse();
        assertThat(Ed25519.verifies(made.key(), "text", signature + "\n")).isFalse();
        assertThat(Ed25519.verifies("", "text", signature)).isFalse();
        assertThat(Ed25519.verifies(made.key(), "text", "")).isFalse();
        assertThat(Ed25519.fingerprint(made.key())).matches("SHA256:[A-Za-z0-9+/]{43}");
    }
}
