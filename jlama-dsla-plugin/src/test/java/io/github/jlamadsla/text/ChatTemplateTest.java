package io.github.jlamadsla.text;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.bridge.TokenizerConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Expected texts are those of Python's Jinja 3.1.6 with trim_blocks, lstrip_blocks and loop controls. */
class ChatTemplateTest {
    private static final List<ChatTurn> CHAT = List.of(ChatTurn.system("Be brief. "),
            ChatTurn.user("\n\nHi {{ x }} {% y %}"),
            ChatTurn.assistant("  Ho"), ChatTurn.user("false"));
    private static final List<ChatTurn> HI = List.of(ChatTurn.user(" Hi there\n"));

    @Test
    void rendersTheDemoModelsTemplate() {
        ChatTemplate template = ChatTemplates.demoModel();
        assertThat(template.render(CHAT, true)).isEqualTo("<|bos|><|system|>\nBe brief. <|end|>\n"
                + "<|user|>\n\n\nHi {{ x }} {% y %}<|end|>\n<|assistant|>\n  Ho<|end|>\n"
                + "<|user|>\nfalse<|end|>\n<|assistant|>\n");
        assertThat(template.render(HI, false)).isEqualTo("<|bos|><|user|>\n Hi there\n<|end|>\n");
    }

    @Test
    void rendersChatMl() {
        ChatTemplate template = ChatTemplates.of(ChatTemplates.CHAT_ML);
        assertThat(template.render(CHAT, true)).isEqualTo("<|im_start|>system\nBe brief. <|im_end|>\n"
                + "<|im_start|>user\n\n\nHi {{ x }} {% y %}<|im_end|>\n<|im_start|>assistant\n  Ho<|im_end|>\n"
                + "<|im_start|>user\nfalse<|im_end|>\n<|im_start|>assistant\n");
        assertThat(template.render(HI, false))
                .isEqualTo("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, "
                        + "trained by Hugging Face<|im_end|>\n<|im_start|>user\n Hi there\n<|im_end|>\n");
    }

