package io.github.jlamadsla.it.serve;

import java.util.List;
import java.util.stream.IntStream;

import io.github.jlamadsla.it.serve.RunLog.Totals;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.quality.BlockScore;
import io.github.jlamadsla.quality.BlockScorer;
import io.github.jlamadsla.quality.Estimate;
import io.github.jlamadsla.quality.MeasuredModel;

/**
 * How far a server's answers are from level 0's, for a model whose answers cannot be called right: KL(level 0 || level)
 * per token of the answers it gave, teacher-forced, each at the level that its request ended at. Taken on a part of the
 * requests: the shortest prompts, since reading prompts again is what it costs.
 *
 * @param nats mean over answers of the nats per token; -1 of none
 * @param answers how many
 */
record AnswerDivergence(double nats, int answers) {
    private static final int MOST = 12;
    private static final int LONGEST = 1_000;
    private static final long MEMORY = 2L << 30;

    static AnswerDivergence measure(ServedModel model, List<TracePrompt> prompts, List<Outcome> outcomes) {
        List<Integer> chosen = IntStream.range(0, outcomes.size()).filter(i -> outcomes.get(i).answered())
                .filter(i -> prompts.get(i).tokens().size() <= LONGEST).limit(MOST).boxed().toList();
        if (chosen.isEmpty()) {
            return new AnswerDivergence(-1, 0);
        }
        if (chosen.stream().allMatch(i -> level(outcomes.get(i)) == 0)) {
            return new AnswerDivergence(0, chosen.size());
        }
        try (MeasuredModel measured = MeasuredModel.open(model.directory(),
                new MeasuredModel.Options("dsla", true, KvPrecision.F16, 0, MEMORY))) {
            double[] nats = chosen.stream()
                    .mapToDouble(i -> ofAnswer(measured, prompts.get(i).tokens(), outcomes.get(i))).toArray();
            return new AnswerDivergence(Estimate.of(nats).mean(), nats.length);
        }
    }

    private static int level(Outcome outcome) {
        return outcome.levels().getLast().level();
    }

    /** The sum over prompt and answer less that over the prompt, whose figures do not depend on what follows. */
    private static double ofAnswer(MeasuredModel measured, List<Integer> prompt, Outcome outcome) {
        int level = level(outcome);
        if (level == 0) {
            return 0;
        }
        int[] tokens = IntStream.concat(prompt.stream().mapToInt(Integer::intValue),
                outcome.answer().stream().mapToInt(Integer::intValue)).toArray();
        BlockScorer scorer = new BlockScorer(measured, List.of(0, level));
        BlockScore all = scorer.score(tokens, 0, tokens.length, _ -> {
        }).getLast();
        BlockScore alone = scorer.score(tokens, 0, prompt.size(), _ -> {
        }).getLast();
        return (all.divergence() - alone.divergence()) / outcome.answer().size();
    }

    Totals totals(long peakBytes, double predictionError) {
        return new Totals(peakBytes, predictionError, nats, answers);
    }
}
