package io.github.jlamadsla.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** JSON as Python's {@code json.dumps(value, ensure_ascii=False, indent=...)} writes it. */
final class PythonJson {
    private final StringBuilder out = new StringBuilder();
    private final TemplateBudget budget = TemplateBudget.CURRENT.get();
    private final int indent;

    private PythonJson(int indent) {
        this.indent = indent;
    }

    /** @param indent spaces per level, 0 to 8; negative for one line */
    static String write(Object value, int indent) {
        if (indent > 8) {
            throw new IllegalStateException("tojson's indent is " + indent + "; allowed: at most 8");
        }
        PythonJson json = new PythonJson(indent);
        json.append(value, 0);
        return json.out.toString();
    }

    private void append(Object value, int level) {
        switch (value) {
            case null -> out.append("null");
            case CharSequence text -> out.append('"').append(JsonStringEncoder.getInstance().quoteAsString(text))
                    .append('"');
            case Boolean truth -> out.append(truth);
            case Number number -> out.append(number);
            case Map<?, ?> map -> appendAll('{', map.entrySet(), '}', level);
            case Collection<?> list -> appendAll('[', list, ']', level);
            case Object[] array -> appendAll('[', Arrays.asList(array), ']', level);
            case Map.Entry<?, ?> entry -> {
                append(String.valueOf(entry.getKey()), level);
                out.append(": ");
                append(entry.getValue(), level);
            }
            default -> throw new IllegalStateException("tojson of something that is not data");
        }
        budget.checkLength(out.length());
    }

    private void appendAll(char open, Collection<?> elements, char close, int level) {
        out.append(open);
        for (Iterator<?> rest = elements.iterator(); rest.hasNext();) {
            breakLine(level + 1);
            append(rest.next(), level + 1);
            if (rest.hasNext()) {
                out.append(indent < 0 ? ", " : ",");
            } else {
                breakLine(level);
            }
        }
        out.append(close);
    }

    private void breakLine(int level) {
        if (indent >= 0) {
            out.append('\n').repeat(' ', indent * level);
        }
    }
}
