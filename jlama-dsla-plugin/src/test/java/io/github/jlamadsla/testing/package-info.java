/** Tiny models, broken files and the log, for the tests of all packages. */
package io.github.jlamadsla.testing;
