package adfer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.HostId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class ExperienceTest {
    private static final TaskId WEB = new TaskId("web/web-1");
    private static final TaskAction START =
            new TaskAction.StartVm(new VmId("1"), "web-1", new HostId("x"), List.of());
    private static final TaskAction WAIT =
            new TaskAction.Wait(Optional.of(Duration.ofSeconds(1)), "breathe");

    private static Experience.Did did(TaskAction action, int seconds) {
        return new Experience.Did(WEB, action, Duration.ofSeconds(seconds));
    }

    @Test
    void aTaskTakesWhatItTookInTheMiddleRun() {
        Experience experience =
                Experience.of(Stream.of(did(START, 9), did(START, 2), did(START, 4)));
        assertThat(experience.of(WEB, START))
                .contains(
                        new Experience.Shown(
                                "StartVm", Duration.ofSeconds(2), Duration.ofSeconds(4)));
    }

    @Test
    void ofTwoTheLongerIsUsual() {
        Experience experience = Experience.of(Stream.of(did(START, 2), did(START, 4)));
        assertThat(experience.of(WEB, START).map(Experience.Shown::usual))
                .contains(Duration.ofSeconds(4));
    }

    @Test
    void whatANameMeantBeforeItsLastRunIsForgotten() {
        Experience experience = Experience.of(Stream.of(did(START, 3), did(WAIT, 100)));
        assertThat(experience.of(WEB, START).map(Experience.Shown::usual))
                .contains(Duration.ofSeconds(3));
        assertThat(experience.of(WEB, WAIT)).isEmpty();
    }
}
