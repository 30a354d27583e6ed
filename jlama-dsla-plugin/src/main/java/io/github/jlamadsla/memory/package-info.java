/** What a sequence remembers, in bytes: paged KV, dual states, prefix cache, budget; and what the machine can give. */
package io.github.jlamadsla.memory;
