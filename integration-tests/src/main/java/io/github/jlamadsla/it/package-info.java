/** What every benchmark of the project shares: figures and the file they are kept in. */
package io.github.jlamadsla.it;
