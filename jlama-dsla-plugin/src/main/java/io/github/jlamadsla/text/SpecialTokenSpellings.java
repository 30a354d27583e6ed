package io.github.jlamadsla.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a text spells a special token. Cut after the first character of each spelling and encoded part by part, the
 * text can never become that token.
 */
final class SpecialTokenSpellings {
    private final Map<Character, List<String>> tokensByFirst;

    /** @param tokens spellings of two code points or more */
    SpecialTokenSpellings(Collection<String> tokens) {
        this.tokensByFirst = tokens.stream().collect(Collectors.groupingBy(token -> token.charAt(0)));
    }

    /** Indexes strictly inside the text, ascending, at which to cut; every spelling, also an overlapping one, has one. */
    List<Integer> cuts(String text) {
        List<Integer> cuts = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            List<String> candidates = tokensByFirst.get(text.charAt(i));
            if (candidates != null && spelledAt(text, i, candidates)) {
                cuts.add(i + Character.charCount(text.codePointAt(i)));
            }
        }
        return cuts;
    }

    /** The text cut into its parts; the text itself if nothing is spelled. */
    List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int cut : cuts(text)) {
            parts.add(text.substring(start, cut));
            start = cut;
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** The text with the separator put at every cut. */
    String separated(String text, char separator) {
        List<String> parts = parts(text);
        return parts.size() == 1 ? text : String.join(String.valueOf(separator), parts);
    }

    private static boolean spelledAt(String text, int index, List<String> candidates) {
        for (String candidate : candidates) {
            if (text.startsWith(candidate, index)) {
                return true;
            }
        }
        return false;
    }
}
