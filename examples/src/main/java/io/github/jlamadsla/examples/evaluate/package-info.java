/** The program that tells what each level costs in quality. */
package io.github.jlamadsla.examples.evaluate;
