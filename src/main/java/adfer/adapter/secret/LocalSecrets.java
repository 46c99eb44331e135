package adfer.adapter.secret;

import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Secrets;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Secrets of this process and its machine. A file that everybody on the machine may read or write
 * is refused, not merely warned about: a warning is read once, and the file stays as it is. A group
 * may read it, since that is how a service is given what root owns. systemd guards credentials
 * itself.
 */
public final class LocalSecrets implements Secrets {
    private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";
    private static final int LONGEST = 64 * 1024;
    private static final Set<PosixFilePermission> EVERYBODY =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final Map<String, String> environment;

    public LocalSecrets(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Result<Secret> find(SecretRef reference) {
        return switch (reference.source()) {
            case ENV -> variable(reference);
            case FILE -> file(reference, Path.of(reference.name()), true);
            case CREDENTIAL -> credential(reference);
        };
    }

    private Result<Secret> variable(SecretRef reference) {
        @Nullable String value = environment.get(reference.name());
        return value == null ? refused(reference, "is not set") : secret(reference, value);
    }

    private Result<Secret> credential(SecretRef reference) {
        @Nullable String folder = environment.get(CREDENTIALS);
        return folder == null
                ? refused(
                        reference,
                        "can't be had: systemd gave this process no credentials; add"
                                + " LoadCredential= to its unit")
                : file(reference, Path.of(folder).resolve(reference.name()), false);
    }

    private static Result<Secret> file(SecretRef reference, Path path, boolean checked) {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                return refused(reference, "is no file");
            }
            if (checked && path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
                if (permissions.stream().anyMatch(EVERYBODY::contains)) {
                    return refused(
                            reference,
                            "is open to everybody on this machine ("
                                    + PosixFilePermissions.toString(permissions)
                                    + "); run chmod o= on it, and change the secret if others may"
                                    + " have seen it");
                }
            }
            byte[] content;
            try (var in = Files.newInputStream(path)) {
                content = in.readNBytes(LONGEST + 1);
            }
            if (content.length > LONGEST) {
                return refused(reference, "has more than " + LONGEST + " bytes");
            }
            return secret(
                    reference,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (NoSuchFileException e) {
            return refused(reference, "does not exist");
        } catch (CharacterCodingException e) {
            return refused(reference, "is no text in UTF-8");
        } catch (IOException e) {
            return refused(reference, "can't be read by this process");
        }
    }

    /** A line break at the end doesn't count: editors add one. */
    private static Result<Secret> secret(SecretRef reference, String text) {
        String value = text.replaceAll("[\\r\\n]+\\z", "");
        if (value.indexOf('\0') >= 0) {
            return refused(reference, "has a NUL character in it");
        }
        return value.isEmpty() ? refused(reference, "is empty") : Result.ok(new Secret(value));
    }

    private static Result<Secret> refused(SecretRef reference, String what) {
        return Result.refused("secret-unavailable", reference + " " + what + ".");
    }
}
