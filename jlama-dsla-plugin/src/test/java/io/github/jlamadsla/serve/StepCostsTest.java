package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.serve.StepCosts.Sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Predictions against machines whose costs are known. */
class StepCostsTest {
    private static final int LAYERS = 12;
    private static final int TOP = 9;
    private static final int CHUNK = 256;

    /** A machine: seconds per step, per token and layer, per token, position and layer; of a decode step too. */
    private static final class Machine {
        private final Random random = new Random(7);
        private final double noise;
        private double slow = 1;

        Machine(double noise) {
            this.noise = noise;
        }

        double read(int level, int from, int tokens) {
            return slow * (.01 + reading(level, from, tokens));
        }

        double decode(int level, int position) {
            return slow * (.012 + decoding(level, position));
        }

        private static double reading(int level, int from, int tokens) {
            int softmax = LAYERS - level;
            return tokens * (4e-4 * softmax + 3e-4 * level + 1e-7 * softmax * (from + tokens / 2.0));
        }

        private static double decoding(int level, int position) {
            int softmax = LAYERS - level;
            return 1e-4 * softmax + 1.5e-4 * level + 3e-7 * softmax * position;
        }

        double read(int level, int from, int to, int chunk) {
            double sum = 0;
            for (int at = from; at < to; at += chunk) {
                sum += read(level, at, Math.min(chunk, to - at));
            }
            return sum;
        }

        Sample sample(int level, int from, int tokens) {
            double seconds = tokens == 1 ? decode(level, from) : read(level, from, tokens);
            return new Sample(level, from, tokens, seconds * jitter());
        }

        StepReport step(StepReport.Part... parts) {
            double seconds = 0;
            boolean reads = false;
            for (StepReport.Part p : parts) {
                reads |= !p.decode();
                seconds += p.decode() ? decoding(p.level(), p.from()) : reading(p.level(), p.from(), p.tokens());
            }
            return new StepReport(List.of(parts), 0, nanos(slow * (seconds + (reads ? .01 : .012)) * jitter()));
        }

        private double jitter() {
            return 1 + noise * (2 * random.nextDouble() - 1);
        }
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private static StepReport.Part prompt(int level, int from, int tokens) {
        return new StepReport.Part(1, level, from, tokens, false);
    }

    private static StepReport.Part row(int level, int position) {
        return new StepReport.Part(2, level, position, 1, true);
    }

    private static StepCosts start(Machine machine) {
        List<Sample> samples = new ArrayList<>();
        for (int level : new int[]{0, 4, TOP}) {
            for (int from : new int[]{0, 1_000, 4_000}) {
                samples.add(machine.sample(level, from, CHUNK));
            }
            samples.add(machine.sample(level, 0, 1));
            samples.add(machine.sample(level, 4_000, 1));
        }
        return StepCosts.measured(LAYERS, TOP, samples);
    }

    private static void prompts(StepCosts costs, Machine machine, int count, int level) {
        Random random = new Random(3);
        for (int i = 0; i < count; i++) {
            int at = level < 0 ? random.nextInt(TOP + 1) : level;
            costs.observe(machine.step(prompt(at, random.nextInt(8_000), CHUNK)));
        }
    }

    private static void assertRates(StepCosts costs, Machine machine, double most) {
        for (int level : new int[]{0, 3, TOP}) {
            for (int to : new int[]{CHUNK, 2_000, 8_000}) {
                assertThat(costs.seconds(level, 0, to)).as("level %d to %d", level, to)
                        .isCloseTo(machine.read(level, 0, to, CHUNK), within(most * machine.read(level, 0, to, CHUNK)));
            }
        }
    }

    @Test
    void whatStartMeasuredIsFoundWithinATenth() {
        Machine machine = new Machine(.03);
        StepCosts costs = start(machine);
        assertRates(costs, machine, .1);
        for (int level : new int[]{0, 4, TOP}) {
            double expected = machine.decode(level, 2_000);
            assertThat(costs.decodeSeconds(level, 2_000)).isCloseTo(expected, within(.1 * expected));
        }
        assertThat(costs.error()).isEqualTo(new StepCosts.Error(0, 0));
    }

    @Test
    void stepsCorrectAStartThatWasOffAndTheErrorSaysSo() {
        Machine machine = new Machine(.05);
        // Before its code was compiled the machine was slower, and nothing long was read.
        StepCosts costs = StepCosts.measured(LAYERS, TOP,
                List.of(new Sample(0, 0, 64, 1.0), new Sample(TOP, 0, 64, 1.1)));
        prompts(costs, machine, 10, -1);
        double early = costs.error().relative();
        prompts(costs, machine, 300, -1);
        assertRates(costs, machine, .1);
        assertThat(early).isBetween(.1, .8);
        assertThat(costs.error().relative()).isLessThan(.06);
        assertThat(costs.error().steps()).isEqualTo(310);
    }

