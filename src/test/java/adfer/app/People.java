package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** People who can be called by a webhook and by mail, over real sockets. */
final class People implements AutoCloseable {
    private final HttpServer hook;
    private final GreenMail post =
            new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final List<String> posted = new CopyOnWriteArrayList<>();

    People() throws IOException {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext(
                "/",
                exchange -> {
                    posted.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        hook.start();
        post.start();
    }

    String configuration() {
        return """
        notify:
          webhooks: { oncall: { url: "http://127.0.0.1:%d/" } }
          mails: { shift: { server: "127.0.0.1:%d", tls: none, from: adfer@example.org, to: [shift@example.org] } }
        """
                .formatted(hook.getAddress().getPort(), post.getSmtp().getPort());
    }

    /** Each of these was told once, and in both ways. */
    void were(String what, String... told) {
        for (String sentence : told) {
            await(what + " about " + sentence)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> count(posted, sentence) > 0 && count(mails(), sentence) > 0);
            assertThat(count(posted, sentence)).as(sentence + " in " + posted).isEqualTo(1);
        }
    }

    private static long count(List<String> texts, String sentence) {
        return texts.stream().filter(text -> text.contains(sentence)).count();
    }

    private List<String> mails() {
        return Arrays.stream(post.getReceivedMessages()).map(People::text).toList();
    }

    private static String text(MimeMessage mail) {
        try {
            return String.valueOf(mail.getContent());
        } catch (IOException | MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hook.stop(0);
        post.stop();
    }
}
