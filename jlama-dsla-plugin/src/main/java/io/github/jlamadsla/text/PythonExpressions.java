package io.github.jlamadsla.text;

import java.util.Objects;

import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.ExtendedParser;

import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.misc.TypeConverter;
import jinjava.de.odysseus.el.tree.Bindings;
import jinjava.de.odysseus.el.tree.TreeStore;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Cache;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.Scanner;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstBracket;
import jinjava.de.odysseus.el.tree.impl.ast.AstDot;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstRightValue;
import jinjava.de.odysseus.el.tree.impl.ast.AstUnary;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ExpressionFactory;

/** Jinjava's expressions with Python's {@code not}, {@code and}, {@code ==}, undefined values and truth values. */
final class PythonExpressions {
    private static final int CACHED_EXPRESSIONS = 1000;

    private PythonExpressions() {}

    static ExpressionFactory factory() {
        Builder syntax = new Syntax();
        return new ExpressionFactoryImpl(new TreeStore(syntax, new Cache(CACHED_EXPRESSIONS)), new Conversions());
    }

    private static final class Syntax extends ExtendedSyntaxBuilder {
        private static final long serialVersionUID = 1L;

        Syntax() {
            super(Feature.METHOD_INVOCATIONS, Feature.VARARGS);
        }

        @Override
        protected Parser createParser(String expression) {
            return new PythonParser(this, expression);
        }
    }

    private static final class PythonParser extends ExtendedParser {
        PythonParser(Builder context, String input) {
            super(context, input);
        }

        @Override
        protected AstDot createAstDot(AstNode base, String property, boolean assignable) {
            return super.createAstDot(new Defined(base), property, assignable);
        }

        @Override
        protected AstBracket createAstBracket(AstNode base, AstNode property, boolean assignable, boolean strict) {
            return super.createAstBracket(new Defined(base), property, assignable, strict);
        }

        /** {@code a and b} is one of the two, not a truth value. */
        @Override
        protected AstNode and(boolean required) throws Scanner.ScanException, ParseException {
            AstNode left = eq(required);
            while (left != null && getToken().getSymbol() == Scanner.Symbol.AND) {
                consumeToken();
                left = createAstBinary(left, eq(true), AND);
            }
            return left;
        }

        /** {@code not a in b} is {@code not (a in b)}; Jinjava reads {@code (not a) in b}. */
        @Override
        protected AstNode eq(boolean required) throws Scanner.ScanException, ParseException {
            if (getToken().getSymbol() == Scanner.Symbol.NOT) {
                consumeToken();
                return createAstUnary(eq(true), AstUnary.NOT);
            }
            AstNode left = cmp(required);
            while (left != null) {
                Scanner.Token token = getToken();
                if (token.getSymbol() == Scanner.Symbol.EQ || token.getSymbol() == Scanner.Symbol.NE) {
                    consumeToken();
                    left = createAstBinary(left, cmp(true),
                            token.getSymbol() == Scanner.Symbol.EQ ? EQUAL : NOT_EQUAL);
                } else if (token.getSymbol() == Scanner.Symbol.EXTENSION
                        && getExtensionHandler(token).getExtensionPoint() == ExtensionPoint.EQ) {
                    left = getExtensionHandler(consumeToken()).createAstNode(left, cmp(true));
                } else {
                    break;
                }
            }
            return left;
        }
    }

    /** What stands before a dot, bracket or call must be there: Jinjava makes nothing of nothing. */
    private static final class Defined extends AstRightValue {
        private final AstNode node;

        Defined(AstNode node) {
            this.node = node;
        }

        @Override
        public Object eval(Bindings bindings, ELContext context) {
            Object value = node.eval(bindings, context);
            if (value == null) {
                throw new ELException(missing(node.toString()));
            }
            return value;
        }

        private static String missing(String name) {
            if (name.startsWith(ExtendedParser.FILTER_PREFIX)) {
                return "unknown filter '" + name.substring(ExtendedParser.FILTER_PREFIX.length()) + "'";
            }
            return name.startsWith(ExtendedParser.EXPTEST_PREFIX)
                    ? "unknown test '" + name.substring(ExtendedParser.EXPTEST_PREFIX.length()) + "'"
                    : "'" + name + "' is undefined";
        }

        @Override
        public void appendStructure(StringBuilder builder, Bindings bindings) {
            node.appendStructure(builder, bindings);
        }

        @Override
        public int getCardinality() {
            return 1;
        }

        @Override
        public AstNode getChild(int index) {
            return index == 0 ? node : null;
        }

        @Override
        public String toString() {
            return node.toString();
        }
    }

    private static final AstBinary.Operator AND = new AstBinary.Operator() {
        @Override
        public Object eval(Bindings bindings, ELContext context, AstNode left, AstNode right) {
            Object first = left.eval(bindings, context);
            return TemplateFilter.isTrue(first) ? right.eval(bindings, context) : first;
        }

        @Override
        public String toString() {
            return "and";
        }
    };

    private static final AstBinary.Operator EQUAL = new AstBinary.SimpleOperator() {
        @Override
        protected Object apply(TypeConverter converter, Object left, Object right) {
            return areEqual(left, right);
        }

        @Override
        public String toString() {
            return "==";
        }
    };

    private static final AstBinary.Operator NOT_EQUAL = new AstBinary.SimpleOperator() {
        @Override
        protected Object apply(TypeConverter converter, Object left, Object right) {
            return !areEqual(left, right);
        }

        @Override
        public String toString() {
            return "!=";
        }
    };

    /** Without Jinjava's conversions: there the empty text equals false and '1' equals 1. */
    private static boolean areEqual(Object left, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return a.doubleValue() == b.doubleValue();
        }
        return Objects.equals(left, right);
    }

    private static final class Conversions extends TruthyTypeConverter {
        private static final long serialVersionUID = 1L;

        @Override
        protected Boolean coerceToBoolean(Object value) {
            return TemplateFilter.isTrue(value);
        }

        @Override
        protected String coerceToString(Object value) {
            return TemplateFilter.text(value);
        }
    }
}
