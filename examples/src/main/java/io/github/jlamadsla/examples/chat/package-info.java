/** A chat with a model, in the terminal or over pipes. */
package io.github.jlamadsla.examples.chat;
