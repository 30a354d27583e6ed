package io.github.jlamadsla.langchain4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;

/**
 * A chat model served in this JVM, some of its attention layers as dual-state linear attention.
 * <pre>{@code
 * try (DslaChatModel model = DslaChatModel.builder().modelDirectory(Path.of("my-model")).build()) {
 *     System.out.println(model.chat("What is hidden in this story? ..."));
 * }
 * }</pre>
 * Usable from many threads at once. Honoured per request: temperature, topP, topK and maxOutputTokens. Everything else
 * of LangChain4j's common parameters, tools, JSON output and content other than text throw
 * {@link UnsupportedFeatureException}, by request as by builder. The name of a user message is not passed on: chat
 * templates have no place for it. System messages go to the template wherever they stand.
 * <p>
 * Every response carries {@link DslaChatResponseMetadata}.
 * <p>
 * Errors of a chat: {@link InvalidRequestException} for a prompt that does not fit the context (it names both lengths),
 * a request that does not fit the memory limit even alone, and a value out of range; {@link RateLimitException} when the
 * queue or the memory is full; {@link ModelNotFoundException} for a model without a chat template, which can serve token
 * ids only; {@link InternalServerException} for a fault of the engine; {@link NonRetriableException}
 * if the waiting thread is interrupted, which ends the request and keeps the thread's flag;
 * {@link IllegalStateException} once closed.
 */
