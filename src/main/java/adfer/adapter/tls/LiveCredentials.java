package adfer.adapter.tls;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A certificate, its key and whom it trusts, read anew whenever the files change. Connections that
 * begin then use the new ones, those that are open go on. Files that can't be used change nothing,
 * and are told of in one sentence.
 */
public final class LiveCredentials implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveCredentials.class);
    private static final String FINE = "";

    private final String whose;
    private final CredentialFiles files;
    private final OwnKey key;
    private final PresentTrust trust;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Present present;
    private volatile Optional<String> trouble = Optional.empty();
    private Credentials.Texts seen;
    private String suspicion = FINE;

    private record Present(Credentials credentials, SSLContext context) {}

    private LiveCredentials(String whose, CredentialFiles files) {
        this.whose = whose;
        this.files = files;
        this.seen = Credentials.Texts.of(files);
        Credentials first = Credentials.of(files, seen);
        this.key = new OwnKey(first);
        this.present = new Present(first, first.context(key));
        this.trust = new PresentTrust(() -> present.credentials().trust());
    }

    /**
     * Reads them, and looks at the files from then on.
     *
     * @param whose in a few words, such as "node a1"
     * @throws IllegalArgumentException with one sentence when they can't be used
     */
    public static LiveCredentials open(String whose, CredentialFiles files, Duration every) {
        LiveCredentials live = new LiveCredentials(whose, files);
        Thread.ofVirtual().name("certificates").start(() -> live.watch(every));
        return live;
    }

    private void watch(Duration every) {
        try {
            while (!closing.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the files as they are now, if they are others and can be used. */
    synchronized void look() {
        try {
            Credentials.Texts now = Credentials.Texts.of(files);
            Credentials next = Credentials.of(files, now);
            suspicion = FINE;
            trouble = Optional.empty();
            if (!now.equals(seen)) {
                seen = now;
                take(next);
            }
        } catch (IllegalArgumentException e) {
            doubt(String.valueOf(e.getMessage()));
        }
    }

    /** Files that are just being replaced look wrong once. */
    private void doubt(String sentence) {
        boolean stays = sentence.equals(suspicion);
        suspicion = sentence;
        if (stays && !trouble.equals(Optional.of(sentence))) {
            trouble = Optional.of(sentence);
            log.error(
                    "The new certificate of {} can't be used, and the former one stays: {}",
                    whose,
                    sentence);
        }
    }

    private void take(Credentials next) {
        key.exchange(next);
        present = new Present(next, next.context(key));
        log.info(
                "The certificate of {} was read anew from {}; it is valid until {}.",
                whose,
                files.certificate(),
                next.expires());
        listeners.forEach(Runnable::run);
    }

    /** In a few words. */
    public String whose() {
        return whose;
    }

    public CredentialFiles files() {
        return files;
    }

    /** For one connection; ask for it anew at each. */
    public SSLContext context() {
        return present.context();
    }

    /** Shows the latest certificate at each handshake. */
    public X509ExtendedKeyManager keyManager() {
        return key;
    }

    /** Trusts the latest authorities at each handshake. */
    public X509ExtendedTrustManager trustManager() {
        return trust;
    }

    public Instant expires() {
        return present.credentials().expires();
    }

    /** Why the files as they are now aren't used. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Calls when the context has become another one. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
