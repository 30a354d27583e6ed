package io.github.jlamadsla.it.serve;

import java.util.List;

/**
 * Requests and when they come.
 *
 * @param requests in order of arrival
 */
record Trace(TraceHeader header, List<TraceRequest> requests) {
    Trace {
        requests = List.copyOf(requests);
        if (requests.size() != header.requests()) {
            throw new IllegalArgumentException("a trace of " + header.requests() + " requests has " + requests.size());
        }
        for (int i = 0; i < requests.size(); i++) {
            if (requests.get(i).id() != i || i > 0 && requests.get(i).arrival() < requests.get(i - 1).arrival()) {
                throw new IllegalArgumentException(
                        "request " + i + " of the trace is out of order; allowed: ids from 0, ascending arrivals");
            }
        }
    }

    /** The first requests alone. */
    Trace first(int count) {
        int n = Math.min(count, requests.size());
        return new Trace(new TraceHeader(header.model(), header.seed(), n, header.load(), header.capacity(),
                header.memoryLimit(), header.objective(), header.source()), requests.subList(0, n));
    }
}
