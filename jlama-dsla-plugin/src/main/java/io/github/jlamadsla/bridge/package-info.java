/** The only place that knows Jlama's files: they become plain records of ours. */
package io.github.jlamadsla.bridge;
