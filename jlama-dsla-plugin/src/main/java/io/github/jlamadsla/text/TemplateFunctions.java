package io.github.jlamadsla.text;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;

/** Functions that Hugging Face gives to chat templates. Public and static because Jinjava calls them by reflection. */
public final class TemplateFunctions {
    private TemplateFunctions() {}

    static List<ELFunctionDefinition> definitions() {
        return List.of(
                new ELFunctionDefinition("", "raise_exception", TemplateFunctions.class, "raiseException",
                        Object.class),
                new ELFunctionDefinition("", "strftime_now", TemplateFunctions.class, "strftimeNow", String.class),
                new ELFunctionDefinition("", "range", TemplateFunctions.class, "range", Object[].class));
    }

    /** For {@code strftime_now is defined}: Jinjava keeps functions apart from variables, Python does not. */
    static Map<String, String> names() {
        return definitions().stream().map(ELFunctionDefinition::getLocalName)
                .collect(Collectors.toMap(name -> name, name -> "function " + name));
    }

    /** Ends the rendering with the template's own message. */
    public static Object raiseException(Object message) {
        TemplateBudget.CURRENT.get().fail("says: " + message);
        return null;
    }

    /** The injected clock's time in Python's format, in English. */
    public static String strftimeNow(String format) {
        return StrftimeFormatter.format(ZonedDateTime.now(TemplateBudget.CURRENT.get().clock()), format,
                Locale.ENGLISH);
    }

    /** Python's range, of at most 10,000 numbers. */
    public static List<Object> range(Object... arguments) {
        if (arguments.length < 1 || arguments.length > 3) {
            throw new IllegalStateException("range expects one to three numbers");
        }
        long start = arguments.length == 1 ? 0 : number(arguments[0]);
        long end = number(arguments[arguments.length == 1 ? 0 : 1]);
        long step = arguments.length == 3 ? number(arguments[2]) : 1;
        if (step == 0) {
            throw new IllegalStateException("range's step is 0");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += step) {
            if (numbers.size() == TemplateLimits.RANGE) {
                TemplateBudget.CURRENT.get().fail("makes a range of more than " + TemplateLimits.RANGE + " numbers");
            }
            numbers.add(i);
        }
        return numbers;
    }

    private static int number(Object argument) {
        if (argument instanceof Number number && number.doubleValue() == number.intValue()) {
            return number.intValue();
        }
        throw new IllegalStateException("range got '" + argument + "', which is not a number it can use");
    }
}
