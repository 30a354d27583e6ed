/** What is on disk, checked: DSLA configuration and tensors, order, fingerprint, what the weights will take. */
package io.github.jlamadsla.checkpoint;
