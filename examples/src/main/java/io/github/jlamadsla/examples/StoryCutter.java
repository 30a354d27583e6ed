package io.github.jlamadsla.examples;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** Cuts parts of a given length out of one text. */
final class StoryCutter {
    private static final int NEARLY = 50; // tokens

    private final String text;
    private final int[] ends; // of the sentences
    private final int[] tokensBefore; // [sentences + 1], tokens of all sentences before

    StoryCutter(String text, ToIntFunction<String> tokenCounter) {
        this.text = text;
        this.ends = Sentences.ends(text);
        this.tokensBefore = new int[ends.length + 1];
        for (int i = 0; i < ends.length; i++) {
            tokensBefore[i + 1] = tokensBefore[i] + tokenCounter.applyAsInt(text.substring(begin(i), begin(i + 1)));
        }
    }

    /**
     * Whole sentences, beginning with a paragraph.
     *
     * @param start which of the possible beginnings, 0 to 1, 1 excluded; where sentences are long, only those from where the
     *            length is nearly reached
     * @param tokens most tokens
     * @throws IllegalArgumentException if no part of the text is that long
     */
    String cut(double start, int tokens) {
        List<Part> parts = IntStream.range(0, ends.length)
                .filter(i -> tokensBefore[ends.length] - tokensBefore[i] >= tokens)
                .filter(i -> i == 0 || begin(i) > ends[i - 1])
                .mapToObj(i -> part(i, tokens))
                .toList();
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the text has " + tokensBefore[ends.length] + " tokens; allowed: "
                    + tokens + " or more, to cut a story of");
        }
        List<Part> full = parts.stream().filter(part -> part.tokens() >= tokens - NEARLY).toList();
        List<Part> choice = full.isEmpty() ? parts : full;
        Part part = choice.get((int) (start * choice.size()));
        return text.substring(begin(part.first()), begin(part.end())).strip();
    }

    private Part part(int first, int tokens) {
        int end = first;
        while (end < ends.length && tokensBefore[end + 1] - tokensBefore[first] <= tokens) {
            end++;
        }
        return new Part(first, end, tokensBefore[end] - tokensBefore[first]);
    }

    /** A blank line belongs to what stands before it, a space to what follows: so tokenizers join them. */
    private int begin(int sentence) {
        return sentence == 0 ? 0 : Sentences.skipBlankLine(text, ends[sentence - 1]);
    }

    /** Sentences {@code first} to {@code end}, that one excluded. */
    private record Part(int first, int end, int tokens) {}
}
