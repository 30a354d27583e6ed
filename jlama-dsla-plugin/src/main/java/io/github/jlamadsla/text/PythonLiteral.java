package io.github.jlamadsla.text;

/** String literals of Python made ones of Jinjava, which knows only the escapes of backslash and quote. */
final class PythonLiteral {
    private PythonLiteral() {}

    /**
     * Reads a literal.
     *
     * @param start index of the opening quote
     * @param out gets the literal for Jinjava
     * @return index after the closing quote
     * @throws ChatTemplateException if the literal is not closed or has an escape we do not know
     */
    static int read(String source, int start, StringBuilder out) {
        char quote = source.charAt(start);
        out.append(quote);
        int i = start + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            if (source.charAt(i) == '\\') {
                i = readEscape(source, i + 1, quote, out);
            } else {
                append(source.charAt(i++), quote, out);
            }
        }
        if (i == source.length()) {
            throw new ChatTemplateException("has a string that is not closed: " + excerpt(source, start));
        }
        out.append(quote);
        return i + 1;
    }

    private static int readEscape(String source, int at, char quote, StringBuilder out) {
        char escape = at < source.length() ? source.charAt(at) : ' ';
        switch (escape) {
            case 'n' -> append('\n', quote, out);
            case 't' -> append('\t', quote, out);
            case 'r' -> append('\r', quote, out);
            case 'b' -> append('\b', quote, out);
            case 'f' -> append('\f', quote, out);
            case '\\', '\'', '"' -> append(escape, quote, out);
            case 'x' -> {
                return readCode(source, at + 1, 2, quote, out);
            }
            case 'u' -> {
                return readCode(source, at + 1, 4, quote, out);
            }
            case 'U' -> {
                return readCode(source, at + 1, 8, quote, out);
            }
            default -> throw unknown(source, at);
        }
        return at + 1;
    }

    private static int readCode(String source, int start, int digits, char quote, StringBuilder out) {
        int end = start + digits;
        if (end > source.length()) {
            throw unknown(source, start - 1);
        }
        try {
            String text = Character.toString(Integer.parseUnsignedInt(source, start, end, 16));
            text.chars().forEach(c -> append((char) c, quote, out));
            return end;
        } catch (IllegalArgumentException e) {
            throw unknown(source, start - 1);
        }
    }

    private static void append(char c, char quote, StringBuilder out) {
        if (c == '\\' || c == quote) {
            out.append('\\');
        }
        out.append(c);
    }

    private static ChatTemplateException unknown(String source, int at) {
        return new ChatTemplateException("has an unknown escape in a string: " + excerpt(source, at - 1));
    }

    private static String excerpt(String source, int start) {
        return source.substring(start, Math.min(source.length(), start + 20));
    }
}