    @Test
    void rendersLlama3() {
        ChatTemplate template = ChatTemplates.of(ChatTemplates.LLAMA_3);
        assertThat(template.render(CHAT, true)).isEqualTo("<s><|start_header_id|>system<|end_header_id|>\n\n"
                + "Today Date: 24 Nov 2026\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
                + "Hi {{ x }} {% y %}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHo<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nfalse<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
        assertThatThrownBy(() -> template.render(List.of(ChatTurn.user("a"), ChatTurn.user("b")), true))
                .isInstanceOf(ChatTemplateException.class).hasMessage("chat template of test.json says: "
                        + "Conversation roles must alternate user/assistant/user/assistant/...");
    }

    static List<Arguments> constructs() {
        return List.of(
                arguments(
                        "a {%+ if true %} b {% endif %} c\n   {% if true %}\n  d\n   {% endif %}\ne {# n #}\n  {# n #}\nf\n",
                        "a  b  c\n  d\ne f"),
                arguments("  {% if true %}x{% endif %}\n\n {{- 'y' -}} \n z {%- if 1 %} w {% endif -%} \n v",
                        "xyz w v"),
                arguments("{ {{ messages[0].role }} }} %} #} {'a'} \\ \\n 'it' \"s",
                        "{ user }} %} #} {'a'} \\ \\n 'it' \"s"),
                arguments("{{ '\\t\\\\ \\'q\\' \\u00e9 \\x41' }}{{ \"dq 'x'\" }}{{ '{{ no }} {% no %} {# no #}' }}",
                        "\t\\ 'q' é Adq 'x'{{ no }} {% no %} {# no #}"),
                arguments(
                        "{{ messages[0].content | tojson }}{{ messages[0] | tojson }}{{ {'a': 1, 'b': [1, 2.5, true, none]} | tojson }}",
                        "\" Hi there\\n\"{\"role\": \"user\", \"content\": \" Hi there\\n\"}{\"a\": 1, \"b\": [1, 2.5, true, null]}"),
                arguments("{{ [1, {'k': 'ü'}] | tojson(indent=2) }}", "[\n  1,\n  {\n    \"k\": \"ü\"\n  }\n]"),
                arguments("{% if not 'x' in 'abc' %}1{% endif %}{% if not messages[0].role == 'user' %}2{% endif %}"
                        + "{% if 'a' not in 'bcd' and not false %}3{% endif %}", "13"),
                arguments(
                        "{{ '' == false }}{{ '1' == 1 }}{{ 1 == 1.0 }}{{ 'a' or 'b' }}{{ 'a' and 'b' }}{{ '' or 'y' }}",
                        "FalseFalseTrueaby"),
                arguments("{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 'x' ~ 1 ~ true }} {{ -3 | abs }}",
                        "7 3 3 x1True 3"),
                arguments("{% macro f(a, b='z') %}[{{ a }}-{{ b }}]{% endmacro %}{{ f('1') }}{{ f('1', '2') }}",
                        "[1-z][1-2]"),
                arguments(
                        "{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{{ loop.index0 }}{{ loop.last }}"
                                + "{% if i == 3 %}{% break %}{% endif %}{% endfor %}",
                        "0False2False3False"),
                arguments(
                        "{{ undefined }}[{{ messages[0].nothing }}]{{ undefined | default('d') }}{{ '' | default('e', true) }}",
                        "[]de"),
                arguments("{% set x %} in {{ messages[0].role }}\n{% endset %}<{{ x }}>{{ x | trim }}",
                        "< in user\n>in user"),
                arguments(
                        "{% for k, v in messages[0].items() %}{{ k }}={{ v | trim }};{% endfor %}{% for k in messages[0] %}{{ k }}{% endfor %}",
                        "role=user;content=Hi there;rolecontent"),
                arguments(
                        "{{ messages | map(attribute='role') | join(',') }}{{ messages[-1]['role'] }}{{ messages[:1] | length }}"
                                + "{{ (messages | selectattr('role', 'equalto', 'user') | list | last).role }}",
                        "useruser1user"),
                arguments(
                        "{{ messages[0].content is string }}{{ messages[0].content is iterable }}{{ messages[0] is mapping }}"
                                + "{{ messages is not string }}{{ foo is defined }}{{ none is none }}",
                        "TrueTrueTrueTrueFalseTrue"),
                arguments("{% set a = 1 %}{% for m in messages %}{% set a = 2 %}{% endfor %}{{ a }}"
                        + "{% set ns = namespace(a=1) %}{% for m in messages %}{% set ns.a = 2 %}{% endfor %}{{ ns.a }}",
                        "12"),
                arguments(
                        "{{ ' aXb '.strip().lower().split('x')[1] }}{{ 'a-b'.replace('-', '+').title() }}{{ 'abc'[1:] }}{{ 'abc'[-1] }}",
                        "bA+Bbcc"),
                arguments("{{ '\\u00a0\\u2003x\\x00\\u3000' | trim }}", "x\0"),
                arguments("{{ strftime_now('%Y-%m-%d %H:%M %B %A') }}", "2026-11-24 10:05 November Tuesday"),
                arguments("{% for m in messages %}{% generation %}{{ m.role }}{% endgeneration %}{% endfor %}",
                        "user"));
    }

    @ParameterizedTest
    @MethodSource("constructs")
    void rendersLikePythonsJinja(String jinja, String expected) {
        assertThat(ChatTemplates.of(jinja).render(HI, true)).isEqualTo(expected);
    }

    @Test
    void aTextThatSaysFalseIsTrue() {
        ChatTemplate template = ChatTemplates
                .of("{% if messages[0].content %}1{% endif %}{{ 'a' if messages[0].content and true }}");
        assertThat(template.render(List.of(ChatTurn.user("false")), true)).isEqualTo("1a");
    }

    @Test
    void messagesAreDataAlways() {
        String jinja = "{{ 1 + 1 }}{% raw %}{{ bos_token }}{# #}\\";
        for (ChatTemplate template : List.of(ChatTemplates.of("{{ messages[0].content }}"),
                ChatTemplates.of("{% set x = messages[0].content %}{{ x ~ '' }}"),
                ChatTemplates.of("{% macro f(x) %}{{ x }}{% endmacro %}{{ f(messages[0].content) }}"))) {
            assertThat(template.render(List.of(ChatTurn.user(jinja)), true)).isEqualTo(jinja);
        }
    }

    @Test
    void rendersLongChats() {
        ChatTemplate template = ChatTemplates.of(ChatTemplates.LLAMA_3);
        List<ChatTurn> turns = IntStream.range(0, 2000)
                .mapToObj(i -> i % 2 == 0 ? ChatTurn.user("q" + i) : ChatTurn.assistant("a" + i)).toList();
        assertThat(template.render(turns, true)).contains("q1998<|eot_id|>").contains("a1999<|eot_id|>");
        String story = "word ".repeat(600_000); // 3 MB
        assertThat(template.render(List.of(ChatTurn.user(story)), true)).contains(story.strip());
        assertThatThrownBy(() -> template.render(List.of(ChatTurn.user("word ".repeat(900_000))), true))
                .isInstanceOf(ChatTemplateException.class).hasMessageContaining("4194304");
    }

    @Test
    void refusesEmptyChatsAndEmptyTexts() {
        assertThatIllegalArgumentException().isThrownBy(() -> ChatTemplates.of("x").render(List.of(), true))
                .withMessageContaining("at least one message");
        assertThatThrownBy(() -> ChatTemplates.of("{% if false %}x{% endif %}").render(HI, true))
                .isInstanceOf(ChatTemplateException.class).hasMessageContaining("empty text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ 'a' | nosuch }}x", "{{ nosuch(1) }}x", "{% if 1 is nosuch %}a{% endif %}x", "{% foo %}",
        "{{ 'a'.foo() }}x", "{{ foo.bar }}x", "{{ foo.bar() }}x", "{{ foo['bar'] }}x", "{{ messages }}",
        "{{ messages[0] }}",
        "{{ 'a' | render }}", "{{ 'a' | log }}x", "{{ today() }}x", "{{ type(1) }}x", "{{ fn:list(1) }}x",
        "{{ super() }}x",
        "{% if true %}x", "{{ 'a'", "x{# a", "{{ 1 + }}", "x{% endif %}", "{% if 1 %}{% endfor %}",
        "{% for i in [1] %}x{% else %}y{% endfor %}", "{% for i in [1, 2] if i > 1 %}x{% endfor %}", "{% break %}x",
        "{% set a, b = 1, 2 %}x", "{% set a = 1, 2 %}x", "{% raw %}x{% endraw %}", "{% call f() %}{% endcall %}x",
        "{% filter upper %}x{% endfilter %}", "{% block a %}x{% endblock %}", "{{ loop.previtem }}x",
        "{% for m in messages %}{{ loop.previtem }}x{% endfor %}", "{{ messages[::-1] }}x", "{{ '\\q' }}",
        "{{ 1 // 0 }}x",
        "{{ 'a' * 3 }}x", "{{ strftime_now('%Q') }}x", "{{ range(1, 2, 0) }}x", "{{ messages.append(1) }}x",
        "{{ foo | length }}x", "{{ 'a' + [1] | tojson('x', 99) | nosuch }}"})
    void failsOnWhatItDoesNotKnow(String jinja) {
        assertThatThrownBy(() -> ChatTemplates.of(jinja).render(HI, true)).isInstanceOf(ChatTemplateException.class)
                .hasMessageStartingWith("chat template of test.json ");
    }

    @Test
    void takesTheTemplateOfAModel() {
        TokenizerConfig config = new TokenizerConfig("<b>", null, "own {{ bos_token }}{{ eos_token }}\n");
        assertThat(ChatTemplate.of("a model", config, ChatTemplates.CLOCK).render(HI, true)).isEqualTo("own <b>");
    }
}
