package io.github.jlamadsla.examples.chat;

/** A question of the user and what the model answered. */
record Exchange(String question, String answer) {}
