/** GGUF files become directories that Jlama and this engine can read. A door: nothing else needs it. */
package io.github.jlamadsla.gguf;
