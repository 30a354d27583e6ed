/** Tiny models and broken files for the tests of all packages. */
package io.github.jlamadsla.testing;
