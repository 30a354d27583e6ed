package io.github.jlamadsla.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.DslaForm;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.engine.QueueLimits;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** DESIGN section 4, the table of levels: modes, caps, quality limit. */
class LevelBoundsTest {

    private static DslaConfig dsla(int order, boolean onlyTop, QualityPoint... quality) {
        return new DslaConfig(Path.of("dsla_config.json"), DslaForm.FOLDING,
                new LayerOrder(IntStream.range(0, order).boxed().toList(), onlyTop), "kl", 0, 0, 16, -1, List.of(),
                Map.of(), List.of(quality));
    }

    private static QualityPoint point(int level, double nll2k, double nll8k, Map<Integer, Double> facts) {
        return new QualityPoint(level, nll2k, nll8k, Double.NaN, facts);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1999,1", "2000,2", "3999,2", "4000,3", "7999,3", "8000,4", "100000,4"})
    void thePapersCapsForEightLayers(int length, int expected) {
        assertThat(LengthCaps.PAPER.cap(length, 8)).isEqualTo(expected);
        assertThat(new LevelBounds(LevelMode.lengthClasses(), dsla(6, false), 8).highest(length)).isEqualTo(expected);
    }

    @Test
    void capsAreRoundedDown() {
        assertThat(LengthCaps.PAPER.cap(0, 30)).isEqualTo(3);
        assertThat(LengthCaps.PAPER.cap(2_000, 30)).isEqualTo(7);
        assertThat(LengthCaps.PAPER.cap(0, 7)).isZero();
    }

    @Test
    void theOrdersLengthBounds() {
        assertThat(new LevelBounds(LevelMode.lengthClasses(), dsla(1, false), 8).highest(9_000)).isEqualTo(1);
        LengthCaps whole = new LengthCaps(List.of(new LengthClass(0, 1)));
        assertThat(new LevelBounds(LevelMode.lengthClasses(whole, QualityLimit.DEFAULT), dsla(6, false), 8).highest(5))
                .isEqualTo(6);
    }

    @Test
    void onlyTheTopOfACheckpointWithoutSoftmaxWeights() {
        assertThat(new LevelBounds(LevelMode.lengthClasses(), dsla(5, true), 8).highest(1)).isEqualTo(5);
        assertThatThrownBy(() -> new LevelBounds(LevelMode.fixed(4), dsla(5, true), 8))
                .hasMessage("level is 4; allowed: 5 alone");
    }

    @Test
    void aFixedLevelKnowsNoCapAndNoLimit() {
        DslaConfig bad = dsla(6, false, point(0, 3, 3, Map.of()), point(6, 9, 9, Map.of()));
        assertThat(new LevelBounds(LevelMode.fixed(6), bad, 8).highest(10)).isEqualTo(6);
        assertThatThrownBy(() -> new LevelBounds(LevelMode.fixed(7), bad, 8)).hasMessage("level is 7; allowed: 0 to 6");
    }

    @Test
    void qualityStopsBeforeTheFirstMeasuredLevelThatFails() {
        // Level 6 passes again, but it is behind one that fails.
        List<QualityPoint> quality = List.of(point(0, 3, 3, Map.of()), point(2, 3.01, 3.01, Map.of()),
                point(4, 3.01, 3.03, Map.of()), point(6, 3, 3, Map.of()));
        assertThat(QualityLimit.DEFAULT.level(quality, 100, 6)).isEqualTo(3);
        assertThat(new QualityLimit(.1, 1).level(quality, 100, 6)).isEqualTo(6);
        assertThat(new QualityLimit(.001, 1).level(quality, 100, 6)).isEqualTo(1);
    }

    @Test
    void aLevelBeyondTheLastMeasuredOneFails() {
        assertThat(QualityLimit.DEFAULT.level(List.of(point(0, 3, 3, Map.of()), point(4, 3, 3, Map.of())), 1, 6))
                .isEqualTo(4);
        assertThat(QualityLimit.DEFAULT.level(List.of(point(0, 3, 3, Map.of())), 1, 6)).isZero();
    }

    @Test
    void withoutMeasurementsThereIsNoLimit() {
        assertThat(QualityLimit.DEFAULT.level(List.of(), 1, 6)).isEqualTo(6);
        assertThat(QualityLimit.measured(List.of())).isFalse();
        assertThat(QualityLimit.measured(List.of(point(0, 3, 3, Map.of())))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"100,2", "512,2", "513,4", "2048,4", "99999,4"})
    void hiddenFactsAtTheSmallestMeasuredLengthAtOrAboveTheRequests(int length, int expected) {
        List<QualityPoint> quality = List.of(point(0, 3, 3, Map.of(512, .9, 2_048, .9)),
                point(2, 3, 3, Map.of(512, .89, 2_048, .89)), point(3, 3, 3, Map.of(512, .5, 2_048, .89)),
                point(4, 3, 3, Map.of(512, .5, 2_048, .89)));
        assertThat(new QualityLimit(1, .02).level(quality, length, 6)).isEqualTo(expected);
    }

    /** Lengths near the borders of classes and measured lengths are frequent. */
    @Property(tries = 500)
    void theTableOfLengthsSaysWhatCapsAndLimitSay(@ForAll long seed) {
        Random random = new Random(seed);
        int layers = 1 + random.nextInt(40);
        DslaConfig dsla = dsla(1 + random.nextInt(layers), random.nextInt(5) == 0, points(random, layers));
        LengthCaps caps = caps(random);
        QualityLimit limit = new QualityLimit(random.nextDouble(.1), random.nextDouble(.2));
        LevelBounds classes = new LevelBounds(LevelMode.lengthClasses(caps, limit), dsla, layers);
        LevelBounds adaptive = new LevelBounds(LevelMode.adaptive(caps, limit, AdaptivePolicy.DEFAULT), dsla, layers);
        for (int i = 0; i < 100; i++) {
            int length = i == 0 ? Integer.MAX_VALUE : random.nextInt(random.nextBoolean() ? 12 : 2_000);
            int global = random.nextInt(layers + 2);
            int top = dsla.order().top();
            int allowed = Math.min(limit.level(dsla.quality(), length, top), caps.cap(length, layers));
            assertThat(classes.level(length, global))
                    .isEqualTo(Math.max(dsla.order().bottom(), Math.min(top, allowed)));
            assertThat(adaptive.level(length, global))
                    .isEqualTo(Math.max(dsla.order().bottom(), Math.min(Math.min(top, global), allowed)));
        }
    }

    private static LengthCaps caps(Random random) {
        List<LengthClass> classes = new ArrayList<>(List.of(new LengthClass(0, random.nextDouble())));
        for (int from = 0, i = random.nextInt(5); i > 0; i--) {
            from += 1 + random.nextInt(random.nextBoolean() ? 3 : 600);
            classes.add(new LengthClass(from, random.nextDouble()));
        }
        return new LengthCaps(classes);
    }

    private static QualityPoint[] points(Random random, int layers) {
        List<QualityPoint> points = new ArrayList<>();
        for (int level = random.nextInt(8) == 0 ? 1 : 0; level <= layers; level += 1 + random.nextInt(4)) {
            Map<Integer, Double> facts = new HashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                facts.put(
                        random.nextInt(9) == 0
                                ? Integer.MAX_VALUE
                                : 1 + random.nextInt(random.nextBoolean() ? 9 : 1_500),
                        1 - random.nextDouble(.3));
            }
            points.add(point(level, 3 + random.nextDouble(.05), 3 + random.nextDouble(.05), facts));
        }
        return points.toArray(QualityPoint[]::new);
    }

