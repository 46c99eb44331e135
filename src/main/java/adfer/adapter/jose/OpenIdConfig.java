package adfer.adapter.jose;

import adfer.access.GroupGrants;
import adfer.kernel.SecretRef;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * Which OpenID Connect provider to ask, and what to make of its answers.
 *
 * @param title what people call it
 * @param clientId what it knows Adfer by
 * @param clientSecret none for a public client
 * @param audience whom tokens for the API have to be made for; empty where none are taken
 * @param nameClaim what holds a person's name; it has to be one that nobody can change or reuse
 * @param groupsClaim what holds the groups
 * @param timeout for each question
 * @param keysLast how long the provider's keys are believed when it can't be asked any more
 * @param kept the file for its keys and addresses
 * @param tls whose certificates to believe
 */
public record OpenIdConfig(
        String title,
        URI issuer,
        String clientId,
        Optional<SecretRef> clientSecret,
        Optional<String> audience,
        String nameClaim,
        String groupsClaim,
        List<String> scopes,
        GroupGrants grants,
        Duration timeout,
        Duration keysLast,
        Path kept,
        SSLContext tls) {
    public OpenIdConfig {
        scopes = List.copyOf(scopes);
    }
}
