package io.github.jlamadsla.engine;

/** The queue is full; the request was not taken and may be tried again later. */
public final class RequestRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RequestRejectedException(int waiting) {
        super(waiting + " requests are waiting; allowed: at most " + waiting + ". Try again later");
    }
}
