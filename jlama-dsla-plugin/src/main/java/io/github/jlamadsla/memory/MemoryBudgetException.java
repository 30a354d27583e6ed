package io.github.jlamadsla.memory;

/** Memory that was asked for does not fit the budget; nothing was allocated. */
public final class MemoryBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MemoryBudgetException(String what, long bytes, long used, long limit) {
        super(what + " needs " + bytes + " bytes, " + used + " of " + limit + " are in use; allowed: at most "
                + Math.max(0, limit - used));
    }
}
