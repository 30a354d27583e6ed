package io.github.jlamadsla.testing;

/** Throws checked exceptions where none are declared, as languages do that do not check. */
public final class Sneaky {
    private Sneaky() {}

    /**
     * Never returns.
     *
     * @return for the compiler, so that a caller may write {@code throw}
     */
    public static RuntimeException thrown(Throwable cause) {
        return Sneaky.<RuntimeException>sneak(cause);
    }

    @SuppressWarnings("unchecked") // the cast is none at run time
    private static <E extends Throwable> RuntimeException sneak(Throwable cause) throws E {
        throw (E) cause;
    }
}
