package io.github.jlamadsla.examples.chat;

import io.github.jlamadsla.sampling.SamplingParameters;

/**
 * How answers are made.
 *
 * @param system system prompt, or null
 * @param level at first; {@code /level} changes it
 * @param sampling of the first answer; each further one has the next seed
 * @param maxTokens most tokens of an answer
 */
record ChatSettings(String system, LevelChoice level, SamplingParameters sampling, int maxTokens) {

    /** Parameters of an answer: another seed, else a question asked again would get the same answer in the same place. */
    SamplingParameters sampling(int answersBefore) {
        return new SamplingParameters(sampling.temperature(), sampling.topK(), sampling.topP(),
                sampling.seed() + answersBefore);
    }
}
