package io.github.jlamadsla.it.serve;

/**
 * A server and what it made of a trace.
 *
 * @param trace what was played: all of it, or its first requests
 */
record ServeRun(ServeContender contender, Trace trace, RunLog log, RunScores scores) {

    /** What it is called in a report. */
    String title(Trace whole) {
        return contender.title() + (trace.requests().size() < whole.requests().size()
                ? ", first " + trace.requests().size()
                : "");
    }
}
