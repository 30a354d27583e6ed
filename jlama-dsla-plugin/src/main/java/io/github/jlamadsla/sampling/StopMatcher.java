package io.github.jlamadsla.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Ends a text at the first stop text, whatever pieces it comes in. One per request, not thread-safe.
 *
 * <p>The stop text that is complete first ends the text, so a request stops as soon as it can, as with vLLM and
 * llama.cpp. Of several that become complete with the same character the longest counts: then nothing that is delivered
 * holds a stop text or the start of the one that came. It follows that a stop text that holds another one before its
 * own end never comes about, as the other is complete earlier. All this depends on the text alone, not on how it is cut
 * into pieces. Characters are compared as they are, with case and without normalisation.
 *
 * <p>A suffix of the text that may still become a stop text is held back, and half a surrogate pair; so at most one
 * character less than the longest stop text is, or one. Cost is linear in the text (Knuth, Morris and Pratt's automaton
 * for each stop text).
 */
public final class StopMatcher {
    /** Most stop texts of a request. */
    public static final int MAX_STOPS = 16;

    /** Most characters (UTF-16) of a stop text. */
    public static final int MAX_LENGTH = 1_000;

    private final List<String> stops;
    private final int[][] borders; // [stop][length]: longest proper prefix of stop[0..i] that is also its suffix
    private final int[] matched; // [stop]: characters of the stop that the text ends with, never all of them
    private final StringBuilder held = new StringBuilder();
    private String stopText;

    /** @throws IllegalArgumentException as {@link #check} */
    public StopMatcher(List<String> stops) {
        this.stops = check(stops);
        this.borders = this.stops.stream().map(StopMatcher::borders).toArray(int[][]::new);
        this.matched = new int[this.stops.size()];
    }

    /**
     * Checks stop texts before any work is done for them.
     *
     * @param stops may be empty; the same text may come twice
     * @return an immutable copy
     * @throws IllegalArgumentException if there are more than {@link #MAX_STOPS}, or one is null, empty, longer than
     *         {@link #MAX_LENGTH} or holds half of a surrogate pair
     */
    public static List<String> check(List<String> stops) {
        Objects.requireNonNull(stops, "stops");
        if (stops.size() > MAX_STOPS) {
            throw new IllegalArgumentException(
                    "stops has " + stops.size() + " entries; allowed: at most " + MAX_STOPS);
        }
        for (int i = 0; i < stops.size(); i++) {
            String stop = stops.get(i);
            if (stop == null || stop.isEmpty() || stop.length() > MAX_LENGTH) {
                String found = stop == null ? "null" : stop.isEmpty() ? "empty" : stop.length() + " characters long";
                throw new IllegalArgumentException(
                        "stops[" + i + "] is " + found + "; allowed: 1 to " + MAX_LENGTH + " characters");
            }
            // It could begin or end inside a character of the text, and what is delivered would be torn.
            if (stop.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                throw new IllegalArgumentException(
                        "stops[" + i + "] holds half of a surrogate pair; allowed: whole characters");
            }
        }
        return List.copyOf(stops);
    }

    /**
     * Takes text that became complete. Half a surrogate pair at its end waits for the other half.
     *
     * @param piece what follows, may be empty
     * @return what may be delivered now, often empty; after a stop text came always empty
     */
    public String add(String piece) {
        if (stopped()) {
            return "";
        }
        int longest = 0;
        for (int i = 0; i < piece.length(); i++) {
            longest = advance(piece.charAt(i));
            if (stopped()) {
                held.append(piece, 0, i + 1);
                return giveTo(held.length() - stopText.length());
            }
        }
        if (piece.isEmpty()) {
            return "";
        }
        boolean torn = longest == 0 && Character.isHighSurrogate(piece.charAt(piece.length() - 1));
        int kept = torn ? 1 : longest;
        if (held.isEmpty() && kept == 0) {
            return piece;
        }
        held.append(piece);
        return giveTo(held.length() - kept);
    }

    /**
     * What is held back when the text ends without a stop text; empty after one. Text may follow, but what was given
     * out is no longer part of a stop text.
     */
    public String flush() {
        Arrays.fill(matched, 0);
        return giveTo(held.length());
    }

    /** Whether a stop text came. */
    public boolean stopped() {
        return stopText != null;
    }

    /** The stop text that came; null if none. */
    public String stopText() {
        return stopText;
    }

    /**
     * Takes one character; if that completes stop texts, the longest of them becomes the one that came.
     *
     * @return characters at the text's end that may still become a stop text
     */
    private int advance(char next) {
        int longest = 0;
        for (int s = 0; s < matched.length; s++) {
            String stop = stops.get(s);
            int length = matched[s];
            while (length > 0 && stop.charAt(length) != next) {
                length = borders[s][length - 1];
            }
            if (stop.charAt(length) == next) {
                length++;
            }
            matched[s] = length;
            longest = Math.max(longest, length);
            if (length == stop.length() && (stopText == null || length > stopText.length())) {
                stopText = stop;
            }
        }
        return longest;
    }

    private String giveTo(int end) {
        String given = held.substring(0, end);
        if (stopped()) {
            held.setLength(0);
        } else {
            held.delete(0, end);
        }
        return given;
    }

    private static int[] borders(String stop) {
        int[] borders = new int[stop.length()];
        int length = 0;
        for (int i = 1; i < borders.length; i++) {
            while (length > 0 && stop.charAt(length) != stop.charAt(i)) {
                length = borders[length - 1];
            }
            if (stop.charAt(length) == stop.charAt(i)) {
                length++;
            }
            borders[i] = length;
        }
        return borders;
    }
}
