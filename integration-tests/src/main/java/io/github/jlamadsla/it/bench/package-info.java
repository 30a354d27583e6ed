/** Benchmarks: each shows the machine's ceilings of the same run beside what it measures. */
package io.github.jlamadsla.it.bench;
