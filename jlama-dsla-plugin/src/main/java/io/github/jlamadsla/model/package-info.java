/** Weights and the forward pass of a batch of rows. Weights only, no sequence. */
package io.github.jlamadsla.model;
