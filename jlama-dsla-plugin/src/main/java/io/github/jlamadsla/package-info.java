/** The door for programs: {@code DslaRuntime} and its builder. */
package io.github.jlamadsla;
