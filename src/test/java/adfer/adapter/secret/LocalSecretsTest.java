package adfer.adapter.secret;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

class LocalSecretsTest {
    @TempDir Path folder;

    @Test
    void variableIsFoundInTheEnvironment() {
        assertThat(found(Map.of("DB", "hunter22"), "env:DB")).isEqualTo("hunter22");
        assertThat(refused(Map.of(), "env:DB")).isEqualTo("env:DB is not set.");
        assertThat(refused(Map.of("DB", ""), "env:DB")).isEqualTo("env:DB is empty.");
    }

    @Test
    void fileIsReadAnewAndWithoutItsLastLineBreak() throws IOException {
        String reference = "file:" + file("db", " hunter 22 \n", "rw-r-----");
        assertThat(found(Map.of(), reference)).isEqualTo(" hunter 22 ");
        Files.writeString(folder.resolve("db"), "two\nlines");
        assertThat(found(Map.of(), reference)).isEqualTo("two\nlines");
    }

    @Test
    void fileThatEverybodyMayReadOrWriteIsRefused() throws IOException {
        for (String permissions : new String[] {"rw-r--r--", "rw--w--w-"}) {
            assertThat(refused(Map.of(), "file:" + file("db", "hunter22", permissions)))
                    .startsWith("file:" + folder.resolve("db") + " is open to everybody")
                    .contains(permissions, "chmod o=");
        }
    }

    @Test
    void fileThatIsNoneIsRefusedInOneSentence() throws IOException {
        assertThat(refused(Map.of(), "file:" + folder)).endsWith(" is no file.");
        assertThat(refused(Map.of(), "file:" + folder.resolve("none")))
                .endsWith("/none does not exist.");
        assertThat(refused(Map.of(), "file:" + file("nothing", "\n", "rw-------")))
                .endsWith(" is empty.");
        Files.write(folder.resolve("nothing"), new byte[] {(byte) 0xff, 'h'});
        assertThat(refused(Map.of(), "file:" + folder.resolve("nothing")))
                .endsWith(" is no text in UTF-8.");
        Files.writeString(folder.resolve("nothing"), "hunter\0002");
        assertThat(refused(Map.of(), "file:" + folder.resolve("nothing")))
                .endsWith(" has a NUL character in it.");
        assertThat(refused(Map.of(), "file:" + file("much", "x".repeat(65_537), "rw-------")))
                .endsWith(" has more than 65536 bytes.");
    }

    @Test
    void credentialIsFoundWhereSystemdPutsIt() throws IOException {
        file("db", "hunter22\n", "r--r--r--");
        Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", folder.toString());
        assertThat(found(environment, "credential:db")).isEqualTo("hunter22");
        assertThat(refused(environment, "credential:other"))
                .isEqualTo("credential:other does not exist.");
        assertThat(refused(Map.of(), "credential:db")).contains("LoadCredential=");
    }

    @Test
    void whatWasFoundDoesNotShowItself() {
        Secret secret = new Secret("hunter22");
        assertThat("It is " + secret).isEqualTo("It is ***");
        assertThat(Result.ok(secret).toString()).doesNotContain("hunter22");
    }

    private Path file(String name, String content, String permissions) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static String found(Map<String, String> environment, String reference) {
        return switch (new LocalSecrets(environment).find(SecretRef.of(reference))) {
            case Result.Ok<Secret>(var secret) -> secret.reveal();
            case Result.Refused<Secret>(var problems) -> problems.toString();
        };
    }

    private static String refused(Map<String, String> environment, String reference) {
        return switch (new LocalSecrets(environment).find(SecretRef.of(reference))) {
            case Result.Ok<Secret> _ -> "found";
            case Result.Refused<Secret>(var problems) -> problems.getFirst().sentence();
        };
    }
}
