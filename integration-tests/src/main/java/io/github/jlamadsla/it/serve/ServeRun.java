package io.github.jlamadsla.it.serve;

/**
 * A server and what it made of a trace.
 *
 * @param round 1 is the first; runs of a round are compared with each other
 * @param trace what was played: all of it, or its first requests
 */
record ServeRun(ServeContender contender, int round, Trace trace, RunLog log, RunScores scores) {

    /** What it is called in a figure, whose repeats are the rounds. */
    String title(Trace whole) {
        return contender.title() + (trace.requests().size() < whole.requests().size()
                ? ", first " + trace.requests().size()
                : "");
    }
}
