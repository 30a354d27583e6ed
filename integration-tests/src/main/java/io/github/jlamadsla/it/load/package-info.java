/** Many requests at once: throughput, what a long prompt costs the others, right answers, a long run. */
package io.github.jlamadsla.it.load;
