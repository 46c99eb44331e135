package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Actor;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;
import adfer.port.Codec;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

class SubmitterTest {
    private static final Actor JANE = new Actor("jane", "cli");

    private final Codec codec = new JacksonCodec();
    private final TakesAll log = new TakesAll(codec);
    private final Submitter submitter =
            new Submitter(log, codec, () -> Instant.EPOCH, Duration.ofSeconds(10));

    @AfterEach
    void close() {
        submitter.close();
    }

    @Test
    void everyCommandIsAnsweredAndKeepsItsPlace() {
        submit(500, 10);
        assertThat(log.entries().stream().map(Entry::request))
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(number -> "r-" + number).toList());
    }

    @Test
    void largeCommandsDoNotShareAnEntryThatWouldBeTooLarge() {
        submit(20, Submitter.MOST_BYTES / 4);
        assertThat(log.commands()).isEqualTo(20);
        assertThat(log.taken)
                .allMatch(entry -> entry.length <= Submitter.MOST_BYTES + 100)
                .hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void aCommandThatIsTooLargeToShareGoesAlone() {
        submit(3, Submitter.MOST_BYTES + 1);
        assertThat(log.taken).hasSize(3);
    }

    private void submit(int count, int size) {
        List<CompletableFuture<Reply>> replies =
                IntStream.range(0, count)
                        .mapToObj(
                                number -> submitter.submit(JANE, "r-" + number, "", command(size)))
                        .toList();
        assertThat(replies)
                .allSatisfy(reply -> assertThat(reply.join()).isInstanceOf(Reply.Accepted.class));
    }

    private static Command command(int size) {
        return new Command.JudgeSite(
                new SiteVerdict(
                        new SiteId("a"),
                        SiteVerdict.Status.HEALTHY,
                        SiteVerdict.Diagnosis.ALL_WELL,
                        "x".repeat(size),
                        Instant.EPOCH));
    }
}
