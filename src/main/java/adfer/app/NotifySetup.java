package adfer.app;

import adfer.adapter.json.Mappers;
import adfer.adapter.mail.Mail;
import adfer.adapter.webhook.Webhook;
import adfer.app.AdferConfiguration.MailSettings;
import adfer.app.AdferConfiguration.NotifySettings;
import adfer.app.AdferConfiguration.WebhookSettings;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Notifier;
import adfer.port.Secrets;

import com.fasterxml.jackson.core.JsonProcessingException;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

/** Makes the ways in which people are called from the configuration. */
final class NotifySetup {
    private static final String ADDRESS = "[!-~&&[^@<>]]+@[!-~&&[^@<>]]+";

    private final Secrets secrets;
    private final Duration timeout;
    private final SSLContext tls;

    private NotifySetup(Secrets secrets, Duration timeout, SSLContext tls) {
        this.secrets = secrets;
        this.timeout = timeout;
        this.tls = tls;
    }

    /** What a webhook is sent; {@code text} is for services that show nothing else. */
    record Posted(String cluster, String id, String text, List<String> sentences, Instant at) {}

    /**
     * @throws IllegalArgumentException with one sentence when they make no sense
     */
    static List<Notifier> of(NotifySettings given, Secrets secrets) {
        NotifySetup setup =
                new NotifySetup(
                        secrets,
                        given.timeout.toJavaDuration(),
                        ElsewhereSetup.trust("notify.", given.authority));
        List<Notifier> ways = new ArrayList<>();
        given.webhooks.forEach((name, hook) -> ways.add(setup.webhook("webhooks." + name, hook)));
        given.mails.forEach((name, mail) -> ways.add(setup.mail("mails." + name, mail)));
        return ways;
    }

    private Notifier webhook(String name, WebhookSettings hook) {
        String place = "notify." + name;
        return new Webhook(
                name,
                address(place + ".url", hook.url),
                hook.token.isEmpty()
                        ? Optional.empty()
                        : Optional.of(secret(place + ".token", hook.token)),
                secrets,
                timeout,
                tls,
                NotifySetup::json);
    }

    /** Many services put the secret into the address; then it is referred to as a whole. */
    private Supplier<Result<URI>> address(String place, String given) {
        Supplier<Result<URI>> address =
                SecretRef.refers(given)
                        ? referred(place, secret(place, given))
                        : () -> address(place, new Secret(given));
        if (address.get() instanceof Result.Refused<URI>(var problems)) {
            throw new IllegalArgumentException(problems.getFirst().sentence());
        }
        return address;
    }

    private Supplier<Result<URI>> referred(String place, SecretRef reference) {
        return () -> secrets.find(reference).then(text -> address(place, text));
    }

    private static Result<URI> address(String place, Secret text) {
        try {
            URI address = URI.create(text.reveal().strip());
            String host = Optional.ofNullable(address.getHost()).orElse("");
            boolean safe =
                    "https".equals(address.getScheme())
                            || ("http".equals(address.getScheme()) && Loopback.is(host));
            if (safe && !host.isEmpty() && address.getUserInfo() == null) {
                return Result.ok(address);
            }
        } catch (IllegalArgumentException e) {
            return Result.refused("no-address", place + ": it is no address.");
        }
        return Result.refused(
                "no-address",
                place
                        + ": give an https address without a password in it, such as"
                        + " https://pager.example.org/hook; http is for this machine alone.");
    }

    private static String json(Notifier.Notice notice) {
        try {
            return Mappers.json()
                    .writeValueAsString(
                            new Posted(
                                    notice.cluster(),
                                    notice.id(),
                                    "Adfer "
                                            + notice.cluster()
                                            + ": "
                                            + String.join("\n", notice.sentences()),
                                    notice.sentences(),
                                    notice.at()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Notifier mail(String name, MailSettings mail) {
        String place = "notify." + name;
        Sense.address(place + ".server", mail.server);
        mail.to.forEach(one -> checkMail(place + ".to", one));
        checkMail(place + ".from", mail.from);
        if (mail.user.isEmpty() != mail.password.isEmpty()) {
            throw new IllegalArgumentException(place + ": give user and password, or neither.");
        }
        Mail.Tls way = Mail.Tls.valueOf(mail.tls.name().toUpperCase(Locale.ROOT));
        int colon = mail.server.lastIndexOf(':');
        String host = mail.server.substring(0, colon);
        if (way == Mail.Tls.NONE && !mail.user.isEmpty() && !Loopback.is(host)) {
            throw new IllegalArgumentException(
                    place + ".tls: a password is sent only over starttls or implicit TLS.");
        }
        return new Mail(
                name,
                new Mail.Server(
                        host,
                        Integer.parseInt(mail.server.substring(colon + 1)),
                        way,
                        login(place, mail)),
                mail.from,
                mail.to,
                secrets,
                timeout,
                tls);
    }

    private Optional<Mail.Login> login(String place, MailSettings mail) {
        return mail.user.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Mail.Login(mail.user, secret(place + ".password", mail.password)));
    }

    private static void checkMail(String place, String address) {
        if (!address.matches(ADDRESS)) {
            throw new IllegalArgumentException(
                    place + ": '" + address + "' is no address such as shift@example.org.");
        }
    }

    /** It has to be there when the node starts: nobody looks for it in the night. */
    private SecretRef secret(String place, String reference) {
        SecretRef found = ElsewhereSetup.secret(place, reference);
        if (secrets.find(found) instanceof Result.Refused<Secret>(var problems)) {
            throw new IllegalArgumentException(place + ": " + problems.getFirst().sentence());
        }
        return found;
    }
}
