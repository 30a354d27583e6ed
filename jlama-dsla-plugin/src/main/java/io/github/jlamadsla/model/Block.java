package io.github.jlamadsla.model;

import java.util.function.IntFunction;

import io.github.jlamadsla.kernel.PackedWeights;

/**
 * A transformer block: only its attention depends on the level.
 *
 * @param attentionNorm weights {@code [hiddenSize]} of the norm before attention
 * @param mlpNorm weights {@code [hiddenSize]} of the norm before the MLP
 * @param gateUp {@code [2 * mlpSize][hiddenSize]}, gate before up
 * @param down {@code [hiddenSize][mlpSize]}
 * @param attention level to the kind of attention in place at it
 */
public record Block(float[] attentionNorm, float[] mlpNorm, PackedWeights gateUp, PackedWeights down,
        IntFunction<AttentionLayer> attention) {}
