package io.github.jlamadsla.text;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Text of a growing sequence of tokens, piece by piece: a piece never ends inside a code point, and all pieces together
 * are the text of all tokens. One per stream, not thread-safe.
 *
 * <p>A window of the latest tokens is decoded again for every token; what lies before the window is final. A code point
 * that is not complete shows as U+FFFD at the window's end and is held back until it is complete, or until it is clear
 * that it never will be. The window has a fixed limit, so a token costs the same however long the sequence is.
 *
 * <p>With decoders that gather single bytes (SentencePiece byte fallback) a broken run of bytes can turn text that was
 * valid into replacement characters afterwards; text already given out stands.
 */
public final class IncrementalDecoder {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int WINDOW = 32;
    private static final int KEPT = 12;
    private static final int TIDY = 24; // leaves room for the bytes of one more code point before the limit
    private static final int MOST_CHARS_OF_A_TORN_START = 3; // a code point has four bytes, its tail three

    private final Function<int[], String> decode;
    private final IntPredicate silent;
    private final int mostHeld; // replacement characters at the end that may still become something else
    private final int[] window = new int[WINDOW]; // [tokens], the newest last
    private int tokens;
    private String text = ""; // of the window
    private int given; // chars of it that were given out

    /**
     * @param decode text of tokens
     * @param silent tokens that give no text
     * @param byteFallback whether the tokenizer gathers single-byte tokens
     */
    IncrementalDecoder(Function<int[], String> decode, IntPredicate silent, boolean byteFallback) {
        this.decode = decode;
        this.silent = silent;
        // A byte-level decoder shows any incomplete code point as one character, byte fallback as one per byte.
        this.mostHeld = byteFallback ? WINDOW : 1;
    }

    /**
     * Takes a token.
     *
     * @return the text that became complete, often empty
     * @throws IllegalArgumentException if the id is negative
     */
    public String add(int token) {
        if (silent.test(token)) {
            return "";
        }
        String overdue = tokens == WINDOW ? shorten() : "";
        window[tokens++] = token;
        text = decode.apply(Arrays.copyOf(window, tokens));
        String piece = overdue + giveTo(text.length() - held());
        if (mostHeld > 1 && tokens > TIDY && given == text.length()) {
            dropWholeCodePoints();
        }
        return piece;
    }

    /**
     * Drops the oldest tokens while nothing is held back. Where single bytes are gathered, a window that begins or ends
     * within a code point makes its whole run of bytes unreadable, so it is shortened between two of them.
     */
    private void dropWholeCodePoints() {
        for (int count = KEPT; count < tokens; count++) {
            int[] kept = Arrays.copyOfRange(window, tokens - count, tokens);
            String keptText = decode.apply(kept);
            if (!keptText.isEmpty() && keptText.charAt(0) != REPLACEMENT && text.endsWith(keptText)) {
                keep(kept, keptText);
                given = keptText.length();
                return;
            }
        }
    }

    /** The text that is still held back, complete or not. The decoder can go on after that. */
    public String flush() {
        return giveTo(text.length());
    }

    private String giveTo(int end) {
        if (end <= given) {
            return "";
        }
        String piece = text.substring(given, end);
        given = end;
        return piece;
    }

    private int held() {
        int held = 0;
        while (held < mostHeld && held < text.length() && text.charAt(text.length() - 1 - held) == REPLACEMENT) {
            held++;
        }
        return held;
    }

    /**
     * Drops the oldest tokens. Only the first code point of what is left can be torn by that, so ends are compared.
     *
     * @return text that was held back too long to be kept
     */
    private String shorten() {
        int[] kept = Arrays.copyOfRange(window, tokens - KEPT, tokens);
        String keptText = decode.apply(kept);
        String certain = keptText.substring(Math.min(MOST_CHARS_OF_A_TORN_START, keptText.length()));
        int pending = text.length() - given;
        String overdue = "";
        if (!text.endsWith(certain) || pending > certain.length()) {
            overdue = giveTo(text.length());
            pending = 0;
        }
        keep(kept, keptText);
        given = keptText.length() - pending;
        return overdue;
    }

    private void keep(int[] kept, String keptText) {
        System.arraycopy(kept, 0, window, 0, kept.length);
        tokens = kept.length;
        text = keptText;
    }
}
