package io.github.jlamadsla.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import com.hubspot.jinjava.util.ObjectTruthValue;

/** Filters as Python's Jinja and Hugging Face define them, where Jinjava's differ or know no bounds. */
enum TemplateFilter implements AdvancedFilter {
    TRIM {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return PythonText.strip(text(value), arguments.length > 0 ? text(arguments[0]) : null, true, true);
        }
    },
    TOJSON {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            Object indent = arguments.length > 0 ? arguments[0] : named.get("indent");
            return PythonJson.write(value, indent instanceof Number number ? number.intValue() : -1);
        }
    },
    LENGTH {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return value instanceof String text ? text.codePointCount(0, text.length()) : elements(value).size();
        }
    },
    COUNT {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return LENGTH.apply(value, arguments, named);
        }
    },
    REPLACE {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            require(arguments.length == 2, "replace expects two texts");
            return PythonText.replace(text(value), text(arguments[0]), text(arguments[1]));
        }
    },
    JOIN {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            require(named.isEmpty() && arguments.length < 2, "join expects a text at most");
            String separator = arguments.length == 0 ? "" : text(arguments[0]);
            List<String> texts = elements(value).stream().map(TemplateFilter::text).toList();
            long length = texts.stream().mapToLong(String::length).sum() + (long) separator.length() * texts.size();
            TemplateBudget.CURRENT.get().checkLength(length);
            return String.join(separator, texts);
        }
    },
    LIST {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return new ArrayList<>(elements(value));
        }
    },
    ITEMS {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            require(value instanceof Map, "items expects a map");
            return TemplateResolver.items((Map<?, ?>) value);
        }
    },
    STRING {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return text(value);
        }
    },
    SAFE {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return text(value);
        }
    },
    UPPER {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return PythonText.call(text(value), "upper", arguments);
        }
    },
    LOWER {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return PythonText.call(text(value), "lower", arguments);
        }
    },
    CAPITALIZE {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return PythonText.capitalize(text(value));
        }
    },
    TITLE {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return PythonText.title(text(value));
        }
    },
    FIRST {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            List<?> elements = elements(value);
            return elements.isEmpty() ? null : elements.getFirst();
        }
    },
    LAST {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            List<?> elements = elements(value);
            return elements.isEmpty() ? null : elements.getLast();
        }
    },
    REVERSE {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            if (value instanceof String text) {
                return new StringBuilder(text).reverse().toString();
            }
            List<Object> reversed = new ArrayList<>(elements(value));
            Collections.reverse(reversed);
            return reversed;
        }
    },
    DEFAULT {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            Object instead = arguments.length > 0 ? arguments[0] : named.getOrDefault("default_value", "");
            Object alsoForFalse = arguments.length > 1 ? arguments[1] : named.get("boolean");
            boolean missing = value == null || Boolean.TRUE.equals(alsoForFalse) && !isTrue(value);
            return missing ? instead : value;
        }
    },
    D {
        @Override
        Object apply(Object value, Object[] arguments, Map<String, Object> named) {
            return DEFAULT.apply(value, arguments, named);
        }
    };

    abstract Object apply(Object value, Object[] arguments, Map<String, Object> named);

    @Override
    public String getName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
        TemplateBudget.CURRENT.get().step();
        return apply(value, arguments, named);
    }

    /** A value as Python prints it; lists and maps must go through tojson or join. */
    static String text(Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Boolean truth -> truth ? "True" : "False";
            case Number number -> number.toString();
            default -> throw new IllegalStateException("a list or map is used as text; use tojson or join");
        };
    }

    /** Python's truth value: also the text "false" is true. */
    static boolean isTrue(Object value) {
        return value instanceof CharSequence text ? !text.isEmpty() : ObjectTruthValue.evaluate(value);
    }

    private static List<?> elements(Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Collection<?> collection -> new ArrayList<>(collection);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case Object[] array -> Arrays.asList(array);
            case String text -> {
                TemplateBudget.CURRENT.get().checkElements(text.length());
                yield text.codePoints().mapToObj(Character::toString).toList();
            }
            case null, default -> throw new IllegalStateException(
                    Objects.requireNonNullElse(value, "an undefined value") + " is not a list");
        };
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }
}
