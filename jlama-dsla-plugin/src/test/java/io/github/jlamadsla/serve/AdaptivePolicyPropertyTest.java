package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

import io.github.jlamadsla.serve.LoadSnapshot.Level;
import io.github.jlamadsla.serve.LoadSnapshot.Memory;
import io.github.jlamadsla.serve.LoadSnapshot.Queue;

import static org.assertj.core.api.Assertions.assertThat;

/** DESIGN section 7: what holds of the adaptive policy whatever the load. */
class AdaptivePolicyPropertyTest {
    private static final AdaptivePolicy POLICY = AdaptivePolicy.DEFAULT;
    private static final long LIMIT = 1L << 30;

    private static long since(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> -random.nextLong(1L << 50);
            case 2 -> random.nextLong();
            default -> random.nextLong(Load.seconds(4_000));
        };
    }

    private static LoadSnapshot any(Random random) {
        int top = random.nextInt(40);
        List<Double> predicted = new ArrayList<>();
        for (int i = random.nextInt(top + 3); i > 0; i--) {
            predicted.add(random.nextInt(9) == 0 ? Double.NaN : Math.exp(random.nextGaussian() * 3));
        }
        return new LoadSnapshot(random.nextLong(),
                new Level(random.nextInt(top + 1), top, since(random), since(random)),
                new Queue(random.nextInt(4), random.nextInt(9_000), random.nextInt(9_000), random.nextLong(), 0),
                new Memory(LIMIT * random.nextInt(2), (long) (LIMIT * random.nextGaussian()),
                        1e8 * random.nextGaussian(), random.nextInt(9) == 0 ? 1 : 0),
                predicted, random.nextDouble());
    }

    @Property(tries = 2_000)
    void withinTheLevelsAtMostTwoAMoveAndOneDownWithAReason(@ForAll long seed) {
        LoadSnapshot load = any(new Random(seed));
        LevelMove move = POLICY.decide(load);
        assertThat(move.from()).isEqualTo(load.level().global());
        assertThat(move.to()).isBetween(0, load.level().top());
        assertThat(move.to() - move.from()).isBetween(-1, 2);
        assertThat(move.reason().isEmpty()).isEqualTo(!move.moves());
        assertThat(POLICY.decide(load)).isEqualTo(move);
    }

    @Property(tries = 2_000)
    void moreLoadNeverGivesALowerLevel(@ForAll long seed, @ForAll @DoubleRange(min = 1, max = 20) double factor) {
        Random random = new Random(seed);
        LoadSnapshot load = any(random);
        Queue queue = load.queue();
        Memory memory = load.memory();
        LoadSnapshot more = new LoadSnapshot(load.now(), load.level(),
                new Queue(queue.requests() + random.nextInt(3), 2 * queue.promptTokens(), 2 * queue.longestPrompt(),
                        (long) (Math.max(0, queue.oldest()) * factor), queue.running() + 1),
                new Memory(memory.limit(), (long) (Math.max(0, memory.free()) / factor),
                        Math.max(0, memory.growth()) * factor, memory.stalled() + random.nextInt(2)),
                load.predictedSeconds().stream().map(p -> p * factor).toList(), Math.min(1, load.busy() * factor));
        assertThat(POLICY.decide(more).to()).isGreaterThanOrEqualTo(POLICY.decide(load).to());
    }

    @Property(tries = 300)
    void aConstantLoadMovesAtMostOnceInTenMinutes(@ForAll @IntRange(max = 22) int top,
            @ForAll @DoubleRange(min = .02, max = 2.2) double load, @ForAll @DoubleRange(max = 1.5) double gain,
            @ForAll @DoubleRange(max = 1.2) double memory) {
        List<Integer> moves = new Line(top, load, gain, memory, new Random(1)).run(POLICY, Line.FLUID);
        assertThat(moves.stream().filter(m -> m >= Line.SETTLED).count()).as("moves at seconds %s", moves)
                .isLessThanOrEqualTo((Line.SECONDS - Line.SETTLED) / 600);
    }

    @Test
    void withRandomArrivalsItMovesNoOftenerOnAverage() {
        Random random = new Random(4);
        int lines = 300;
        long moves = 0;
        for (int i = 0; i < lines; i++) {
            Line line = new Line(random.nextInt(23), random.nextDouble(.02, 1.2), random.nextDouble(1.5), 0, random);
            moves += line.run(POLICY, random.nextDouble(.1, 8)).stream().filter(m -> m >= Line.SETTLED).count();
        }
        assertThat(moves).isBetween(1L, lines * (Line.SECONDS - Line.SETTLED) / 600L);
    }

    /** One server and its line, in seconds of work at level 0; it works faster and needs less memory at higher levels. */
    private static final class Line {
        static final double FLUID = 0;
        static final int SETTLED = 300;
        static final int SECONDS = SETTLED + 3_600;
        private static final double STEP = .5;
        private static final double FLUID_REQUEST = .5;

        private final int top;
        private final double load;
        private final double gain;
        private final double memory;
        private final Random random;
        private final BusyShare busy = new BusyShare(BusyShare.WINDOW);

        Line(int top, double load, double gain, double memory, Random random) {
            this.top = top;
            this.load = load;
            this.gain = gain;
            this.memory = memory;
            this.random = random;
        }

        private double speed(int level) {
            return top == 0 ? 1 : 1 + gain * level / top;
        }

        /** @param work seconds that a request takes, or {@link #FLUID}; returns seconds of the moves */
        List<Integer> run(AdaptivePolicy policy, double work) {
            List<Integer> moves = new ArrayList<>();
            int level = 0;
            double left = 0;
            double up = -1;
            double down = -1;
            for (double now = 0; now < SECONDS; now += STEP) {
                boolean fluid = work == FLUID;
                double request = fluid ? FLUID_REQUEST : work;
                double came = fluid ? load * STEP : 0;
                for (double t = gap(request); !fluid && t < STEP; t += gap(request)) {
                    came += request;
                }
                // Admission is bounded.
                left = Math.min(120, left + came);
                double could = speed(level) * STEP;
                double share = Math.min(1, left / could);
                left = Math.max(0, left - could);
                busy.at(Load.seconds(now), true);
                // Whoever holds memory decodes.
                double measured = busy.at(Load.seconds(now + STEP * share), memory > 0);
                List<Double> predicted = new ArrayList<>();
                for (int i = 0; i <= top; i++) {
                    predicted.add(left / speed(i));
                }
                double used = memory * (top == 0 ? 1 : 1 - .5 * level / top);
                LevelMove move = policy.decide(new LoadSnapshot(Load.seconds(now),
                        new Level(level, top, since(now, up), since(now, down)),
                        new Queue((int) Math.ceil(left / request - 1e-9), (long) (1_000 * left), 1_000,
                                Load.seconds(left / speed(level)), 1),
                        new Memory(LIMIT, (long) (LIMIT * (1 - used)), 0, 0), predicted, measured));
                if (move.moves()) {
                    moves.add((int) now);
                    up = move.to() > level ? now : up;
                    down = move.to() < level ? now : down;
                    level = move.to();
                }
            }
            return moves;
        }

        /** Between two arrivals of a Poisson process. */
        private double gap(double request) {
            return -Math.log(1 - random.nextDouble()) * request / load;
        }

        private static long since(double now, double then) {
            return then < 0 ? Long.MAX_VALUE : Load.seconds(now - then);
        }
    }
}
