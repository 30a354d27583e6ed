package io.github.jlamadsla.text;

import java.util.function.Function;

/** A decoder over a function of the test's own, such as one that fails. */
public final class BrokenDecoder {
    private BrokenDecoder() {}

    public static IncrementalDecoder of(Function<int[], String> decode) {
        return new IncrementalDecoder(decode, _ -> false, false);
    }
}
