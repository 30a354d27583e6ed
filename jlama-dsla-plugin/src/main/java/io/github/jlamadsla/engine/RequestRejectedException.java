package io.github.jlamadsla.engine;

/** The queue is full; the request was not taken and may be tried again later. */
public final class RequestRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param what what there is too much of, with the request counted in: "requests", "prompt tokens"
     * @param would how many there would be
     * @param allowed how many may be
     */
    public RequestRejectedException(String what, long would, long allowed) {
        super("with this request " + would + " " + what + " would not have ended; allowed: at most " + allowed
                + ". Try again later");
    }
}
