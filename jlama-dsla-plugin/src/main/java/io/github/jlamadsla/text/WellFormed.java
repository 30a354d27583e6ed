package io.github.jlamadsla.text;

/** Broken UTF-16 made whole: it must not reach native code, and no tokenizer knows half a character. */
final class WellFormed {
    private static final char REPLACEMENT = '\uFFFD';

    private WellFormed() {}

    /** The text with every lone surrogate replaced by U+FFFD; the same object if there is none. */
    static String of(String text) {
        int bad = firstLoneSurrogate(text, 0);
        if (bad < 0) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text);
        while (bad >= 0) {
            whole.setCharAt(bad, REPLACEMENT);
            bad = firstLoneSurrogate(text, bad + 1);
        }
        return whole.toString();
    }

    private static int firstLoneSurrogate(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c) && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return i;
                }
            }
        }
        return -1;
    }
}
