package io.github.jlamadsla.text;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class HostileTemplateTest {
    private static final List<ChatTurn> HI = List.of(ChatTurn.user("hi"));
    private static final String SEED = "{% set ns = namespace(x='" + "a".repeat(64)
            + "', l=[1]) %}{% for i in range(60) %}";
    private static final String LARGE = "{% set ns = namespace(x='" + "a".repeat(64)
            + "') %}{% for i in range(15) %}{% set ns.x = ns.x + ns.x %}{% endfor %}"; // 2 MB

    static List<Arguments> bombs() {
        return List.of(
                arguments("endless nested loops",
                        "{% for i in range(10000) %}{% for j in range(10000) %}{% for k in range(10000) %}"
                                + "{% endfor %}{% endfor %}{% endfor %}x",
                        "steps|ms|MB"),
                arguments("huge range", "{% for i in range(1000000000) %}x{% endfor %}", "range of more than 10000"),
                arguments("huge range backwards", "{{ range(0, -1000000000, -1) | length }}",
                        "range of more than 10000"),
                arguments("output", "{% for i in range(10000) %}{% for j in range(100) %}" + "a".repeat(50)
                        + "{% endfor %}{% endfor %}", "4194304"),
                arguments("output of a large text", LARGE + "{{ ns.x }}{{ ns.x }}{{ ns.x }}", "4194304"),
                arguments("multiplication", "{{ 'a' * 1000000000 }}", "coerce"),
                arguments("plus", SEED + "{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}", "4194304"),
                arguments("tilde", SEED + "{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}", "4194304"),
                arguments("replace filter", SEED + "{% set ns.x = ns.x | replace('a', 'aaaaaaaa') %}{% endfor %}x",
                        "4194304"),
                arguments("replace method", SEED + "{% set ns.x = ns.x.replace('a', 'aaaaaaaa') %}{% endfor %}x",
                        "4194304"),
                arguments("join", LARGE + "{{ range(1000) | join(ns.x) }}", "4194304"),
                arguments("tojson", LARGE + "{{ ns.x.replace('a', '\\x01') | tojson }}", "4194304"),
                arguments("split", LARGE + "{{ ns.x.split('a') | length }}", "50000"),
                arguments("list of characters", LARGE + "{{ ns.x | list | length }}", "50000"),
                arguments("doubled list", SEED + "{% set ns.l = ns.l + ns.l %}{% endfor %}x", "50000"),
                arguments("list of itself twice", SEED + "{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l == ns.l }}",
                        "50000|deeper"),
                arguments("deep list", SEED + "{% set ns.l = [ns.l] %}{% endfor %}x", "deeper"),
                arguments("hoarding",
                        LARGE + "{% for i in range(10000) %}{% set ns.l = (ns.l or []) + [ns.x ~ i] %}{% endfor %}x",
                        "4194304|MB"),
                arguments("block of a large text", LARGE + "{% set y %}" + "{{ ns.x }}".repeat(3000) + "{% endset %}x",
                        "MB|ms"),
                arguments("namespace in itself", "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns.a == ns }}",
                        "fails|deeper"),
                arguments("recursive macro", "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}x",
                        "recursion|steps|MB|ms"),
                arguments("mutually recursive macros", "{% macro f(n) %}{{ g(n) }}{{ g(n) }}{% endmacro %}"
                        + "{% macro g(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}x", "recursion|steps|MB|ms"),
                arguments("deep tags", "{% if true %}".repeat(5000) + "x" + "{% endif %}".repeat(5000), "deeper"),
                arguments("deep brackets", "{{ " + "(".repeat(3000) + "1" + ")".repeat(3000) + " }}", "deeper"),
                arguments("deep lists", "{{ " + "[".repeat(3000) + "1" + "]".repeat(3000) + " }}", "deeper"),
                arguments("deep signs", "{{ " + "-".repeat(8000) + "1 }}", "deeply"),
                arguments("long expression", "{{ " + "'a' + ".repeat(2000) + "'a' }}", "8192"),
                arguments("long template", "x".repeat(200_000), "131072"),
                arguments("pattern for macros", "{% macro " + "a".repeat(8000) + " %}{% endmacro %}x", "macro"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void stopsBombs(String name, String jinja, String reason) {
        assertThatThrownBy(() -> ChatTemplates.of(jinja).render(HI, true)).isInstanceOf(ChatTemplateException.class)
                .message().containsPattern(reason).hasSizeLessThan(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ ''.class }}x", "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ messages.getClass() }}x",
        "{{ messages['class'] }}x", "{{ messages[0].class.classLoader }}x", "{{ 1.class }}x", "{{ true.class.name }}x",
        "{% for m in messages %}{{ loop.class }}{{ loop.getClass() }}{% endfor %}x", "{{ ''.__class__.__mro__ }}x",
        "{{ ____int3rpr3t3r____ }}", "{{ ____int3rpr3t3r____.config }}", "{{ ____int3rpr3t3r____.getContext() }}",
        "{% set x = ____int3rpr3t3r____ %}x", "{{ [____int3rpr3t3r____] | tojson }}", "{{ ____int3rpr3t3r____ ~ '' }}",
        "{% for class, bytes in ['abc'] %}{{ class }}{% endfor %}x",
        "{{ [messages] | map(attribute='class') | list | tojson }}",
        "{{ messages[0].content | map(attribute='class') | list | tojson }}", "{{ namespace.class }}x",
        "{{ raise_exception.getClass() }}x", "{{ ''['class'] }}x", "{{ messages[0].entrySet() }}x",
        "{{ range(3).stream() }}x",
        "{% macro f() %}{% endmacro %}{{ f.class }}x", "{{ ''.format('%s') }}x", "{{ ''.chars() }}x"})
    void reachesNoJavaObject(String jinja) {
        assertThatThrownBy(() -> ChatTemplates.of(jinja).render(HI, true)).isInstanceOf(ChatTemplateException.class)
                .message().doesNotContain("java.lang.Class");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{% include '/etc/passwd' %}", "{% import '/etc/passwd' as x %}",
        "{% extends '/etc/passwd' %}",
        "{% from '/etc/passwd' import x %}", "{%- include 'tokenizer.json' -%}",
        "{% set x %}{% include 'a' %}{% endset %}"})
    void readsNoFile(String jinja) {
        assertThatThrownBy(() -> ChatTemplates.of(jinja)).isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("is not supported");
    }

    @Test
    void stopsAfterItsTime() {
        TemplateLimits brief = new TemplateLimits(1 << 20, Long.MAX_VALUE, Duration.ofMillis(100), Long.MAX_VALUE,
                Duration.ofSeconds(30));
        ChatTemplate endless = new ChatTemplate("t", ENDLESS, "", "", ChatTemplates.CLOCK, brief);
        assertThatThrownBy(() -> endless.render(HI, true)).isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("runs longer than 100 ms");
    }

    @Test
    void stopsWhenItIsGivenUpOrTheCallerIsInterrupted() throws Exception {
        TemplateLimits impatient = new TemplateLimits(1 << 20, Long.MAX_VALUE, Duration.ofHours(1), Long.MAX_VALUE,
                Duration.ofMillis(200));
        ChatTemplate endless = new ChatTemplate("t", ENDLESS, "", "", ChatTemplates.CLOCK, impatient);
        assertThatThrownBy(() -> endless.render(HI, true)).isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("does not end within 200 ms");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> endless.render(HI, true)).isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private static final String ENDLESS = "{% for i in range(10000) %}{% for j in range(10000) %}{% for k in range(10000) %}"
            + "{% endfor %}{% endfor %}{% endfor %}x";

    @AfterAll
    static void leavesNoThreadBehind() throws Exception {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("chat-template")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }
}
