/** What a sequence remembers, in bytes: paged KV, dual states, budget. */
package io.github.jlamadsla.memory;
