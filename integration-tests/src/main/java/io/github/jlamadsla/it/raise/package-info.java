/** What it costs to raise a running request. */
package io.github.jlamadsla.it.raise;