    @Test
    void followsAMachineThatBecomesTwiceAsSlowAtLevelsThatDoNotRunToo() {
        Machine machine = new Machine(.03);
        StepCosts costs = start(machine);
        prompts(costs, machine, 100, 2);
        machine.slow = 2;
        prompts(costs, machine, 20, 2);
        assertRates(costs, machine, .15);
        prompts(costs, machine, 500, 2);
        assertRates(costs, machine, .15);
        assertThat(costs.error().relative()).isLessThan(.06);
    }

    @Test
    void aPauseSaysNothing() {
        Machine machine = new Machine(.03);
        StepCosts costs = start(machine);
        prompts(costs, machine, 60, -1);
        for (int i = 0; i < 3; i++) {
            costs.observe(new StepReport(List.of(prompt(2, 500, CHUNK)), 0, nanos(100 * machine.read(2, 500, CHUNK))));
            costs.observe(new StepReport(List.of(prompt(2, 500, CHUNK)), 0, 1));
            costs.observe(new StepReport(List.of(row(2, 500)), 0, nanos(100 * machine.decode(2, 500))));
            assertRates(costs, machine, .1);
            prompts(costs, machine, 10, -1);
        }
        assertRates(costs, machine, .1);
        assertThat(costs.error().relative()).isLessThan(.15);
    }

    @Test
    void oneWildStepAtOnceAfterStartDoesNotWreckIt() {
        Machine machine = new Machine(0);
        StepCosts costs = start(machine);
        costs.observe(new StepReport(List.of(prompt(0, 0, CHUNK)), 0, nanos(100 * machine.read(0, 0, CHUNK))));
        assertRates(costs, machine, .25);
        prompts(costs, machine, 10, -1);
        assertRates(costs, machine, .1);
    }

    @Test
    void aLevelWithCostsOfItsOwnGetsThem() {
        Machine machine = new Machine(.02);
        StepCosts costs = start(machine);
        Random random = new Random(5);
        for (int i = 0; i < 600; i++) {
            int level = i % 2 == 0 ? 0 : 5;
            int from = random.nextInt(8_000);
            double factor = level == 5 ? 1.3 : 1;
            StepReport step = machine.step(prompt(level, from, CHUNK));
            costs.observe(new StepReport(step.parts(), 0, Math.round(step.nanos() * factor)));
        }
        double own = 1.3 * machine.read(5, 0, 4_000, CHUNK);
        assertThat(costs.seconds(5, 0, 4_000)).isCloseTo(own, within(.1 * own));
        double other = machine.read(0, 0, 4_000, CHUNK);
        assertThat(costs.seconds(0, 0, 4_000)).isCloseTo(other, within(.1 * other));
    }

    @Test
    void mixedStepsOfSeveralPromptsLevelsAndDecodingRows() {
        Machine machine = new Machine(.04);
        StepCosts costs = start(machine);
        Random random = new Random(11);
        for (int i = 0; i < 400; i++) {
            costs.observe(machine.step(prompt(random.nextInt(TOP + 1), random.nextInt(6_000), 100),
                    prompt(random.nextInt(TOP + 1), random.nextInt(6_000), 152), row(1, random.nextInt(6_000)),
                    row(6, random.nextInt(6_000)), row(9, random.nextInt(6_000))));
            costs.observe(machine.step(row(random.nextInt(TOP + 1), random.nextInt(6_000)),
                    row(random.nextInt(TOP + 1), random.nextInt(6_000))));
        }
        assertRates(costs, machine, .1);
        assertThat(costs.error().relative()).isLessThan(.06);
        assertThat(costs.error().steps()).isEqualTo(400);
        double row = machine.decode(6, 3_000);
        assertThat(costs.decodeSeconds(6, 3_000)).isCloseTo(row, within(.1 * row));
        assertThat(costs.addedSeconds(6, 3_000)).isBetween(.5 * Machine.decoding(6, 3_000),
                2 * Math.max(Machine.decoding(6, 3_000), Machine.reading(6, 3_000, 1)));
    }

