package io.github.jlamadsla.text;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import io.github.jlamadsla.bridge.JlamaModelDirectory;

/** Templates as models have them. */
final class ChatTemplates {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T10:05:00Z"), ZoneOffset.UTC);

    /** The demo model's. */
    static ChatTemplate demoModel() {
        try (JlamaModelDirectory model = JlamaModelDirectory.open(TestTokenizers.demoModel())) {
            return ChatTemplate.of("the demo model", model.tokenizerConfig(), CLOCK);
        }
    }

    /** SmolLM2's. */
    static final String CHAT_ML = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
            + "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}"
            + "{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
            + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    /** In the style of Llama 3, with its white space control, and Llama 2's check of the order of roles. */
    static final String LLAMA_3 = """
            {%- if not date_string is defined %}
                {%- set date_string = strftime_now("%d %b %Y") if strftime_now is defined else "26 Jul 2024" %}
            {%- endif %}
            {%- if messages[0]['role'] == 'system' %}
                {%- set system_message = messages[0]['content'] | trim %}
                {%- set loop_messages = messages[1:] %}
            {%- else %}
                {%- set system_message = "" %}
                {%- set loop_messages = messages %}
            {%- endif %}

            {#- The system message comes first, whatever happens. #}
            {{- bos_token + "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
            {{- "Today Date: " + date_string + "\\n\\n" + system_message + "<|eot_id|>" }}
            {%- set ns = namespace(users=0) %}
            {%- for message in loop_messages %}
                {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}
                    {{- raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
                {%- endif %}
                {%- if message.role == 'user' %}{%- set ns.users = ns.users + 1 %}{% endif %}
                {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
                {{- message['content'] | trim + '<|eot_id|>' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
            {%- endif %}
            """;

    private ChatTemplates() {}

    static ChatTemplate of(String jinja) {
        return new ChatTemplate("test.json", jinja, "<s>", "</s>", CLOCK);
    }
}