    @Test
    void theHighestOfAllLengthsIsNotThatOfTheLongest() {
        LengthCaps falling = new LengthCaps(List.of(new LengthClass(0, .25), new LengthClass(100, .75),
                new LengthClass(200, 0)));
        LevelBounds bounds = new FakeSetup(FakeModel.USUAL, LevelMode.lengthClasses(falling, FakeSetup.ANY), 1, 1,
                new QueueLimits(1, 1)).bounds();
        assertThat(bounds.highest(1_000)).isZero();
        assertThat(bounds.highest()).isEqualTo(6);
        assertThat(bounds.borders()).containsExactly(0, 100, 200);
        assertThat(FakeSetup.of(LevelMode.fixed(2)).bounds().highest()).isEqualTo(2);
    }

    @Test
    void classesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new LengthCaps(List.of(new LengthClass(5, .1)))).hasMessageContaining("from 0 tokens");
        assertThatThrownBy(() -> new LengthCaps(List.of(new LengthClass(0, .1), new LengthClass(0, .2))))
                .hasMessageContaining("ascending");
        assertThatThrownBy(() -> new LengthClass(0, 1.1)).hasMessage("share is 1.1; allowed: 0 to 1");
        assertThatThrownBy(() -> new QualityLimit(-1, 0)).hasMessageContaining("allowed: 0 or more");
    }
}
