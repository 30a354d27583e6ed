package io.github.jlamadsla.examples;

import java.util.Locale;
import java.util.regex.Pattern;

/** Says whether an answer is right: the expected words, but for case, spaces and what stands around them. */
final class Judge {
    private static final Pattern AROUND = Pattern.compile("^[\\s\"'.!?]+|[\\s\"'.!?]+$");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private Judge() {}

    static boolean isRight(String expected, String answer) {
        return plain(expected).equals(plain(answer));
    }

    private static String plain(String text) {
        return SPACES.matcher(AROUND.matcher(text).replaceAll("")).replaceAll(" ").toLowerCase(Locale.ROOT);
    }
}
