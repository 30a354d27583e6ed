package io.github.jlamadsla.gguf;

/** Two tokens, by id, that become one. */
record TokenizerMerge(int left, int right) {}