    @Test
    void aSingleLevelIsEnough() {
        Machine machine = new Machine(.03);
        StepCosts costs = StepCosts.measured(LAYERS, 0, List.of(machine.sample(0, 0, 64)));
        prompts(costs, machine, 200, 0);
        double expected = machine.read(0, 0, 8_000, CHUNK);
        assertThat(costs.seconds(0, 0, 8_000)).isCloseTo(expected, within(.1 * expected));
    }

    @Test
    void withoutSamplesTheFirstStepSetsTheScale() {
        Machine machine = new Machine(0);
        StepCosts costs = StepCosts.measured(LAYERS, TOP, List.of());
        assertThat(costs.seconds(0, 0, 1_000)).isPositive().isFinite();
        assertThat(costs.decodeSeconds(0, 1_000)).isPositive().isFinite();
        costs.observe(machine.step(prompt(0, 0, CHUNK)));
        double expected = machine.read(0, 0, CHUNK);
        assertThat(costs.seconds(0, 0, CHUNK)).isCloseTo(expected, within(.2 * expected));
    }

    @Test
    void stepsThatRaiseOrTookNoTimeAreLeftOut() {
        Machine machine = new Machine(0);
        StepCosts costs = start(machine);
        double before = costs.seconds(2, 0, 1_000);
        costs.observe(new StepReport(List.of(prompt(2, 0, CHUNK)), 1, nanos(50)));
        costs.observe(new StepReport(List.of(prompt(2, 0, CHUNK)), 0, 0));
        costs.observe(new StepReport(List.of(prompt(2, 0, CHUNK)), 0, -5));
        costs.observe(new StepReport(List.of(), 0, nanos(1)));
        assertThat(costs.seconds(2, 0, 1_000)).isEqualTo(before);
        assertThat(costs.error().steps()).isZero();
    }

    @Test
    void nothingToReadTakesNoTime() {
        StepCosts costs = start(new Machine(0));
        assertThat(costs.seconds(0, 100, 100)).isZero();
        assertThat(costs.seconds(0, 100, 50)).isZero();
        assertThat(costs.seconds(-3, -10, 50)).isEqualTo(costs.seconds(0, 0, 50));
        assertThat(costs.seconds(99, 0, 50)).isEqualTo(costs.seconds(TOP, 0, 50));
    }

    @ParameterizedTest
    @CsvSource({"-1,0,1,1", "0,-1,1,1", "0,0,0,1", "0,0,1,0", "0,0,1,NaN", "0,0,1,Infinity"})
    void samplesThatMakeNoSenseAreRefused(int level, int from, int tokens, double seconds) {
        assertThatThrownBy(() -> new Sample(level, from, tokens, seconds)).hasMessageContaining("allowed: 0 or more");
    }

    @Test
    void levelsBeyondTheLayersAreRefused() {
        assertThatThrownBy(() -> StepCosts.measured(4, 5, List.of())).hasMessageContaining("topLevel 5; allowed");
        assertThatThrownBy(() -> StepCosts.measured(0, 0, List.of())).hasMessageContaining("layers is 0");
    }

    @Property(tries = 200)
    void whateverStepsSayTimesStayPositiveAndGrowWithLength(@ForAll long seed,
            @ForAll @IntRange(max = 8) int samples, @ForAll @DoubleRange(max = 18) double spread) {
        Random random = new Random(seed);
        List<Sample> start = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            start.add(new Sample(random.nextInt(20), random.nextInt(9_000), 1 + random.nextInt(300),
                    Math.pow(10, -9 + random.nextDouble() * spread)));
        }
        StepCosts costs = StepCosts.measured(LAYERS, TOP, start);
        for (int i = 0; i < 60; i++) {
            List<StepReport.Part> parts = new ArrayList<>();
            for (int p = random.nextInt(4); p >= 0; p--) {
                parts.add(new StepReport.Part(p, random.nextInt(-1, 20), random.nextInt(-5, 100_000),
                        random.nextInt(-1, 300), random.nextBoolean()));
            }
            costs.observe(new StepReport(parts, 0, (long) Math.pow(10, random.nextDouble() * spread)));
        }
        for (int level = 0; level <= TOP; level++) {
            assertThat(costs.seconds(level, 0, 1)).isPositive().isFinite();
            assertThat(costs.seconds(level, 0, 9_000)).isFinite().isGreaterThanOrEqualTo(costs.seconds(level, 0, 500));
            assertThat(costs.decodeSeconds(level, 9_000)).isPositive().isFinite();
            assertThat(costs.addedSeconds(level, 9_000)).isPositive().isFinite();
        }
        assertThat(costs.error().relative()).isBetween(0.0, 1.0);
    }
}
