/** Programs a newcomer runs. */
package io.github.jlamadsla.examples;
