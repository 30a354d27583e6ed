package io.github.jlamadsla.quality;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

import io.github.jlamadsla.bridge.TokenizerConfig;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.ModelTooLargeException;
import io.github.jlamadsla.checkpoint.WeightMemory;
import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.SpinningWorkers;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.AvailableMemory;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.model.Workspace;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.text.ChatTemplate;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/** A model opened to be measured: used by one thread, with the workers it brings. */
public final class MeasuredModel implements AutoCloseable {
    /** Most bytes of logits held at once. */
    private static final long LOGIT_BYTES = 32L << 20;
    private static final int MOST_LOGIT_ROWS = 256;

    private final HybridCheckpoint checkpoint;
    private final TextCodec codec;
    private final HybridModel model;
    private final Workspace workspace;
    private final MemoryBudget budget;
    private final Set<Integer> stopTokens;
    private final Deque<AutoCloseable> open;

    /**
     * How a model is opened.
     *
     * @param dslaFolder folder of the DSLA layers in the model directory
     * @param dslaRequired whether it must be there
     * @param precision of cached keys and values
     * @param threads that compute; 0: one per physical core
     * @param memoryLimit most off-heap bytes of all sequences together
     */
    public record Options(String dslaFolder, boolean dslaRequired, KvPrecision precision, int threads,
            long memoryLimit) {}

    private record Loaded(HybridCheckpoint checkpoint, TextCodec codec, HybridModel model, Workspace workspace) {}

    private MeasuredModel(Loaded loaded, long memoryLimit, Deque<AutoCloseable> open) {
        this.checkpoint = loaded.checkpoint;
        this.codec = loaded.codec;
        this.model = loaded.model;
        this.workspace = loaded.workspace;
        this.budget = new MemoryBudget(memoryLimit);
        this.stopTokens = stopTokens(checkpoint, codec);
        this.open = open;
    }

    /**
     * Checks and loads a model.
     *
     * @throws InvalidModelException if a file is refused
     * @throws ModelTooLargeException if the weights do not fit the machine's memory
     * @throws IllegalStateException without the vector module
     */
    public static MeasuredModel open(Path directory, Options options) {
        return open(directory, options, KernelChooser.choose(false), AvailableMemory.bytes());
    }

    /** @param availableBytes what the machine can still give */
    static MeasuredModel open(Path directory, Options options, Kernels kernels, long availableBytes) {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, options.dslaFolder, options.dslaRequired);
            open.push(checkpoint);
            WeightMemory.check(checkpoint, availableBytes);
            TextCodec codec = TextCodec.open(checkpoint.directory().tokenizer());
            open.push(codec);
            Workers workers = options.threads > 0
                    ? new SpinningWorkers(options.threads)
                    : SpinningWorkers.onPhysicalCores();
            open.push(workers);
            NativeArena weights = new NativeArena(MemoryBudget.unlimited(), "weights");
            open.push(weights);
            HybridModel model = ModelLoader.load(checkpoint, kernels.matMul(), options.precision, weights);
            return new MeasuredModel(new Loaded(checkpoint, codec, model, new Workspace(kernels, workers)),
                    options.memoryLimit, open);
        } catch (RuntimeException | Error e) {
            closeAll(open, e);
            throw e;
        }
    }

    /** End tokens of the configuration, and the tokenizer's own. */
    private static Set<Integer> stopTokens(HybridCheckpoint checkpoint, TextCodec codec) {
        Set<Integer> stop = new HashSet<>(checkpoint.config().eosTokens());
        String eos = checkpoint.directory().tokenizerConfig().eosToken();
        int id = eos == null ? -1 : codec.tokenId(eos);
        if (id >= 0) {
            stop.add(id);
        }
        return Set.copyOf(stop);
    }

    /** What is on disk. */
    public HybridCheckpoint checkpoint() {
        return checkpoint;
    }

    /** The tokenizer. */
    public TextCodec codec() {
        return codec;
    }

    /** Weights and forward pass. */
    public HybridModel model() {
        return model;
    }

    Workspace workspace() {
        return workspace;
    }

    MemoryBudget budget() {
        return budget;
    }

    /** Kernels in use, for a report. */
    public String kernels() {
        return workspace.kernels().name();
    }

    /** Threads that compute. */
    public int threads() {
        return workspace.workers().threads();
    }

    /** Tokens that end an answer. */
    public Set<Integer> stopTokens() {
        return stopTokens;
    }

    int vocabulary() {
        return model.config().vocabularySize();
    }

    /** Rows of logits that are computed at a time: bounded memory whatever the vocabulary. */
    int logitRows() {
        return (int) Math.clamp(LOGIT_BYTES / (4L * vocabulary()), 1, MOST_LOGIT_ROWS);
    }

    /**
     * What makes prompts of chats.
     *
     * @throws InvalidModelException if the model has no chat template
     */
    public PromptEncoder prompts() {
        TokenizerConfig config = checkpoint.directory().tokenizerConfig();
        Path directory = checkpoint.directory().path();
        if (config.chatTemplate() == null) {
            throw new InvalidModelException(directory.resolve("tokenizer_config.json"), "chat_template", "not there",
                    "a Jinja template, here or in chat_template.jinja; without one there are no chat prompts");
        }
        return new PromptEncoder(codec,
                ChatTemplate.of(directory + ": chat template", config, Clock.systemDefaultZone()));
    }

    /**
     * Finds out before the work whether sequences fit, one at each level.
     *
     * @param tokens length of each
     * @throws IllegalArgumentException if they do not, or the model's context is shorter
     */
    public void checkFits(int tokens, Collection<Integer> levels) {
        int context = model.config().contextLength();
        if (tokens > context) {
            throw new IllegalArgumentException(
                    tokens + " tokens at once; allowed: at most " + context + ", the model's context");
        }
        long bytes = bytes(tokens, levels);
        if (bytes > budget.limit()) {
            throw new IllegalArgumentException(tokens + " tokens at each of the levels " + levels + " take "
                    + (bytes >> 20) + " MB of keys, values and states; allowed: at most " + (budget.limit() >> 20)
                    + " MB; fewer levels, F16 or a shorter context take less");
        }
    }

    long bytes(int tokens, Collection<Integer> levels) {
        return levels.stream().mapToLong(level -> model.sequenceBytes(tokens, level)).sum();
    }

    @Override
    public void close() {
        closeAll(open, null);
    }

    /** In the reverse order of opening; what goes wrong on the way does not hide why. */
    private static void closeAll(Deque<AutoCloseable> open, Throwable why) {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                if (why == null) {
                    throw new IllegalStateException("while closing: " + e, e);
                }
                why.addSuppressed(e);
            }
        }
    }
}
