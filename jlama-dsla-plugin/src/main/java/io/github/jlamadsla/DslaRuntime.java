package io.github.jlamadsla;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.checkpoint.ModelTooLargeException;
import io.github.jlamadsla.engine.ContextTooLongException;
import io.github.jlamadsla.engine.EngineObserver;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.LevelMove;
import io.github.jlamadsla.serve.ServerSnapshot;
import io.github.jlamadsla.text.ChatTurn;
import io.github.jlamadsla.text.TextCodec;

/**
 * A model that generates: loaded once, used from any number of threads. Requests run side by side, each at its own
 * level; each gets the answer that it would get alone at the same levels. Which those are may follow the load
 * ({@link LevelMode}); a request that pins its level gets the same answer whatever else runs.
 *
 * <pre>{@code
 * try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(Path.of("model")).build()) {
 *     int[] prompt = runtime.encodeChat(List.of(ChatTurn.user("Hello")));
 *     GenerationResult answer = runtime.generate(GenerationRequest.builder().promptTokens(prompt).level(4).build(),
 *             GenerationListener.NONE);
 * }
 * }</pre>
 */
public final class DslaRuntime implements AutoCloseable {
    private final RuntimeParts parts;

    DslaRuntime(RuntimeParts parts) {
        this.parts = parts;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Name of the model: its directory's. */
    public String modelName() {
        return parts.model().config().name();
    }

    /** Most tokens of a request, prompt and output. */
    public int contextLength() {
        return parts.model().config().contextLength();
    }

    /** Layers of the base model. */
    public int layers() {
        return parts.model().config().layers();
    }

    /** The highest level; 0 for a model without DSLA layers. */
    public int topLevel() {
        return parts.model().order().top();
    }

    /** The conversion order, and which levels are valid. */
    public LayerOrder order() {
        return parts.model().order();
    }

    /** Tokenizer of the model. */
    public TextCodec text() {
        return parts.codec();
    }

    /**
     * A chat as prompt tokens, by the model's own template. Text that spells a special token stays text.
     *
     * @throws IllegalArgumentException if the list is empty
     * @throws InvalidModelException if the model has no chat template
     */
    public int[] encodeChat(List<ChatTurn> turns) {
        return parts.encodeChat(turns);
    }

    /** Off-heap bytes that a sequence of {@code tokens} tokens holds at a level, exact. */
    public long sequenceBytes(int tokens, int level) {
        return parts.model().sequenceBytes(tokens, level);
    }

    /** Off-heap bytes of all sequences now; what only the prefix cache holds is not among them. */
    public long sequenceBytesInUse() {
        return Math.max(0, parts.sequenceBudget().used() - parts.serving().prefixBytes());
    }

    /** Off-heap bytes of all sequences and prefixes now: what the memory limit bounds. */
    public long memoryBytesInUse() {
        return parts.sequenceBudget().used();
    }

    /** What the server is doing: level, queue, memory, predictions, counts. */
    public ServerSnapshot load() {
        return parts.serving().load();
    }

    /**
     * Hands a request over and returns at once.
     *
     * @throws ContextTooLongException if the prompt leaves no room for an output token
     * @throws IllegalArgumentException if the level or a token id is out of range
     * @throws MemoryBudgetException if the request could not fit the budget even alone, at its highest allowed level
     * @throws RequestRejectedException if too much is waiting already, or its timeout would pass before its first token
     * @throws IllegalStateException if the runtime was closed
     */
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        return parts.engine().submit(request, listener);
    }

    /** {@link #submit} and wait; what the request fails with is thrown as it is. */
    public GenerationResult generate(GenerationRequest request, GenerationListener listener) {
        return submit(request, listener).await();
    }

    /**
     * Ends all requests and frees all memory, after the step in progress; on return all results are complete, whatever
     * their listeners do. A second call does nothing.
     */
    @Override
    public void close() {
        parts.close();
    }

    /**
     * Ends all requests and waits no longer than {@code timeout}. What a step in progress still uses is freed when it
     * is done.
     *
     * @return whether all memory is freed
     */
    public boolean close(Duration timeout) {
        return parts.close(timeout);
    }

