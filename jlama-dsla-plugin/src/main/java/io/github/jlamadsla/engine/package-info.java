/** Requests and their results, sequences, step plan, step result, the loop on one thread. */
package io.github.jlamadsla.engine;
