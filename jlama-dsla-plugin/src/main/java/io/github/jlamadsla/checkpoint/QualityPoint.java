package io.github.jlamadsla.checkpoint;

import java.util.Map;

/**
 * Measured quality of one level, an entry of {@code quality} in dsla_config.json.
 *
 * @param level 0 to the order's length
 * @param nll2k nats per token in blocks of 2,048 tokens
 * @param nll8k nats per token in blocks of 8,192 tokens
 * @param kl2k KL divergence to level 0 in nats per token, NaN if not given
 * @param hiddenFact context length in tokens to share of hidden facts answered right, 0 to 1
 */
public record QualityPoint(int level, double nll2k, double nll8k, double kl2k, Map<Integer, Double> hiddenFact) {
    public QualityPoint {
        hiddenFact = Map.copyOf(hiddenFact);
    }
}
