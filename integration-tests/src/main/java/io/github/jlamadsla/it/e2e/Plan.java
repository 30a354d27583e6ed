package io.github.jlamadsla.it.e2e;

import java.time.Duration;
import java.util.List;

/**
 * How often what is measured.
 *
 * @param repeats rounds; each engine takes its turn in each
 * @param longRepeats of them in which Jlama reads its longest context, which takes it minutes
 * @param decodeSteps tokens after the first of each answer
 * @param warmUp least time that each contender runs before it counts
 * @param withLongContext whether ours reads, once, the model's long context, too
 */
record Plan(int repeats, int longRepeats, int decodeSteps, Duration warmUp, boolean withLongContext) {

    Plan {
        if (repeats < 1 || longRepeats < 1 || longRepeats > repeats || decodeSteps < 1) {
            throw new IllegalArgumentException("repeats " + repeats + ", longRepeats " + longRepeats + ", decodeSteps "
                    + decodeSteps + "; allowed: 1 or more each, longRepeats at most repeats");
        }
    }

    /** What a contender does in a round. */
    Trial trial(BenchmarkModel model, Contender contender, int round) {
        List<Integer> all = model.contexts();
        boolean isShort = contender.engine() == EngineKind.JLAMA && round >= longRepeats && all.size() > 1;
        return trial(model, contender, isShort ? all.subList(0, all.size() - 1) : all, round);
    }

    /** The shortest context, for warming up. */
    Trial warmUp(BenchmarkModel model, Contender contender) {
        return trial(model, contender, List.of(model.contexts().getFirst()), repeats);
    }

    /** The long context, of ours alone. */
    Trial longContext(BenchmarkModel model, Contender contender) {
        return trial(model, contender, List.of(model.longContext()), 0);
    }

    private Trial trial(BenchmarkModel model, Contender contender, List<Integer> contexts, int round) {
        // Contenders read the same text in a round, and another one in the next.
        return new Trial(contender.level(), contexts, decodeSteps, model.vocabulary(), 1 + round);
    }
}
