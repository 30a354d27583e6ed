package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.it.ThoroughFigures;
import io.github.jlamadsla.it.e2e.RandomModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

/**
 * A minute at saturation, an hour with the system property {@code jlamadsla.thorough}: adaptive mode, a small budget,
 * chats that go on, cancelled and slow ones. Callers and engine count the same requests and none is lost or ends twice,
 * answers are those given alone at the same level history, as many bytes are allocated as are counted, never more than
 * may be, and what the process holds between rounds does not grow.
 */
@Timeout(value = 65, unit = TimeUnit.MINUTES)
class ServeSoakTest {
    private static final Duration IN_CI = Duration.ofMinutes(1);
    private static final Duration THOROUGH = Duration.ofHours(1);
    /** Beyond the time of the load: start of the JVM, end of what is open. */
    private static final Duration REST = Duration.ofSeconds(60);
    /** In the hour one step in so many is followed by a look at what the JVM has allocated, in the minute each. */
    private static final int STEPS = 16;
    /** Percent; what was asked for the first time and what was raised where none was before takes time to find out. */
    private static final int COMPARED_IN_CI = 50;
    private static final int COMPARED_IN_AN_HOUR = 90;

    @TempDir
    Path directory;

    @Test
    void aSaturatedServerLosesNothingAndHoldsNoMore() {
        boolean thorough = Boolean.getBoolean("jlamadsla.thorough");
        Duration time = thorough ? THOROUGH : IN_CI;
        List<SoakSample> samples = new ArrayList<>();
        String done = soak(time, thorough ? STEPS : 1, samples);

        SoakSample first = SoakSample.halves(samples).getFirst();
        SoakSample second = SoakSample.halves(samples).getLast();
        System.out.printf("saturated for %d s: %s%n%d samples; medians of the halves:%n%s%n%s%n", time.toSeconds(),
                done,
                samples.size(), first, second);
        for (String each : done.split(", ")) {
            String[] words = each.split(" ", 2);
            System.out.println(ThoroughFigures.DETAIL + words[1] + "=" + words[0]);
        }
        for (String each : List.of("requests", "refused", "too late", "cancelled", "layers raised",
                "tokens from prefixes",
                "prefixes gave way", "comparisons of bytes",
                "answers compared", "compared with raises", "compared that stopped",
                "bytes really allocated at most")) {
            assertThat(number(done, each)).as("%s of: %s", each, done).isPositive();
        }
        long compared = number(done, "answers compared");
        long notCompared = number(done, "answers not compared");
        assertThat(100 * compared / (compared + notCompared))
                .as("percent of answers compared with those given alone: %d compared, %d not", compared, notCompared)
                .isGreaterThanOrEqualTo(thorough ? COMPARED_IN_AN_HOUR : COMPARED_IN_CI);
        assertThat(samples).allSatisfy(sample -> assertThat(sample.sequences()).isZero());
        assertThat(second.requests()).isGreaterThan(first.requests());
        SoakSample tolerance = SoakSample.TOLERANCE;
        assertThat(second.heap()).isLessThanOrEqualTo(first.heap() + tolerance.heap());
        assertThat(second.resident()).isLessThanOrEqualTo(first.resident() + tolerance.resident());
        assertThat(second.threads()).isLessThanOrEqualTo(first.threads() + tolerance.threads());
        assertThat(second.files()).isLessThanOrEqualTo(first.files() + tolerance.files());
    }

    /** @return what was done, in numbers */
    private String soak(Duration time, int steps, List<SoakSample> samples) {
        Path model = RandomModel.makeTiny(directory, 1);
        List<String> flags = new ArrayList<>(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        flags.addAll(Soak.FLAGS);
        flags.add(NativeMemory.FLAG);
        AtomicReference<String> done = new AtomicReference<>("");
        String ending = new ChildJvm(List.of(), flags, time.plus(REST), directory.resolve("soak.log")).run(
                ServeSoak.class,
                List.of(model.toString(), String.valueOf(time.toSeconds()), String.valueOf(steps)), line -> {
                    if (line.startsWith(Soak.MARK)) {
                        samples.add(SoakSample.parse(line.substring(Soak.MARK.length())));
                    } else if (line.startsWith(ServeSoak.DONE)) {
                        done.set(line.substring(ServeSoak.DONE.length()));
                    }
                });
        assertThat(ending).as(() -> "what is wrong is said in: " + contentOf(directory.resolve("soak.log").toFile()))
                .isEmpty();
        assertThat(directory.resolve("soak.log")).content().doesNotContain("ERROR");
        return done.get();
    }

    /** The number before some words in a list of such. */
    private static long number(String list, String words) {
        return Arrays.stream(list.split(", ")).map(each -> each.split(" ", 2)).filter(each -> each[1].equals(words))
                .mapToLong(each -> Long.parseLong(each[0])).findFirst()
                .orElseThrow(() -> new AssertionError("no " + words + " in: " + list));
    }
}
