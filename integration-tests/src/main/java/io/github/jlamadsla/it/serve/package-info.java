/** A trace of requests played against servers: who keeps to the objective, at what quality, with how much memory. */
package io.github.jlamadsla.it.serve;
