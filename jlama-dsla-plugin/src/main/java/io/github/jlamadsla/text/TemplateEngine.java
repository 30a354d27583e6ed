package io.github.jlamadsla.text;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaNodePreProcessor;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.IfTag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;

import jinjava.javax.el.ExpressionFactory;

/**
 * Jinjava, made to behave like Hugging Face's sandboxed Jinja and to know nothing else: tags, filters, tests and
 * functions are those listed here, values those of {@link TemplateValues}, look-ups those of {@link TemplateResolver}.
 */
final class TemplateEngine {
    private static final Set<String> TAGS = Set.of("if", "elif", "else", "for", "set", "macro", "break", "continue");
    private static final Set<String> LIBRARY_FILTERS = Set.of("int", "abs", "map", "select", "reject", "selectattr",
            "rejectattr");
    private static final Set<String> LIBRARY_TESTS = Set.of("defined", "undefined", "none", "string", "mapping",
            "number", "integer", "float", "boolean", "true", "false", "truthy", "eq", "equalto", "==", "ne", "!=", "lt",
            "<", "le", "<=", "gt", ">", "ge", ">=", "in", "even", "odd", "divisibleby");
    private static final Set<String> LIBRARY_FUNCTIONS = Set.of("namespace");
    private static final int MACRO_DEPTH = 16;
    private static final Pattern CLASS_NAMES = Pattern.compile("^([\\w.]*Exception: )+");

    private final Jinjava jinjava;
    private final JinjavaConfig config;

    TemplateEngine(TemplateLimits limits) {
        this.config = configuration(limits, disabledLibraries());
        this.jinjava = new PythonJinja(config);
        for (TemplateFilter filter : TemplateFilter.values()) {
            jinjava.registerFilter(filter);
        }
        TemplateFunctions.definitions().forEach(jinjava::registerFunction);
        jinjava.registerExpTest(new Iterates("iterable"));
        jinjava.registerExpTest(new Iterates("sequence"));
        jinjava.registerTag(new PythonIf());
    }

    /**
     * Renders on the calling thread, to which a {@link TemplateBudget} is bound.
     *
     * @param source as {@link JinjaSource} makes it
     * @throws ChatTemplateException with the first thing that went wrong
     */
    String render(String source, Map<String, ?> variables) {
        Context context = new Context(jinjava.getGlobalContextCopy(), variables, config.getDisabled());
        JinjavaInterpreter interpreter = new Interpreter(jinjava, context, config);
        try (var current = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
            Node root = current.value().parse(source);
            failOnErrors(interpreter);
            String text = interpreter.render(root);
            failOnErrors(interpreter);
            return text;
        }
    }

    private static void failOnErrors(JinjavaInterpreter interpreter) {
        String limit = TemplateBudget.CURRENT.get().failure();
        if (limit != null) {
            throw new ChatTemplateException(limit);
        }
        List<TemplateError> errors = interpreter.getErrorsCopy();
        if (!errors.isEmpty()) {
            throw new ChatTemplateException("fails: " + reason(errors.getFirst()));
        }
    }

    private static String reason(TemplateError error) {
        Throwable root = error.getException();
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        boolean ours = root instanceof IllegalStateException || root instanceof IllegalArgumentException;
        String message = ours ? root.getMessage() : error.getMessage();
        return CLASS_NAMES.matcher(message).replaceFirst("").strip();
    }

