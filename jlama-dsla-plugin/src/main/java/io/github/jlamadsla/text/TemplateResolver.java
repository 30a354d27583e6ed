package io.github.jlamadsla.text;

import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;

import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/**
 * All that a template can get at behind a dot, a bracket or a call. It takes the place of Jinjava's resolver, which
 * reaches the properties and methods of any Java object by reflection; here nothing is looked up by reflection.
 */
final class TemplateResolver extends ELResolver {

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        if (base == null) {
            return null;
        }
        Object value = switch (base) {
            case Map<?, ?> map -> map.get(property);
            case List<?> list -> element(list, property);
            case Object[] array -> element(Arrays.asList(array), property);
            case String text -> character(text, property);
            case ForLoop loop -> loopProperty(loop, String.valueOf(property));
            // Jinjava takes this exception as "no such property" where a method of that name may follow.
            default -> throw new IllegalArgumentException("no attribute '" + property + "' here");
        };
        context.setPropertyResolved(true);
        return value;
    }

    @Override
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] parameters) {
        TemplateBudget.CURRENT.get().step();
        Object[] arguments = parameters == null ? new Object[0] : parameters;
        Object result = switch (base) {
            case null -> throw new ELException("unknown filter, test or method '" + method + "'");
            case Filter filter when "filter".equals(method) -> applyFilter(filter, arguments);
            case ExpTest test when "evaluate".equals(method) -> applyTest(test, arguments);
            case ExpTest test when "evaluateNegated".equals(method) -> !applyTest(test, arguments);
            case String text -> callText(text, String.valueOf(method), arguments);
            case Map<?, ?> map -> callMap(map, String.valueOf(method), arguments);
            default -> throw new ELException("no method '" + method + "' here");
        };
        context.setPropertyResolved(true);
        return result;
    }

    private static Object element(List<?> list, Object property) {
        int index = index(property);
        int fromStart = index < 0 ? index + list.size() : index;
        return fromStart >= 0 && fromStart < list.size() ? list.get(fromStart) : null;
    }

    private static Object character(String text, Object property) {
        int index = index(property);
        int fromStart = index < 0 ? index + text.length() : index;
        return fromStart >= 0 && fromStart < text.length() ? text.substring(fromStart, fromStart + 1) : null;
    }

    private static int index(Object property) {
        try {
            return Integer.parseInt(String.valueOf(property));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no attribute '" + property + "' here");
        }
    }

    private static Object loopProperty(ForLoop loop, String property) {
        return switch (property) {
            case "index" -> loop.getIndex();
            case "index0" -> loop.getIndex0();
            case "revindex" -> loop.getRevindex();
            case "revindex0" -> loop.getRevindex0();
            case "first" -> loop.isFirst();
            case "last" -> loop.isLast();
            case "length" -> loop.getLength();
            default -> throw new IllegalArgumentException("loop." + property + " is not supported");
        };
    }

    @SuppressWarnings("unchecked")
    private static Object applyFilter(Filter filter, Object[] arguments) {
        return filter.filter(arguments[0], (JinjavaInterpreter) arguments[1], (Object[]) arguments[2],
                (Map<String, Object>) arguments[3]);
    }

    private static boolean applyTest(ExpTest test, Object[] arguments) {
        return test.evaluate(arguments[0], (JinjavaInterpreter) arguments[1],
                Arrays.copyOfRange(arguments, 2, arguments.length));
    }

    private static Object callText(String text, String method, Object[] arguments) {
        try {
            return PythonText.call(text, method, arguments);
        } catch (UnsupportedOperationException | IllegalStateException e) {
            throw new ELException(e.getMessage(), e);
        }
    }

    private static Object callMap(Map<?, ?> map, String method, Object[] arguments) {
        return switch (method) {
            case "items" -> items(map);
            case "keys" -> new ArrayList<>(map.keySet());
            case "values" -> new ArrayList<>(map.values());
            case "get" -> get(map, arguments);
            default -> throw new ELException("maps have no method '" + method + "' here");
        };
    }

    /** Pairs of key and value, as Python's {@code dict.items()}. */
    static List<List<Object>> items(Map<?, ?> map) {
        List<List<Object>> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(Arrays.asList(key, value)));
        return items;
    }

    private static Object get(Map<?, ?> map, Object[] arguments) {
        if (arguments.length < 1 || arguments.length > 2) {
            throw new ELException("get expects one or two arguments");
        }
        Object value = map.get(Objects.toString(arguments[0]));
        return value == null && arguments.length == 2 ? arguments[1] : value;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new ELException("values cannot be changed");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return Collections.emptyIterator();
    }
}
