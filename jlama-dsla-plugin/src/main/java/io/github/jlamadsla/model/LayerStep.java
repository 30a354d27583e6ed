package io.github.jlamadsla.model;

import io.github.jlamadsla.memory.LayerMemory;

/**
 * The rows of one sequence in a step, as one layer sees them.
 *
 * @param memory what the layer remembers of the sequence; room for the rows is reserved
 * @param firstRow its first row in the batch given to the layer
 * @param rows how many
 * @param firstPosition position of the first row in the sequence
 */
public record LayerStep(LayerMemory memory, int firstRow, int rows, int firstPosition) {}
