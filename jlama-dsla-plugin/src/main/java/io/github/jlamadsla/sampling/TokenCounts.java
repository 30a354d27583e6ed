package io.github.jlamadsla.sampling;

import java.util.Arrays;

/**
 * How often each token was counted; the tokens lie densely in the order in which they came first. A hash table with
 * linear probing, so that its size follows the distinct tokens of a request and not the vocabulary.
 */
final class TokenCounts {
    private static final int INITIAL_CAPACITY = 512; // distinct tokens: an answer seldom has more

    private int[] tokens = new int[INITIAL_CAPACITY]; // [distinct]
    private int[] counts = new int[INITIAL_CAPACITY]; // [distinct]
    private int[] slots = new int[2 * INITIAL_CAPACITY]; // [power of two, half of them free]: place in tokens + 1, or 0
    private int size;

    /** Adds to the count of a token, which is then listed even if the count is 0. */
    void add(int token, int occurrences) {
        int place = place(token); // first: it may replace the arrays
        counts[place] += occurrences;
    }

    /** Number of distinct tokens. */
    int size() {
        return size;
    }

    /** Token at a place from 0 to size - 1. */
    int token(int place) {
        return tokens[place];
    }

    /** Count of the token at a place from 0 to size - 1. */
    int count(int place) {
        return counts[place];
    }

    private int place(int token) {
        int slot = slot(token);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == tokens.length) {
            grow();
            slot = slot(token);
        }
        tokens[size] = token;
        slots[slot] = ++size;
        return size - 1;
    }

    /** The slot that holds the token, or the free one where it belongs. */
    private int slot(int token) {
        int mask = slots.length - 1;
        int slot = spread(token) & mask;
        while (slots[slot] != 0 && tokens[slots[slot] - 1] != token) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static int spread(int token) {
        int hash = token * 0x9E3779B9; // 2^32 over the golden ratio: Fibonacci hashing
        return hash ^ hash >>> 16;
    }

    private void grow() {
        tokens = Arrays.copyOf(tokens, 2 * size);
        counts = Arrays.copyOf(counts, 2 * size);
        slots = new int[4 * size];
        for (int place = 0; place < size; place++) {
            slots[slot(tokens[place])] = place + 1;
        }
    }
}
