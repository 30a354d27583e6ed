package io.github.jlamadsla.memory;

/**
 * What one layer remembers of one sequence. Its kind belongs to the layer that made it; the engine only asks for bytes,
 * reserves and closes. Used by one thread at a time.
 */
public interface LayerMemory extends AutoCloseable {

    /** Off-heap bytes held now. */
    long bytes();

    /**
     * Of them, those that are free for other sequences when this is closed: not what others share; what the prefix
     * cache alone holds besides is, since that gives way.
     */
    default long ownBytes() {
        return bytes();
    }

    /**
     * Makes room for the tokens up to {@code tokens} in all, before any of them is computed.
     *
     * @throws MemoryBudgetException if it does not fit; what was there stays as it was
     */
    void reserve(int tokens);

    /** Frees everything; a second call does nothing. */
    @Override
    void close();
}
