/** Whole requests, ours and Jlama's, on the same model directory in the same run. */
package io.github.jlamadsla.it.e2e;
