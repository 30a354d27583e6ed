package io.github.jlamadsla.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The methods of Python's {@code str} that chat templates use, within the budget of the running rendering. */
final class PythonText {
    private PythonText() {}

    static Object call(String text, String method, Object[] arguments) {
        TemplateBudget budget = TemplateBudget.CURRENT.get();
        return switch (method) {
            case "strip" -> strip(text, optional(arguments), true, true);
            case "lstrip" -> strip(text, optional(arguments), true, false);
            case "rstrip" -> strip(text, optional(arguments), false, true);
            case "upper" -> budget.bounded(text.toUpperCase(Locale.ROOT));
            case "lower" -> budget.bounded(text.toLowerCase(Locale.ROOT));
            case "capitalize" -> capitalize(text);
            case "title" -> title(text);
            case "startswith" -> text.startsWith(argument(method, arguments, 0));
            case "endswith" -> text.endsWith(argument(method, arguments, 0));
            case "find" -> text.indexOf(argument(method, arguments, 0));
            case "split" -> split(text, optional(arguments), arguments.length > 1 ? number(arguments[1]) : -1);
            case "replace" -> replace(text, argument(method, arguments, 0), argument(method, arguments, 1));
            default -> throw new UnsupportedOperationException("texts have no method '" + method + "' here");
        };
    }

    /** Python's idea of white space: Unicode's, also the spaces that do not break, but not other control characters. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    /** Strips white space, or the given characters if not null. */
    static String strip(String text, String characters, boolean start, boolean end) {
        int from = 0;
        int to = text.length();
        while (start && from < to && isStripped(text.charAt(from), characters)) {
            from++;
        }
        while (end && to > from && isStripped(text.charAt(to - 1), characters)) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isStripped(char c, String characters) {
        return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        StringBuilder title = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return title.toString();
    }

    /** Splits at a separator, or at runs of white space if it is null; a negative limit means no limit. */
    static List<String> split(String text, String separator, int limit) {
        if (separator != null && separator.isEmpty()) {
            throw new IllegalStateException("split at an empty separator");
        }
        return separator == null ? splitAtSpace(text, limit) : splitAt(text, separator, limit);
    }

    private static List<String> splitAt(String text, String separator, int limit) {
        TemplateBudget budget = TemplateBudget.CURRENT.get();
        List<String> parts = new ArrayList<>();
        int start = 0;
        int next = text.indexOf(separator);
        while (next >= 0 && (limit < 0 || parts.size() < limit)) {
            parts.add(text.substring(start, next));
            budget.checkElements(parts.size());
            start = next + separator.length();
            next = text.indexOf(separator, start);
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<String> splitAtSpace(String text, int limit) {
        TemplateBudget budget = TemplateBudget.CURRENT.get();
        List<String> parts = new ArrayList<>();
        String rest = strip(text, null, true, false);
        int start = 0;
        for (int i = 0; i < rest.length() && (limit < 0 || parts.size() < limit); i++) {
            if (isSpace(rest.charAt(i))) {
                parts.add(rest.substring(start, i));
                budget.checkElements(parts.size());
                while (i + 1 < rest.length() && isSpace(rest.charAt(i + 1))) {
                    i++;
                }
                start = i + 1;
            }
        }
        if (start < rest.length()) {
            parts.add(rest.substring(start));
        }
        return parts;
    }

    static String replace(String text, String old, String replacement) {
        if (old.isEmpty()) {
            throw new IllegalStateException("replace of an empty text");
        }
        long occurrences = 0;
        for (int i = text.indexOf(old); i >= 0; i = text.indexOf(old, i + old.length())) {
            occurrences++;
        }
        long length = text.length() + occurrences * (replacement.length() - old.length());
        TemplateBudget.CURRENT.get().checkLength(length);
        return text.replace(old, replacement);
    }

    private static String optional(Object[] arguments) {
        return arguments.length == 0 || arguments[0] == null ? null : argument("str", arguments, 0);
    }

    private static String argument(String method, Object[] arguments, int index) {
        if (index < arguments.length && arguments[index] instanceof String text) {
            return text;
        }
        throw new IllegalStateException(method + " expects a text as argument " + (index + 1));
    }

    private static int number(Object argument) {
        if (argument instanceof Number number) {
            return number.intValue();
        }
        throw new IllegalStateException("split expects a number as argument 2");
    }
}