    /** Settings of a runtime; each setter checks. */
    public static final class Builder {
        private final RuntimeOptions options = new RuntimeOptions();

        private Builder() {}

        /** Directory of a model that Jlama can read. Required. */
        public Builder modelDirectory(Path directory) {
            options.modelDirectory = directory;
            return this;
        }

        /**
         * Folder with the DSLA layers, in the model directory; then it must be there. Unset: {@code dsla}, and a model
         * without it is served at level 0.
         */
        public Builder dslaFolder(String folder) {
            options.dslaFolder(folder);
            return this;
        }

        /** Threads that compute, 1 to 1,024. Unset: the physical cores the process may use. */
        public Builder threads(int threads) {
            options.threads(threads);
            return this;
        }

        /** Element type of cached keys and values. Unset: F16. */
        public Builder kvPrecision(KvPrecision precision) {
            options.kvPrecision = Objects.requireNonNull(precision, "kvPrecision");
            return this;
        }

        /** How the level of unpinned requests comes about. Unset: by the load, {@link LevelMode#adaptive()}. */
        public Builder levelMode(LevelMode mode) {
            options.levelMode = Objects.requireNonNull(mode, "levelMode");
            return this;
        }

        /** Most off-heap bytes of all sequences together. Unset: a quarter of the machine's memory. */
        public Builder memoryLimit(long bytes) {
            options.memoryLimit(bytes);
            return this;
        }

        /**
         * Most of the memory limit that prefixes of earlier prompts may hold while no request needs it, 0 (none) to
         * 0.9. Unset: 0.5.
         */
        public Builder prefixCache(double shareOfMemoryLimit) {
            options.prefixCacheShare(shareOfMemoryLimit);
            return this;
        }

        /**
         * Hears of steps and requests, on the engine's or a caller's thread, so it must be quick; what it throws is
         * logged. Unset: none.
         */
        public Builder observer(EngineObserver observer) {
            options.observer = Objects.requireNonNull(observer, "observer");
            return this;
        }

        /**
         * Hears of each move of the level that follows the load, on the engine's thread, so it must be quick; what it
         * throws is logged. Unset: none.
         */
        public Builder levelListener(Consumer<LevelMove> listener) {
            options.levelListener = Objects.requireNonNull(listener, "levelListener");
            return this;
        }

        /** Most requests that have not ended, 1 or more; beyond it they are refused. Unset: 64. */
        public Builder maxQueuedRequests(int requests) {
            options.maxQueuedRequests(requests);
            return this;
        }

        /** Most prompt tokens of all of them together, 1 or more; beyond it requests are refused. Unset: 1,048,576. */
        public Builder maxQueuedPromptTokens(long tokens) {
            options.maxQueuedPromptTokens(tokens);
            return this;
        }

        /**
         * Most tokens of a step, 1 to 8,192: what decodes comes first, prompts get the rest, by priority. A long prompt holds
         * others up by no more than that at a time. Unset: 256.
         */
        public Builder prefillChunk(int tokens) {
            options.prefillChunk(tokens);
            return this;
        }

        /**
         * Time for compiling the kernels while loading, 0 to 1 minute, and a quarter of it more for measuring how long
         * steps take; without it the first requests are slow and their times unknown. Unset: 2 s.
         */
        public Builder warmUp(Duration time) {
            options.warmUp(time);
            return this;
        }

        /** Whether the slow scalar kernels may serve where the Vector API is missing. Unset: no. */
        public Builder allowScalarKernels(boolean allow) {
            options.allowScalarKernels = allow;
            return this;
        }

        /**
         * Checks and loads everything.
         *
         * @throws InvalidModelException if a file is refused
         * @throws ModelTooLargeException if the weights do not fit the machine's memory
         * @throws IllegalStateException if the vector module is missing and scalar kernels are not allowed
         */
        public DslaRuntime build() {
            return new DslaRuntime(RuntimeParts.load(options));
        }
    }
}
