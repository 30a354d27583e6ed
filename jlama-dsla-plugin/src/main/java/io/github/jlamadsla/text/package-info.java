/** Tokens to text and back, chat templates. */
package io.github.jlamadsla.text;
