/** What a sequence remembers, in bytes: paged KV, dual states, prefix cache, budget. */
package io.github.jlamadsla.memory;