public final class DslaChatModel implements ChatModel, AutoCloseable {
    private final ChatEngine engine;
    private final ChatRequestMapper mapper;
    private final ChatRequestParameters defaults;
    private final List<ChatModelListener> listeners;
    private final GenerationListener generationListener;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DslaChatModel(ChatEngine engine, ChatRequestMapper mapper, ChatRequestParameters defaults,
            Builder builder) {
        this.engine = engine;
        this.mapper = mapper;
        this.defaults = defaults;
        this.listeners = builder.listeners;
        this.generationListener = builder.generationListener;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Answers a request whose parameters are merged already; call {@link #chat(ChatRequest)}. */
    @Override
    public ChatResponse doChat(ChatRequest request) {
        ListenerGuard listener = new ListenerGuard(generationListener);
        GenerationHandle handle = submit(request, listener);
        return mapper.toResponse(await(handle, listener), "dsla-" + UUID.randomUUID());
    }

    /** The builder's parameters, model name, temperature and maxOutputTokens always among them. */
    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }

    @Override
    public List<ChatModelListener> listeners() {
        return listeners;
    }

    /** Closes the runtime that the builder loaded; one that was handed over stays open. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            engine.close();
        }
    }

    private GenerationHandle submit(ChatRequest request, GenerationListener listener) {
        if (closed.get()) {
            throw new IllegalStateException("the chat model is closed");
        }
        try {
            int[] prompt = engine.encodeChat(mapper.toTurns(request));
            return engine.submit(mapper.toGeneration(request.parameters(), prompt), listener);
        } catch (RuntimeException e) {
            throw EngineExceptions.refused(e);
        }
    }

    private static GenerationResult await(GenerationHandle handle, ListenerGuard listener) {
        try {
            return handle.result().get();
        } catch (InterruptedException e) {
            handle.cancel();
            Thread.currentThread().interrupt();
            throw new NonRetriableException("interrupted while waiting for the answer; the request was cancelled", e);
        } catch (CancellationException e) {
            throw EngineExceptions.failed(e);
        } catch (ExecutionException e) {
            throw failure(e.getCause(), listener);
        }
    }

    private static RuntimeException failure(Throwable cause, ListenerGuard listener) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException own && listener.threw(own)) {
            return own;
        }
        return EngineExceptions.failed(cause);
    }

    /**
     * Either {@link #runtime} or {@link #modelDirectory} must be set; everything else may be left out, and null means
     * left out.
     */
    public static final class Builder {
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
        private Integer maxOutputTokens;
        private Long seed;
        private Integer level;
        private ChatRequestParameters defaultRequestParameters = DefaultChatRequestParameters.EMPTY;
        private List<ChatModelListener> listeners = List.of();
        private GenerationListener generationListener = GenerationListener.NONE;

        private Builder() {}

        /** A runtime that stays its owner's: closing the chat model leaves it open. Several models may share one. */
        public Builder runtime(DslaRuntime runtime) {
            this.runtime = runtime;
            return this;
        }

        /** A model directory to load; closing the chat model frees it. For more settings than here: {@link #runtime}. */
        public Builder modelDirectory(Path directory) {
            this.modelDirectory = directory;
            return this;
        }

        /** The folder of the DSLA tensors, relative to the model directory. Unset: the runtime's default, {@code dsla}. */
        public Builder dslaFolder(String folder) {
            this.dslaFolder = folder;
            return this;
        }

        /** Threads that compute. Unset: the runtime's default. */
        public Builder threads(Integer threads) {
            this.threads = threads;
            return this;
        }

        /** The name in requests and responses, not blank. Unset: the model's own. */
        public Builder modelName(String name) {
            this.modelName = name;
            return this;
        }

        /** 0 to 100; 0, the default, always takes the likeliest token. */
        public Builder temperature(Double temperature) {
            this.temperature = temperature;
            return this;
        }

        /** Draw among the likeliest tokens whose shares add up to this; above 0, at most 1. Unset: all. */
        public Builder topP(Double topP) {
            this.topP = topP;
            return this;
        }

        /** Draw among this many likeliest tokens; 0 or unset: all. */
        public Builder topK(Integer topK) {
            this.topK = topK;
            return this;
        }

        /** Most tokens of an answer, the prompt not counted; 1 or more, 256 if unset. */
        public Builder maxOutputTokens(Integer tokens) {
            this.maxOutputTokens = tokens;
            return this;
        }

        /** The seed of every request: same seed, same request, same answer. Unset: a new one each time. */
        public Builder seed(Long seed) {
            this.seed = seed;
            return this;
        }

        /** Pins every request of this model to one of the levels of its order. Unset: the runtime decides. */
        public Builder level(Integer level) {
            this.level = level;
            return this;
        }

        /** Parameters of requests that set none; a value set by a method of this builder wins over the one in here. */
        public Builder defaultRequestParameters(ChatRequestParameters parameters) {
            this.defaultRequestParameters = Objects.requireNonNullElse(parameters, DefaultChatRequestParameters.EMPTY);
            return this;
        }

        /** LangChain4j's listeners: they see each request with its parameters merged, and its response or error. */
        public Builder listeners(List<ChatModelListener> listeners) {
            this.listeners = listeners == null ? List.of() : List.copyOf(listeners);
            return this;
        }

        /**
         * Hears the progress of every request, on threads of the runtime; requests of several threads call it at the
         * same time. What it throws ends that request and is thrown by its {@code chat}.
         */
        public Builder generationListener(GenerationListener listener) {
            this.generationListener = Objects.requireNonNullElse(listener, GenerationListener.NONE);
            return this;
        }

        /** The engine itself instead of a runtime, owned. */
        Builder engine(ChatEngine engine) {
            this.engine = engine;
            return this;
        }

        /** Where seeds come from while none is set. */
        Builder seeds(LongSupplier seeds) {
            this.seeds = seeds;
            return this;
        }

        /**
         * @throws IllegalArgumentException naming the setting, its value and what is allowed
         * @throws UnsupportedFeatureException if the default parameters hold anything not supported yet
         * @throws ModelNotFoundException if there is no usable model in the directory
         */
        public DslaChatModel build() {
            ChatRequestParameters merged = merge(null);
            UnsupportedFeatures.checkDefaults(merged);
            ChatRequestMapper.sampling(merged, 0);
            ChatRequestMapper.maxOutputTokens(merged);
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
                return build(opened);
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        }

        private DslaChatModel build(ChatEngine opened) {
            String name = modelName == null ? opened.modelName() : modelName;
            UnsupportedFeatures.checkModelName(defaultRequestParameters, name);
            if (level != null && (level < opened.bottomLevel() || level > opened.topLevel())) {
                throw new IllegalArgumentException("level is " + level + "; allowed: " + opened.bottomLevel() + " to "
                        + opened.topLevel());
            }
            int pinned = level == null ? GenerationRequest.UNPINNED : level;
            Long fixed = seed;
            ChatRequestMapper mapper = new ChatRequestMapper(name, pinned, fixed == null ? seeds : () -> fixed);
            return new DslaChatModel(opened, mapper, merge(name), this);
        }

        private ChatRequestParameters merge(String name) {
            ChatRequestParameters common = defaultRequestParameters;
            return DefaultChatRequestParameters.builder()
                    .overrideWith(common)
                    .modelName(name)
                    .temperature(first(temperature, common.temperature(), 0.0))
                    .topP(first(topP, common.topP(), null))
                    .topK(first(topK, common.topK(), null))
                    .maxOutputTokens(first(maxOutputTokens, common.maxOutputTokens(),
                            ChatRequestMapper.DEFAULT_MAX_OUTPUT_TOKENS))
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
}
