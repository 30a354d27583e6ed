package io.github.jlamadsla.text;

import java.time.Duration;

/**
 * What one rendering of a chat template may use.
 *
 * @param characters of the output, of any text and of any value on the way, in UTF-16 units
 * @param steps nodes, look-ups and calls
 * @param processorTime of the rendering thread; other threads' load does not count
 * @param allocatedBytes by the rendering thread
 * @param patience how long the caller waits before it gives the thread up
 */
record TemplateLimits(int characters, long steps, Duration processorTime, long allocatedBytes, Duration patience) {

    /** Longest template, and longest expression or tag in it: parsing must stay cheap too. */
    static final int TEMPLATE_CHARACTERS = 128 << 10;
    static final int TAG_CHARACTERS = 8 << 10;

    /** Elements of a list, in all its levels, and most levels. */
    static final int ELEMENTS = 50_000;
    static final int LEVELS = 32;
    static final int RANGE = 10_000;

    static final TemplateLimits STANDARD = new TemplateLimits(4 << 20, 300_000, Duration.ofSeconds(1), 384L << 20,
            Duration.ofSeconds(5));

    /** For a template of ours that loads the engine's classes. */
    static final TemplateLimits WARM_UP = new TemplateLimits(4 << 20, 1_000_000, Duration.ofMinutes(1), 1L << 31,
            Duration.ofMinutes(2));
}
