package io.github.jlamadsla.metrics;

/**
 * What a prefix cache has done since the start.
 *
 * @param hits requests that began with a cached prefix
 * @param misses requests that looked for one in vain
 * @param evictions entries that gave way
 */
public record PrefixCounts(long hits, long misses, long evictions) {}
