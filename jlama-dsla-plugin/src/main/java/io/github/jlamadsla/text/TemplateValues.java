package io.github.jlamadsla.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

import com.hubspot.jinjava.el.ObjectUnwrapper;
import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.MacroFunction;
import com.hubspot.jinjava.util.ForLoop;

/**
 * Looks at every value that a template takes from a variable or gets from an expression: only maps, lists, texts,
 * numbers and truth values pass, and only if written out they stay within the limits. So no operation on a value can
 * take unbounded time or memory, whatever the template engine does inside it.
 */
final class TemplateValues implements ObjectUnwrapper {

    @Override
    public Object unwrapObject(Object value) {
        TemplateBudget budget = TemplateBudget.CURRENT.get();
        budget.step();
        new Measure(budget).add(value, 0);
        return value;
    }

    private static final class Measure {
        private final TemplateBudget budget;
        private long characters;
        private long elements;

        Measure(TemplateBudget budget) {
            this.budget = budget;
        }

        void add(Object value, int level) {
            if (level > TemplateLimits.LEVELS) {
                budget.fail("makes a value nested deeper than " + TemplateLimits.LEVELS + " levels");
            }
            switch (value) {
                case null -> {
                }
                case CharSequence text -> budget.checkLength(characters += text.length());
                case Number number -> count();
                case Boolean truth -> count();
                case Collection<?> collection -> collection.forEach(element -> addElement(element, level));
                case Object[] array -> Arrays.asList(array).forEach(element -> addElement(element, level));
                case Map<?, ?> map -> map.forEach((key, element) -> {
                    add(key, level + 1);
                    addElement(element, level);
                });
                case NamedParameter parameter -> add(parameter.getValue(), level + 1);
                case ForLoop loop -> count();
                case MacroFunction macro -> count();
                case Filter filter -> count();
                case ExpTest test -> count();
                default -> budget.fail("reaches for " + value.getClass().getSimpleName()
                        + "; allowed: maps, lists, texts, numbers and truth values");
            }
        }

        private void addElement(Object element, int level) {
            count();
            add(element, level + 1);
        }

        private void count() {
            budget.checkElements(++elements);
        }
    }
}
