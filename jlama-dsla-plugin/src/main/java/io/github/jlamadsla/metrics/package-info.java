/**
 * Micrometer meters of a runtime; the only package that needs Micrometer at run time.
 * {@link io.github.jlamadsla.metrics.DslaMeters} says how to get them.
 *
 * <table>
 * <caption>Meters. Times are in the registry's base unit of time</caption>
 * <tr><th>name</th><th>type, unit</th><th>tag</th><th>what</th></tr>
 * <tr><td>{@code jlamadsla.time.to.first.token}</td><td>timer</td><td></td><td>from submission to the first token, of
 * requests that have ended and had one</td></tr>
 * <tr><td>{@code jlamadsla.time.per.output.token}</td><td>timer</td><td></td><td>mean from one token to the next, of
 * requests that have ended and had two; the end token counts</td></tr>
 * <tr><td>{@code jlamadsla.requests.ended}</td><td>counter, requests</td><td>{@code outcome}: {@code stop},
 * {@code length}, {@code cancelled}, {@code timeout}, {@code failed}</td><td>that had been taken</td></tr>
 * <tr><td>{@code jlamadsla.requests.refused}</td><td>counter, requests</td><td>{@code reason}: {@code requests},
 * {@code prompt_tokens}, {@code deadline}, {@code memory}</td><td>that were not taken</td></tr>
 * <tr><td>{@code jlamadsla.requests.running}</td><td>gauge, requests</td><td></td><td>that decode</td></tr>
 * <tr><td>{@code jlamadsla.requests.stalled}</td><td>gauge, requests</td><td></td><td>that found no memory for their
 * next tokens</td></tr>
 * <tr><td>{@code jlamadsla.queue.depth}</td><td>gauge, requests</td><td></td><td>that have no token yet, begun or
 * not</td></tr>
 * <tr><td>{@code jlamadsla.queue.prompt}</td><td>gauge, tokens</td><td></td><td>of their prompts, not yet read</td></tr>
 * <tr><td>{@code jlamadsla.queue.oldest}</td><td>gauge, time</td><td></td><td>age of the oldest of them</td></tr>
 * <tr><td>{@code jlamadsla.tokens}</td><td>counter, tokens</td><td>{@code phase}: {@code prefill},
 * {@code decode}</td><td>that went through the model</td></tr>
 * <tr><td>{@code jlamadsla.level}</td><td>gauge, layers</td><td></td><td>the global level; 0 in modes
 * that do not follow the load</td></tr>
 * <tr><td>{@code jlamadsla.level.top}</td><td>gauge, layers</td><td></td><td>the highest it may
 * come to</td></tr>
 * <tr><td>{@code jlamadsla.level.moves}</td><td>counter, moves</td><td>{@code direction}: {@code up},
 * {@code down}; {@code cause}: {@code latency}, {@code memory}, {@code calm}, {@code other}</td><td>of the global level;
 * the numbers behind each are in the log</td></tr>
 * <tr><td>{@code jlamadsla.raised}</td><td>counter, layers</td><td></td><td>of running requests that were
 * converted</td></tr>
 * <tr><td>{@code jlamadsla.memory.limit}</td><td>gauge, bytes</td><td></td><td>that may be in use</td></tr>
 * <tr><td>{@code jlamadsla.memory.used}</td><td>gauge, bytes</td><td>{@code kind}: {@code pages},
 * {@code states}, {@code prefixes}</td><td>in use: by requests for pages of keys and values, by requests for states with
 * their exact windows, and by the prefix cache alone, which gives way when requests need it</td></tr>
 * <tr><td>{@code jlamadsla.prediction.time.to.first.token}</td><td>gauge, time</td><td></td><td>of the last in the
 * queue; 0 without a queue</td></tr>
 * <tr><td>{@code jlamadsla.prediction.error}</td><td>gauge, ratio</td><td></td><td>mean of |real - predicted| / real,
 * the latest counting most; no number before the first</td></tr>
 * <tr><td>{@code jlamadsla.prefix.cached}</td><td>counter, tokens</td><td></td><td>of prompts that were taken from the
 * prefix cache, of requests that have ended</td></tr>
 * <tr><td>{@code jlamadsla.prefix.lookups}</td><td>counter, requests</td><td>{@code result}: {@code hit},
 * {@code miss}</td><td>that looked for a prefix</td></tr>
 * <tr><td>{@code jlamadsla.prefix.evictions}</td><td>counter, entries</td><td></td><td>that gave way</td></tr>
 * <tr><td>{@code jlamadsla.prefix.bytes}</td><td>gauge, bytes</td><td></td><td>that the prefix cache holds, those that
 * requests hold too included</td></tr>
 * <tr><td>{@code jlamadsla.prefix.entries}</td><td>gauge, entries</td><td></td><td>that it holds: blocks and
 * snapshots</td></tr>
 * </table>
 * The two timers count and sum. For their percentiles switch the histograms on, with a {@code MeterFilter} of the
 * registry for names that begin with {@code jlamadsla.time}; they expect 1 ms to 10 min.
 */
package io.github.jlamadsla.metrics;