    private static JinjavaConfig configuration(TemplateLimits limits, Map<Context.Library, Set<String>> disabled) {
        LegacyOverrides python = LegacyOverrides.newBuilder().withEvaluateMapKeys(true).withIterateOverMapKeys(true)
                .withParseWhitespaceControlStrictly(true).withAllowAdjacentTextNodes(true)
                .withHandleBackslashInQuotesOnly(true).withKeepNullableLoopValues(true)
                .withUseNaturalOperatorPrecedence(true).build();
        return JinjavaConfig.newBuilder().withLegacyOverrides(python).withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false).withReadOnlyResolver(true)
                .withElResolver(new TemplateResolver()).withObjectUnwrapper(new TemplateValues())
                .withDisabled(disabled).withMaxOutputSize(limits.characters())
                .withMaxStringLength(limits.characters()).withMaxListSize(TemplateLimits.ELEMENTS)
                .withMaxMapSize(TemplateLimits.ELEMENTS).withRangeLimit(TemplateLimits.RANGE)
                .withEnableRecursiveMacroCalls(true).withMaxMacroRecursionDepth(MACRO_DEPTH)
                .withProcessors(JinjavaProcessors.newBuilder().withNodePreProcessor(new CountNodes()).build()).build();
    }

    /** All of Jinjava's libraries but what is listed above: what a new version brings is off until listed. */
    private static Map<Context.Library, Set<String>> disabledLibraries() {
        Context all = new Context();
        Map<Context.Library, Set<String>> disabled = new EnumMap<>(Context.Library.class);
        disabled.put(Context.Library.TAG, all.getAllTags().stream().map(Importable::getName)
                .filter(name -> !TAGS.contains(name.replaceFirst("^end", ""))).collect(Collectors.toSet()));
        disabled.put(Context.Library.FILTER, all.getAllFilters().stream().map(Importable::getName)
                .filter(name -> !LIBRARY_FILTERS.contains(name) && !isOurs(name)).collect(Collectors.toSet()));
        disabled.put(Context.Library.EXP_TEST,
                all.getAllExpTests().stream().map(Importable::getName).filter(name -> !LIBRARY_TESTS.contains(name)
                        && !name.equals("iterable") && !name.equals("sequence")).collect(Collectors.toSet()));
        Set<String> ourFunctions = TemplateFunctions.definitions().stream().map(ELFunctionDefinition::getLocalName)
                .collect(Collectors.toSet());
        disabled.put(Context.Library.FUNCTION,
                all.getAllFunctions().stream()
                        .filter(function -> !function.getNamespace().isEmpty()
                                || !LIBRARY_FUNCTIONS.contains(function.getLocalName())
                                        && !ourFunctions.contains(function.getLocalName()))
                        .map(Importable::getName).collect(Collectors.toSet()));
        return disabled;
    }

    private static boolean isOurs(String filter) {
        for (TemplateFilter ours : TemplateFilter.values()) {
            if (ours.getName().equals(filter)) {
                return true;
            }
        }
        return false;
    }

    private static final class PythonJinja extends Jinjava {
        private final ExpressionFactory expressions = PythonExpressions.factory();

        PythonJinja(JinjavaConfig config) {
            super(config);
        }

        @Override
        public ExpressionFactory getExpressionFactory() {
            return expressions;
        }
    }

    /** Prints values as Python does. */
    private static final class Interpreter extends JinjavaInterpreter {
        Interpreter(Jinjava jinjava, Context context, JinjavaConfig config) {
            super(jinjava, context, config);
        }

        @Override
        public String getAsString(Object value) {
            return TemplateFilter.text(value);
        }
    }

    private static final class CountNodes extends JinjavaNodePreProcessor {
        @Override
        public void accept(Node node, JinjavaInterpreter interpreter) {
            TemplateBudget.CURRENT.get().step();
            super.accept(node, interpreter);
        }
    }

    private static final class PythonIf extends IfTag {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isPositiveIfElseNode(TagNode node, JinjavaInterpreter interpreter) {
            return TemplateFilter.isTrue(
                    interpreter.resolveELExpression(node.getHelpers(), node.getLineNumber(), node.getStartPosition()));
        }
    }

    /** Python's texts and maps can be iterated over, too. */
    private record Iterates(String name) implements ExpTest {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean evaluate(Object value, JinjavaInterpreter interpreter, Object... arguments) {
            return value instanceof Iterable || value instanceof CharSequence || value instanceof Object[]
                    || value instanceof Map && name.equals("iterable");
        }
    }
}
