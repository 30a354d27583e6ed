package io.github.jlamadsla.it.serve;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All runs of one trace.
 *
 * @param trace the whole of it
 * @param runs in the order they were made
 */
record TraceRuns(Trace trace, List<ServeRun> runs) {
    TraceRuns {
        runs = List.copyOf(runs);
    }

    /** The runs of each round, in order. */
    List<TraceRuns> rounds() {
        return runs.stream().collect(Collectors.groupingBy(ServeRun::round, TreeMap::new, Collectors.toList())).values()
                .stream().map(round -> new TraceRuns(trace, round)).toList();
    }

    /** The first run of a server that played the whole trace and ended well. */
    Optional<ServeRun> whole(ServeContender contender) {
        return runs.stream().filter(run -> run.contender() == contender && run.log().ending().isEmpty()
                && run.trace().requests().size() == trace.requests().size()).findFirst();
    }

    /** A run of ours of the very requests that Jlama played. */
    Optional<ServeRun> besideJlama(ServeContender contender) {
        int requests = jlama().map(run -> run.trace().requests().size()).orElse(-1);
        return runs.stream().filter(run -> run.contender() == contender && run.log().ending().isEmpty()
                && run.trace().requests().size() == requests).findFirst();
    }

    Optional<ServeRun> jlama() {
        return runs.stream().filter(run -> run.contender() == ServeContender.JLAMA && run.log().ending().isEmpty())
                .findFirst();
    }
}
