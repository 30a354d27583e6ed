package io.github.jlamadsla.langchain4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;

/**
 * Settings that all chat models have. Either {@link #runtime} or {@link #modelDirectory} must be set; everything else
 * may be left out, and null means left out.
 *
 * @param <B> the builder itself
 */
public abstract sealed class DslaModelBuilder<B extends DslaModelBuilder<B>>
        permits DslaChatModel.Builder, DslaStreamingChatModel.Builder {
    private DslaRuntime runtime;
    private Path modelDirectory;
    private String dslaFolder;
    private Integer threads;
    private ChatEngine engine;
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
    private ChatRequestParameters defaultRequestParameters = DefaultChatRequestParameters.EMPTY;
    private List<ChatModelListener> listeners = List.of();
    private GenerationListener generationListener = GenerationListener.NONE;

    DslaModelBuilder() {}

    /** A runtime that stays its owner's: closing the chat model leaves it open. Several models may share one. */
    public B runtime(DslaRuntime runtime) {
        this.runtime = runtime;
        return self();
    }

    /**
     * A model directory to load; closing the chat model frees it. For more settings than here, and for several chat
     * models over the same weights: {@link #runtime}.
     */
    public B modelDirectory(Path directory) {
        this.modelDirectory = directory;
        return self();
    }

    /** The folder of the DSLA tensors, relative to the model directory. Unset: the runtime's default, {@code dsla}. */
    public B dslaFolder(String folder) {
        this.dslaFolder = folder;
        return self();
    }

    /** Threads that compute. Unset: the runtime's default. */
    public B threads(Integer threads) {
        this.threads = threads;
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

    /** The seed of every request: same seed, same request, same answer. Unset: a new one each time. */
    public B seed(Long seed) {
        this.seed = seed;
        return self();
    }

    /** Pins every request of this model to one of the levels of its order. Unset: the runtime decides. */
    public B level(Integer level) {
        this.level = level;
        return self();
    }

    /** Longest time from a request's submission to its end, waiting in the queue included; above 0. Unset: none. */
    public B timeout(Duration time) {
        this.timeout = time;
        return self();
    }

    /** Parameters of requests that set none; a value set by a method of this builder wins over the one in here. */
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
        this.engine = engine;
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
        ChatRequestParameters merged = merge(null);
        UnsupportedFeatures.checkDefaults(merged);
        ChatRequestMapper.sampling(merged, 0);
        ChatRequestMapper.maxOutputTokens(merged);
        ChatRequestMapper.limits(merged, timeout);
        if (modelName != null) {
            if (modelName.isBlank()) {
                throw new IllegalArgumentException("modelName is blank; allowed: a name, or unset");
            }
            UnsupportedFeatures.checkModelName(defaultRequestParameters, modelName);
        }
        if (level != null && level < 0) {
            throw new IllegalArgumentException("level is " + level + "; allowed: 0 or more");
        }
        checkSource();
        ChatEngine opened = open();
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
        if (level != null && (level < opened.bottomLevel() || level > opened.topLevel())) {
            throw new IllegalArgumentException(
                    "level is " + level + "; allowed: " + opened.bottomLevel() + " to " + opened.topLevel());
        }
        int pinned = level == null ? GenerationRequest.UNPINNED : level;
        Long fixed = seed;
        ChatRequestMapper mapper = new ChatRequestMapper(name, pinned, timeout, fixed == null ? seeds : () -> fixed);
        return new ChatModelParts(opened, mapper, merge(name), listeners, generationListener);
    }

    private ChatRequestParameters merge(String name) {
        ChatRequestParameters common = defaultRequestParameters;
        return DefaultChatRequestParameters.builder()
                .overrideWith(common)
                .modelName(name)
                .temperature(first(temperature, common.temperature(), 0.0))
                .topP(first(topP, common.topP(), null))
                .topK(first(topK, common.topK(), null))
                .frequencyPenalty(first(frequencyPenalty, common.frequencyPenalty(), null))
                .presencePenalty(first(presencePenalty, common.presencePenalty(), null))
                .maxOutputTokens(first(maxOutputTokens, common.maxOutputTokens(),
                        ChatRequestMapper.DEFAULT_MAX_OUTPUT_TOKENS))
                .stopSequences(first(stopSequences, common.stopSequences(), null))
                .build();
    }

    private static <T> T first(T own, T common, T otherwise) {
        return own != null ? own : common != null ? common : otherwise;
    }

    private void checkSource() {
        long sources = Stream.of(runtime, modelDirectory, engine).filter(Objects::nonNull).count();
        if (sources != 1) {
            throw new IllegalArgumentException(
                    "runtime and modelDirectory are " + (sources == 0 ? "unset" : "both set") + "; allowed: one");
        }
        if (modelDirectory == null && (dslaFolder != null || threads != null)) {
            throw new IllegalArgumentException("dslaFolder is " + dslaFolder + " and threads " + threads
                    + " without a modelDirectory; allowed: unset, a runtime has its own");
        }
    }

    private ChatEngine open() {
        if (engine != null) {
            return engine;
        }
        return runtime != null ? RuntimeChatEngine.borrowed(runtime) : RuntimeChatEngine.owned(load());
    }

    private DslaRuntime load() {
        if (!Files.isDirectory(modelDirectory)) {
            throw new ModelNotFoundException("modelDirectory is " + modelDirectory + "; allowed: a directory");
        }
        DslaRuntime.Builder loader = DslaRuntime.builder().modelDirectory(modelDirectory);
        if (dslaFolder != null) {
            loader.dslaFolder(dslaFolder);
        }
        if (threads != null) {
            loader.threads(threads);
        }
        try {
            return loader.build();
        } catch (RuntimeException e) {
            throw EngineExceptions.notLoaded(e);
        }
    }
}
