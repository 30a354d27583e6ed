package io.github.jlamadsla.langchain4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.serve.LevelMode;

/**
 * Settings that all chat models have. Either {@link #runtime} or {@link #modelDirectory} must be set; everything else
 * may be left out, and null means left out.
 *
 * @param <B> the builder itself
 */
public abstract sealed class DslaModelBuilder<B extends DslaModelBuilder<B>>
        permits DslaChatModel.Builder, DslaStreamingChatModel.Builder {
    private final RuntimeSource source = new RuntimeSource();
    private LongSupplier seeds = () -> ThreadLocalRandom.current().nextLong();

    private String modelName;
    private Double temperature;
    private Double topP;
    private Integer topK;
    private Double frequencyPenalty;
    private Double presencePenalty;
    private Integer maxOutputTokens;
    private List<String> stopSequences;
    private Long seed;
    private Integer level;
    private Duration timeout;
    private Double minP;
    private Double repetitionPenalty;
    private Integer priority;
    private String scope;
    private ChatRequestParameters defaultRequestParameters = DefaultChatRequestParameters.EMPTY;
    private List<ChatModelListener> listeners = List.of();
    private GenerationListener generationListener = GenerationListener.NONE;

    DslaModelBuilder() {}

    /** A runtime that stays its owner's: closing the chat model leaves it open. Several models may share one. */
    public B runtime(DslaRuntime runtime) {
        source.runtime(runtime);
        return self();
    }

    /**
     * A model directory to load; closing the chat model frees it. For more settings than here, and for several chat
     * models over the same weights: {@link #runtime}.
     */
    public B modelDirectory(Path directory) {
        source.modelDirectory(directory);
        return self();
    }

    /** The folder of the DSLA tensors, relative to the model directory. Unset: the runtime's default, {@code dsla}. */
    public B dslaFolder(String folder) {
        source.set("dslaFolder", folder, DslaRuntime.Builder::dslaFolder);
        return self();
    }

    /** Threads that compute. Unset: the runtime's default. */
    public B threads(Integer threads) {
        source.set("threads", threads, DslaRuntime.Builder::threads);
        return self();
    }

    /**
     * How the level of requests that pin none comes about: at one level, by length class, or by load, with caps and
     * quality limit. Unset: the runtime's default.
     */
    public B levelMode(LevelMode mode) {
        source.set("levelMode", mode, DslaRuntime.Builder::levelMode);
        return self();
    }

    /** Most off-heap bytes of all requests together, cached prefixes included; 1 or more. Unset: the runtime's default. */
    public B memoryLimit(Long bytes) {
        source.set("memoryLimit", bytes, DslaRuntime.Builder::memoryLimit);
        return self();
    }

    /** Most of the memory limit that cached prefixes may take, 0 to 0.9. Unset: the runtime's default. */
    public B prefixCache(Double shareOfMemoryLimit) {
        source.set("prefixCache", shareOfMemoryLimit, DslaRuntime.Builder::prefixCache);
        return self();
    }

    /** Most requests that have not ended, 1 or more; beyond it they are refused. Unset: the runtime's default. */
    public B maxQueuedRequests(Integer requests) {
        source.set("maxQueuedRequests", requests, DslaRuntime.Builder::maxQueuedRequests);
        return self();
    }

    /**
     * Most prompt tokens of all requests that have not ended, 1 or more; beyond it they are refused. Unset: the
     * runtime's default.
     */
    public B maxQueuedPromptTokens(Long tokens) {
        source.set("maxQueuedPromptTokens", tokens, DslaRuntime.Builder::maxQueuedPromptTokens);
        return self();
    }

    /** The name in requests and responses, not blank. Unset: the model's own. */
    public B modelName(String name) {
        this.modelName = name;
        return self();
    }

    /** 0 to 100; 0, the default, always takes the likeliest token. */
    public B temperature(Double temperature) {
        this.temperature = temperature;
        return self();
    }

    /** Draw among the likeliest tokens whose shares add up to this; above 0, at most 1. Unset: all. */
    public B topP(Double topP) {
        this.topP = topP;
        return self();
    }

    /** Draw among this many likeliest tokens; 0 or unset: all. */
    public B topK(Integer topK) {
        this.topK = topK;
        return self();
    }

    /** Taken from a token's logit for each time it is in the answer; -2 to 2. Unset: 0. */
    public B frequencyPenalty(Double penalty) {
        this.frequencyPenalty = penalty;
        return self();
    }

    /** Taken from the logit of each token that is in the answer; -2 to 2. Unset: 0. */
    public B presencePenalty(Double penalty) {
        this.presencePenalty = penalty;
        return self();
    }

    /** Most tokens of an answer, the prompt not counted; 1 or more, 256 if unset. */
    public B maxOutputTokens(Integer tokens) {
        this.maxOutputTokens = tokens;
        return self();
    }

    /**
     * Texts that end an answer, wherever they come: neither they nor what follows is in it. At most 16, of 1 to 1,000
     * characters. Unset: none.
     */
    public B stopSequences(List<String> texts) {
        this.stopSequences = texts;
        return self();
    }

    /** Drop tokens whose share is below this times that of the likeliest; 0, off, to 1. Unset: 0. */
    public B minP(Double minP) {
        this.minP = minP;
        return self();
    }

    /**
     * Logits of tokens of prompt and answer are divided by it if positive, else multiplied; above 0, at most 100.
     * Unset: 1, which is off.
     */
    public B repetitionPenalty(Double penalty) {
        this.repetitionPenalty = penalty;
        return self();
    }

    /** -100 to 100; of requests that wait, a higher one begins first. Unset: 0. */
    public B priority(Integer priority) {
        this.priority = priority;
        return self();
    }

    /**
     * Whose cached prefixes requests may use and leave behind: those of the same scope alone. At most 200 characters.
     * Unset: the common ones.
     */
    public B scope(String key) {
        this.scope = key;
        return self();
    }

    /** The seed of requests that name none: same seed, same request, same answer. Unset: a new one each time. */
    public B seed(Long seed) {
        this.seed = seed;
        return self();
    }

    /** Pins requests that name no level to one of the levels of the model's order. Unset: the runtime decides. */
    public B level(Integer level) {
        this.level = level;
        return self();
    }

    /**
     * Longest time from a request's submission to its end, waiting in the queue included; above 0. Unset: none. The
     * same as the deadline of {@link DslaChatRequestParameters}.
     */
    public B timeout(Duration time) {
        this.timeout = time;
        return self();
    }

    /**
     * Parameters of requests that set none, {@link DslaChatRequestParameters} or plain ones; a value set by a method of
     * this builder wins over the one in here.
     */
    public B defaultRequestParameters(ChatRequestParameters parameters) {
        this.defaultRequestParameters = Objects.requireNonNullElse(parameters, DefaultChatRequestParameters.EMPTY);
        return self();
    }

    /** LangChain4j's listeners: they see each request with its parameters merged, and its response or error. */
    public B listeners(List<ChatModelListener> listeners) {
        this.listeners = listeners == null ? List.of() : List.copyOf(listeners);
        return self();
    }

    /**
     * Hears the progress of every request, on threads of the runtime; requests of several threads call it at the same
     * time. What it throws ends that request, and its caller gets it as it is.
     */
    public B generationListener(GenerationListener listener) {
        this.generationListener = Objects.requireNonNullElse(listener, GenerationListener.NONE);
        return self();
    }

    /** The engine itself instead of a runtime, owned. */
    B engine(ChatEngine engine) {
        source.engine(engine);
        return self();
    }

    /** Where seeds come from while none is set. */
    B seeds(LongSupplier seeds) {
        this.seeds = seeds;
        return self();
    }

    abstract B self();

    /** Checks everything, then opens the engine. */
    ChatModelParts parts() {
        DslaChatRequestParameters merged = merge(null);
        UnsupportedFeatures.checkDefaults(merged);
        ChatRequestMapper.generation(merged, 0);
        if (modelName != null) {
            if (modelName.isBlank()) {
                throw new IllegalArgumentException("modelName is blank; allowed: a name, or unset");
            }
            UnsupportedFeatures.checkModelName(defaultRequestParameters, modelName);
        }
        source.check();
        ChatEngine opened = source.open();
        try {
            return parts(opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private ChatModelParts parts(ChatEngine opened) {
        String name = modelName == null ? opened.modelName() : modelName;
        UnsupportedFeatures.checkModelName(defaultRequestParameters, name);
        DslaChatRequestParameters defaults = merge(name);
        PinnableLevels levels = PinnableLevels.of(opened);
        levels.check(defaults.level());
        ChatRequestMapper mapper = new ChatRequestMapper(name, levels, seeds);
        return new ChatModelParts(opened, mapper, defaults, listeners, generationListener);
    }

    private DslaChatRequestParameters merge(String name) {
        return fallbacks().overrideWith(defaultRequestParameters)
                .overrideWith(DslaChatRequestParameters.builder()
                        .temperature(temperature)
                        .topP(topP)
                        .topK(topK)
                        .frequencyPenalty(frequencyPenalty)
                        .presencePenalty(presencePenalty)
                        .maxOutputTokens(maxOutputTokens)
                        .stopSequences(stopSequences)
                        .level(level)
                        .priority(priority)
                        .deadline(timeout)
                        .scope(scope)
                        .seed(seed)
                        .minP(minP)
                        .repetitionPenalty(repetitionPenalty)
                        .build())
                .modelName(name)
                .build();
    }

    private static DslaChatRequestParameters.Builder fallbacks() {
        return DslaChatRequestParameters.builder()
                .temperature(0.0)
                .maxOutputTokens(ChatRequestMapper.DEFAULT_MAX_OUTPUT_TOKENS);
    }
}
