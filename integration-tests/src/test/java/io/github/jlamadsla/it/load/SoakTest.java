package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.it.e2e.ModelShape;
import io.github.jlamadsla.it.e2e.RandomModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A minute of mixed load, ten with the system property {@code jlamadsla.thorough}: what the process holds between
 * rounds of it does not grow.
 */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class SoakTest {
    private static final Duration IN_CI = Duration.ofMinutes(1);
    private static final Duration THOROUGH = Duration.ofMinutes(10);
    /** Beyond the time of the load: start of the JVM, end of what is open. */
    private static final Duration REST = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void memoryThreadsAndFilesStayAsTheyAre() {
        Duration time = Boolean.getBoolean("jlamadsla.thorough") ? THOROUGH : IN_CI;
        Path model = RandomModel.make(directory, ModelShape.TINY, 1);
        List<String> flags = new ArrayList<>(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        flags.addAll(Soak.FLAGS);
        List<SoakSample> samples = new ArrayList<>();
        String ending = new ChildJvm(List.of(), flags, time.plus(REST), directory.resolve("soak.log")).run(Soak.class,
                List.of(model.toString(), String.valueOf(time.toSeconds())), line -> {
                    if (line.startsWith(Soak.MARK)) {
                        samples.add(SoakSample.parse(line.substring(Soak.MARK.length())));
                    }
                });

        assertThat(ending).isEmpty();
        assertThat(directory.resolve("soak.log")).content().doesNotContain("ERROR");
        SoakSample first = SoakSample.halves(samples).getFirst();
        SoakSample second = SoakSample.halves(samples).getLast();
        System.out.printf("soak of %d s, %d samples; medians of the halves:%n%s%n%s%n", time.toSeconds(),
                samples.size(), first, second);
        assertThat(samples).allSatisfy(sample -> assertThat(sample.sequences()).isZero());
        assertThat(second.requests()).isGreaterThan(first.requests() + 10 * time.toSeconds() / 2);
        SoakSample tolerance = SoakSample.TOLERANCE;
        assertThat(second.heap()).isLessThanOrEqualTo(first.heap() + tolerance.heap());
        assertThat(second.resident()).isLessThanOrEqualTo(first.resident() + tolerance.resident());
        assertThat(second.threads()).isLessThanOrEqualTo(first.threads() + tolerance.threads());
        assertThat(second.files()).isLessThanOrEqualTo(first.files() + tolerance.files());
    }

    @Test
    void theFirstQuarterDoesNotCount() {
        List<SoakSample> samples = new ArrayList<>();
        for (long i = 0; i < 8; i++) {
            samples.add(new SoakSample(i, i < 2 ? 1_000 : 10 * i, 0, 3, 2, 1));
        }
        assertThat(SoakSample.halves(samples)).containsExactly(new SoakSample(3, 30, 0, 3, 2, 1),
                new SoakSample(6, 60, 0, 3, 2, 1));
        assertThat(SoakSample.parse(samples.getLast().line())).isEqualTo(samples.getLast());
        assertThatThrownBy(() -> SoakSample.halves(samples.subList(0, 7)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("7 samples");
    }

    @Test
    void aSampleIsOfThisProcess() {
        SoakSample sample = SoakSample.now(5, 7);

        assertThat(sample.requests()).isEqualTo(5);
        assertThat(sample.sequences()).isEqualTo(7);
        assertThat(sample.resident()).isGreaterThan(sample.heap());
        assertThat(sample.threads()).isPositive();
        assertThat(sample.files()).isPositive();
    }
}
