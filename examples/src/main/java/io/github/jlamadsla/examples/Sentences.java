package io.github.jlamadsla.examples;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the sentences of a text end. */
final class Sentences {
    // A full stop or the like, what closes a quotation, then space or the end of the text.
    private static final Pattern END = Pattern.compile("[.!?\u2026][\"')\\]\u2019\u201d]*(?=\\s|$)");
    private static final Pattern BLANK_LINE = Pattern.compile("\\s*\\n\\s*\\n\\s*");

    private Sentences() {}

    /** Offsets just behind each sentence, ascending. What follows the last of them is no whole sentence. */
    static int[] ends(String text) {
        return END.matcher(text).results().mapToInt(MatchResult::end).toArray();
    }

    /** Offset behind the blank line that begins here, or the given one if none does. */
    static int skipBlankLine(String text, int offset) {
        Matcher blank = BLANK_LINE.matcher(text).region(offset, text.length());
        return blank.lookingAt() ? blank.end() : offset;
    }
}
