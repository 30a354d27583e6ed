package io.github.jlamadsla.it.serve;

/**
 * What a trace was made of and what it asks for.
 *
 * @param model name of the model
 * @param seed of lengths, arrivals and texts
 * @param requests how many follow
 * @param load of the capacity that arrives; 0.9 is 90 %
 * @param capacity requests per second of this mix that level 0 ends when they are all there at once
 * @param memoryLimit bytes of keys, values, states and prefixes that a server may use
 * @param objective what a request is promised
 * @param source where lengths and arrivals come from
 */
record TraceHeader(String model, long seed, int requests, double load, double capacity, long memoryLimit,
        Objective objective, String source) {
    TraceHeader {
        if (requests < 1 || !(load > 0) || !(capacity > 0) || memoryLimit < 1) {
            throw new IllegalArgumentException("trace of " + requests + " requests, load " + load + ", capacity "
                    + capacity + ", memory " + memoryLimit + "; allowed: 1 request or more, the others above 0");
        }
    }

    /** Such as "90 %". */
    String loadName() {
        return Math.round(100 * load) + " %";
    }
}
