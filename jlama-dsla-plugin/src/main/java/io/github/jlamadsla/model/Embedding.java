package io.github.jlamadsla.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.Rows;

/** Rows of the embedding matrix, read from the model file as they are needed. */
final class Embedding {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private final RawMatrix matrix; // [vocabularySize][hiddenSize]

    Embedding(RawMatrix matrix) {
        this.matrix = matrix;
    }

    /**
     * Copies a token's row.
     *
     * @throws IllegalArgumentException if the token is not in the vocabulary
     */
    void lookup(int token, Rows out, int row) {
        if (token < 0 || token >= matrix.rows()) {
            throw new IllegalArgumentException(
                    "token id is " + token + "; allowed: 0 to " + (matrix.rows() - 1) + ", the model's vocabulary");
        }
        int width = matrix.columns();
        long rowBytes = (long) width * matrix.type().bytes();
        MemorySegment from = matrix.data().asSlice(token * rowBytes, rowBytes);
        float[] to = out.data();
        int at = out.at(row);
        for (int i = 0; i < width; i++) {
            to[at + i] = switch (matrix.type()) {
                case F32 -> from.get(FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(from.get(SHORT, 2L * i));
                case BF16 -> Float.intBitsToFloat(from.get(SHORT, 2L * i) << 16);
            };
        }
    }
}
