package io.github.jlamadsla.it.load;

import java.util.List;
import java.util.Map;

import io.github.jlamadsla.sampling.SamplingParameters;

/**
 * The likeliest token, written down apart from the plugin's own sampler.
 *
 * @param end token that ends an answer
 * @param endBias added to its logit
 * @param presence taken from the logits of tokens that were said before: without it the random model repeats one token
 */
record GreedyChoice(int end, float endBias, double presence) {

    SamplingParameters parameters() {
        return SamplingParameters.GREEDY.toBuilder().presencePenalty(presence)
                .logitBias(endBias == 0 ? Map.of() : Map.of(end, endBias)).build();
    }

    /**
     * @param logits one per token; changed
     * @param said output tokens so far
     */
    int of(float[] logits, List<Integer> said) {
        logits[end] += endBias;
        said.stream().distinct().forEach(token -> logits[token] = (float) (logits[token] - presence));
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
