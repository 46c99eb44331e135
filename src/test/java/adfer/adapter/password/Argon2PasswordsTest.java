package adfer.adapter.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2PasswordsTest {
    private final Argon2Passwords passwords = new Argon2Passwords();

    @Test
    void hashBearsItsParametersAndASaltOfItsOwn() {
        String hash = passwords.hash("correct horse");
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("horse");
        assertThat(passwords.hash("correct horse")).isNotEqualTo(hash);
    }

    @Test
    void onlyThePasswordMatches() {
        String hash = passwords.hash("correct horse");
        assertThat(passwords.matches("correct horse", hash)).isTrue();
        assertThat(passwords.matches("correct Horse", hash)).isFalse();
        assertThat(passwords.matches("", hash)).isFalse();
        assertThat(passwords.matches(hash, hash)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "plain text",
                "$argon2id$v=19$m=19456,t=2,p=1$",
                "$argon2id$v=19$m=19456,t=2,p=1$!!!$!!!",
                "$argon2id$v=19$m=x,t=2,p=1$c2FsdHNhbHQ$aGFzaA",
                "$2a$10$abcdefghijklmnopqrstuv"
            })
    void garbledHashIsOfNoPassword(String hash) {
        assertThat(passwords.matches("correct horse", hash)).isFalse();
    }
}
