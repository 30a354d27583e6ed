package io.github.jlamadsla.text;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.jlamadsla.bridge.TokenizerConfig;

/**
 * A model's chat template: Jinja, rendered as Hugging Face renders it. Thread-safe.
 *
 * <p>A template comes with a checkpoint and is code, so it runs in a sandbox: it sees {@code messages} (maps of
 * {@code role} and {@code content}), {@code bos_token}, {@code eos_token}, {@code add_generation_prompt} and its own
 * values, no Java object, no file; its output, loops, nesting, memory and time (4 MB, 1 s of processor time) are
 * limited. Whatever it does beyond that, or cannot do, is a {@link ChatTemplateException}, never a shorter text.
 */
public final class ChatTemplate {
    private static final String WARM_UP = "{% set ns = namespace(n=0) %}{% for m in messages %}"
            + "{% if m['role'] is defined and not loop.last %}{{ m.content | trim + bos_token }}{% endif %}{% endfor %}.";

    private final String name;
    private final String source;
    private final String bosToken;
    private final String eosToken;
    private final Clock clock;
    private final TemplateLimits limits;
    private final TemplateEngine engine;

    /**
     * Checks a template.
     *
     * @param name what error messages call it, such as the file it comes from
     * @param template Jinja source, at most 128 K characters
     * @param bosToken spelling of the token that begins a text, or "" if there is none
     * @param eosToken spelling of the token that ends a text, or ""
     * @param clock for {@code strftime_now}
     * @throws ChatTemplateException if the template uses what is not supported
     */
    public ChatTemplate(String name, String template, String bosToken, String eosToken, Clock clock) {
        this(name, template, bosToken, eosToken, clock, TemplateLimits.STANDARD);
    }

    ChatTemplate(String name, String template, String bosToken, String eosToken, Clock clock, TemplateLimits limits) {
        this.name = Objects.requireNonNull(name, "name");
        this.bosToken = Objects.requireNonNull(bosToken, "bosToken");
        this.eosToken = Objects.requireNonNull(eosToken, "eosToken");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.limits = limits;
        try {
            this.source = JinjaSource.prepare(template);
        } catch (ChatTemplateException e) {
            throw named(e.getMessage(), e);
        }
        this.engine = new TemplateEngine(limits);
        // Loading the engine's classes takes longer than a rendering may; this way no rendering is charged for it.
        render(JinjaSource.prepare(WARM_UP), List.of(ChatTurn.user("a")), false, TemplateLimits.WARM_UP);
    }

    /**
     * The template of a model.
     *
     * @param name what error messages call it
     * @param config with a template
     * @param clock for {@code strftime_now}
     * @throws ChatTemplateException if the template uses what is not supported
     */
    public static ChatTemplate of(String name, TokenizerConfig config, Clock clock) {
        return new ChatTemplate(name, config.chatTemplate(), Objects.requireNonNullElse(config.bosToken(), ""),
                Objects.requireNonNullElse(config.eosToken(), ""), clock);
    }

    /**
     * Renders a chat.
     *
     * @param turns at least one
     * @param addGenerationPrompt whether the text ends with what begins an answer
     * @throws IllegalArgumentException if there is no turn
     * @throws ChatTemplateException if the template fails, refuses the chat, passes a limit or renders nothing
     */
    public String render(List<ChatTurn> turns, boolean addGenerationPrompt) {
        if (turns.isEmpty()) {
            throw new IllegalArgumentException("messages is empty; allowed: at least one message");
        }
        String text = render(source, turns, addGenerationPrompt, limits);
        if (text.isEmpty()) {
            throw named("renders " + turns.size() + " messages as an empty text", null);
        }
        return text;
    }

    /** Whether a character stands in the template or the tokens it is given. */
    boolean contains(char c) {
        return (source + bosToken + eosToken).indexOf(c) >= 0;
    }

    private String render(String jinja, List<ChatTurn> turns, boolean addGenerationPrompt, TemplateLimits allowed) {
        Map<String, Object> variables = new HashMap<>(TemplateFunctions.names());
        variables.put("messages", turns.stream().map(ChatTemplate::message).toList());
        variables.put("bos_token", bosToken);
        variables.put("eos_token", eosToken);
        variables.put("add_generation_prompt", addGenerationPrompt);
        return onThreadOfItsOwn(() -> renderHere(jinja, variables, allowed), allowed.patience());
    }

    private static Map<String, String> message(ChatTurn turn) {
        Map<String, String> message = new LinkedHashMap<>(); // templates may iterate over it
        message.put("role", turn.role().templateName());
        message.put("content", turn.text());
        return Collections.unmodifiableMap(message);
    }

    private String renderHere(String jinja, Map<String, ?> variables, TemplateLimits allowed) {
        TemplateBudget budget = new TemplateBudget(allowed, clock);
        try {
            return ScopedValue.where(TemplateBudget.CURRENT, budget).call(() -> engine.render(jinja, variables));
        } catch (TemplateBudget.Exceeded e) {
            throw new ChatTemplateException(e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new ChatTemplateException("is nested too deeply", e);
        } catch (OutOfMemoryError e) {
            throw new ChatTemplateException("takes more memory than there is", e);
        }
    }

    /** Its own stack and its own count of time and memory; given up if it does not end, which the limits rule out. */
    private String onThreadOfItsOwn(Callable<String> rendering, Duration patience) {
        FutureTask<String> task = new FutureTask<>(rendering);
        Thread thread = Thread.ofPlatform().daemon().name("chat-template").start(task);
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw named(cause instanceof ChatTemplateException ? cause.getMessage() : "fails: " + cause, cause);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw named("does not end within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw named("was interrupted", e);
        }
    }

    private ChatTemplateException named(String reason, Throwable cause) {
        return new ChatTemplateException("chat template of " + name + " " + reason, cause);
    }
}
