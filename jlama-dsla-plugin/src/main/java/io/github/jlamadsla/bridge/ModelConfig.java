package io.github.jlamadsla.bridge;

import java.nio.file.Path;
import java.util.List;

/**
 * A base model's configuration, checked.
 *
 * @param file the config.json it came from, for messages
 * @param name name of the model: its directory's
 * @param family {@code model_type}: {@code llama}
 * @param layers transformer blocks
 * @param hiddenSize width of the residual stream
 * @param heads query heads
 * @param kvHeads key/value heads, a divisor of {@code heads}
 * @param headSize elements of a head
 * @param mlpSize inner width of the MLP
 * @param vocabularySize rows of the embedding
 * @param contextLength most tokens of a sequence
 * @param normEpsilon epsilon of the RMS norms
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling their scaling
 * @param tiedEmbeddings whether the output product uses the embedding
 * @param bosToken token a text begins with, -1 if none
 * @param eosTokens tokens that end an answer, none to several
 */
public record ModelConfig(Path file, String name, String family, int layers, int hiddenSize, int heads, int kvHeads,
        int headSize, int mlpSize, int vocabularySize, int contextLength, float normEpsilon, double ropeTheta,
        RopeScaling ropeScaling, boolean tiedEmbeddings, int bosToken, List<Integer> eosTokens) {
    public ModelConfig {
        eosTokens = List.copyOf(eosTokens);
    }
}
