package io.github.jlamadsla.text;

/**
 * What stands between two delimiters of a Jinja source.
 *
 * @param text stripped, in one line but for what is quoted, with Jinjava's string escapes
 * @param outline the same with every quoted or bracketed character replaced by a blank: to look for words in
 * @param sign the sign before the closing delimiter, '-', '+' or ' '
 * @param end index after the closing delimiter
 */
record JinjaBody(String text, String outline, char sign, int end) {

    void checkLength(int line) {
        if (text.length() > TemplateLimits.TAG_CHARACTERS) {
            throw new ChatTemplateException("has an expression of " + text.length() + " characters in line " + line
                    + "; allowed: " + TemplateLimits.TAG_CHARACTERS);
        }
    }

    /** Reads from an index to the closing delimiter; null if there is none. */
    static JinjaBody read(String source, int start, String delimiter) {
        StringBuilder text = new StringBuilder();
        StringBuilder outline = new StringBuilder();
        int brackets = 0;
        int i = start;
        while (i < source.length()) {
            char c = source.charAt(i);
            boolean signed = (c == '-' || c == '+') && source.startsWith(delimiter, i + 1);
            if (brackets == 0 && (signed || source.startsWith(delimiter, i))) {
                int end = i + delimiter.length() + (signed ? 1 : 0);
                return stripped(text, outline, signed ? c : ' ', end);
            }
            if (c == '\'' || c == '"') {
                i = PythonLiteral.read(source, i, text);
                outline.repeat(' ', text.length() - outline.length());
                continue;
            }
            brackets += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            if (brackets > TemplateLimits.LEVELS) { // Jinjava's parser is exponential in them
                throw new ChatTemplateException("nests brackets deeper than " + TemplateLimits.LEVELS + " levels");
            }
            if (c == '}' && !text.isEmpty() && text.charAt(text.length() - 1) == '}') {
                text.append(' '); // Jinjava would take two for the end of the expression
                outline.append(' ');
            }
            text.append(c == '\n' || c == '\t' ? ' ' : c);
            outline.append(brackets > 0 || ")]}\n\t".indexOf(c) >= 0 ? ' ' : c);
            i++;
        }
        return null;
    }

    private static JinjaBody stripped(StringBuilder text, StringBuilder outline, char sign, int end) {
        String whole = text.toString();
        int from = whole.length() - whole.stripLeading().length();
        int to = Math.max(from, whole.stripTrailing().length());
        return new JinjaBody(whole.substring(from, to), outline.substring(from, to), sign, end);
    }
}
