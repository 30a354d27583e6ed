package io.github.jlamadsla.kernel;

import java.lang.foreign.MemorySegment;

/** The pages of one layer of one sequence: position p is slot {@code p % 64} of page {@code p / 64}. */
public interface KvPages {

    KvLayout layout();

    /** A page, {@link KvLayout#pageBytes()} bytes aligned to 64. */
    MemorySegment page(int index);
}
