package io.github.jlamadsla.it.serve;

/** What happens at a time of the trace. */
enum Phase {
    /** Arrivals as by chance, at the mean rate. */
    STEADY,
    /** Many at once, then a lull. */
    BURST,
    /** From half the mean rate to one and a half times it. */
    RAMP,
    /** One prompt of the longest class, then short ones. */
    LONG_AMONG_SHORT,
    /** Many at once, and all are cancelled. */
    CANCEL_STORM
}
