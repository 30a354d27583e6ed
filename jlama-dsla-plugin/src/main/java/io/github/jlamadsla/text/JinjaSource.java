package io.github.jlamadsla.text;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A Jinja source made ready for Jinjava. White space follows Python's Jinja with {@code trim_blocks} and
 * {@code lstrip_blocks}, as Hugging Face renders (Jinjava's own options of these names do something else); comments go,
 * Python's string literals become Jinjava's, and what could be misread later is refused here, before any rendering.
 */
final class JinjaSource {
    private final String source;
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> openTags = new ArrayDeque<>();
    private int at;
    private boolean lineStarts = true; // whether what was read last ended a line

    private JinjaSource(String source) {
        this.source = source;
    }

    /**
     * The prepared source.
     *
     * @throws ChatTemplateException if the source is too long, not closed, or uses what is not supported
     */
    static String prepare(String template) {
        if (template.length() > TemplateLimits.TEMPLATE_CHARACTERS) {
            throw new ChatTemplateException("is " + template.length() + " characters long; allowed: "
                    + TemplateLimits.TEMPLATE_CHARACTERS);
        }
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        return new JinjaSource(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines).prepare();
    }

    private String prepare() {
        while (at < source.length()) {
            int start = nextDelimiter();
            String text = source.substring(at, start);
            if (start == source.length()) {
                appendText(text);
                break;
            }
            char kind = source.charAt(start + 1);
            char sign = start + 2 < source.length() ? source.charAt(start + 2) : ' ';
            appendText(textBefore(text, kind, sign));
            at = start + (sign == '-' || sign == '+' ? 3 : 2);
            switch (kind) {
                case '#' -> skipComment(start);
                case '%' -> appendTag(start);
                default -> appendExpression(start);
            }
        }
        if (!openTags.isEmpty()) {
            throw new ChatTemplateException("does not close '" + openTags.peek() + "'");
        }
        return out.toString();
    }

    private int nextDelimiter() {
        for (int i = at; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return source.length();
    }

    private String textBefore(String text, char kind, char sign) {
        if (sign == '-') {
            return PythonText.strip(text, null, false, true);
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean opensLine = line > 0 || lineStarts;
        return sign != '+' && kind != '{' && opensLine && text.substring(line).isBlank()
                ? text.substring(0, line)
                : text;
    }

    /** Text stands for itself, but an open brace must not become a delimiter with what is appended next. */
    private void appendText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' && (i + 1 == text.length() || "{%#".indexOf(text.charAt(i + 1)) >= 0)) {
                out.append("{{ '{' }}");
            } else {
                out.append(c);
            }
        }
    }

    private void skipComment(int start) {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw unclosed("comment", start);
        }
        goOn(end + 2, end > at ? source.charAt(end - 1) : ' ', true);
    }

    private void appendExpression(int start) {
        JinjaBody body = JinjaBody.read(source, at, "}}");
        if (body == null) {
            throw unclosed("expression", start);
        }
        body.checkLength(line(start));
        out.append("{{ ").append(body.text()).append(" }}");
        goOn(body.end(), body.sign(), false);
    }

    private void appendTag(int start) {
        JinjaBody body = JinjaBody.read(source, at, "%}");
        if (body == null) {
            throw unclosed("tag", start);
        }
        body.checkLength(line(start));
        JinjaTag tag = JinjaTag.of(body, line(start));
        tag.nest(openTags);
        if (!tag.isMark()) {
            out.append("{% ").append(body.text()).append(" %}");
        }
        goOn(body.end(), body.sign(), true);
    }

    private void goOn(int end, char sign, boolean trimNewline) {
        at = end;
        if (sign == '-') {
            while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (sign != '+' && trimNewline && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        lineStarts = at > 0 && source.charAt(at - 1) == '\n';
    }

    private ChatTemplateException unclosed(String what, int start) {
        return new ChatTemplateException("has a part '" + what + "' in line " + line(start) + " that is not closed");
    }

    private int line(int index) {
        return 1 + (int) source.substring(0, index).chars().filter(c -> c == '\n').count();
    }
}
