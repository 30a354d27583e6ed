/** What is on disk, checked: DSLA configuration and tensors, order, fingerprint. */
package io.github.jlamadsla.checkpoint;
