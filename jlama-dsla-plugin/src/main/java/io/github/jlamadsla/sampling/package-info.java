/** Logits to a token. */
package io.github.jlamadsla.sampling;
