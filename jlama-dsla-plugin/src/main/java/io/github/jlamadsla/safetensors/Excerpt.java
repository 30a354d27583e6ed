package io.github.jlamadsla.safetensors;

import java.lang.reflect.Array;
import java.util.Collection;

/** What a file says, made fit for an error message: short, on one line. */
public final class Excerpt {
    private static final int LONGEST = 120;

    private Excerpt() {}

    /**
     * @param value anything with a text form
     * @return its first 120 characters, control characters and unpaired surrogates as {@code \\uXXXX}; only the size of
     *         a collection or an array
     */
    public static String of(Object value) {
        String text = text(value);
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 16);
        int at = 0;
        while (at < text.length() && shown.length() < LONGEST) {
            int character = text.codePointAt(at);
            if (plain(character)) {
                shown.appendCodePoint(character);
            } else {
                shown.append(String.format("\\u%04x", character));
            }
            at += Character.charCount(character);
        }
        if (at < text.length()) {
            shown.append("... (").append(text.length()).append(" characters)");
        }
        return shown.toString();
    }

    /** Elements are not spelled: a file may hold more of them than fit into memory as one text. */
    private static String text(Object value) {
        if (value instanceof Collection<?> elements) {
            return "an array of " + elements.size();
        }
        return value != null && value.getClass().isArray()
                ? "an array of " + Array.getLength(value)
                : String.valueOf(value);
    }

    private static boolean plain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
