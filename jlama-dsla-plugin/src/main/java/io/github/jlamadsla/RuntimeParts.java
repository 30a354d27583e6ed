package io.github.jlamadsla;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.TokenizerConfig;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.WeightMemory;
import io.github.jlamadsla.engine.Engine;
import io.github.jlamadsla.engine.StepRunner;
import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.SpinningWorkers;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.memory.PrefixCache;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.model.Workspace;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.serve.LevelBounds;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.serve.StepCosts;
import io.github.jlamadsla.text.ChatTemplate;
import io.github.jlamadsla.text.ChatTurn;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/** Everything a runtime holds, and how to let go of it. */
record RuntimeParts(Engine engine, HybridModel model, PromptEncoder prompts, Path tokenizerConfig, TextCodec codec,
        MemoryBudget sequenceBudget, Serving serving, Closer closer) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DslaRuntime.class);

    private static final int RATES_PART = 4;
    private static final long MOST_SCRATCH_FLOATS = 1L << 28;

    /** Closes in the reverse order of opening, also when an opening in between failed. */
    static final class Closer implements AutoCloseable {
        private final Deque<AutoCloseable> open = new ArrayDeque<>();

        <T extends AutoCloseable> T add(T part) {
            open.push(part);
            return part;
        }

        @Override
        public synchronized void close() {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    LOG.warn("while closing: {}", e.toString());
                }
            }
        }
    }

    /** Checks, loads, warms up, starts. What was opened is closed again if anything fails. */
    static RuntimeParts load(RuntimeOptions options) {
        Closer closer = new Closer();
        try {
            return load(options, closer);
        } catch (RuntimeException | Error e) {
            closer.close();
            throw e;
        }
    }

    private static RuntimeParts load(RuntimeOptions options, Closer closer) {
        if (options.modelDirectory == null) {
            throw new IllegalArgumentException("modelDirectory is not set; allowed: a directory that Jlama can read");
        }
        HybridCheckpoint checkpoint = closer.add(
                HybridCheckpoint.open(options.modelDirectory, options.dslaFolder(), options.dslaRequired()));
        WeightMemory.check(checkpoint, options.availableMemory.getAsLong());
        LevelBounds bounds = new LevelBounds(options.levelMode, checkpoint.dsla(), checkpoint.config().layers());
        TextCodec codec = closer.add(TextCodec.open(checkpoint.directory().tokenizer()));
        PromptEncoder prompts = prompts(codec, checkpoint.directory());
        Kernels kernels = KernelChooser.choose(options.allowScalarKernels);
        Workers workers = closer.add(options.threads() > 0
                ? new SpinningWorkers(options.threads())
                : SpinningWorkers.onPhysicalCores());
        NativeArena weights = closer.add(new NativeArena(MemoryBudget.unlimited(), "weights"));
        HybridModel model = ModelLoader.load(checkpoint, kernels.matMul(), options.kvPrecision, weights);
        checkChunk(options.prefillChunk(), model.config());
        MemoryBudget budget = new MemoryBudget(options.memoryLimit());
        Workspace workspace = closer.add(new Workspace(kernels, workers));
        ModelWarmup.run(model, workspace, checkpoint.dsla().window() + checkpoint.dsla().sinks(),
                weightTypes(checkpoint),
                options.prefillChunk(), options.warmUp());
        StepRunner runner = new StepRunner(model, workspace);
        PrefixCache prefixes = options.prefixCacheShare() == 0
                ? null
                : new PrefixCache(budget, options.prefixCacheShare(), checkpoint.fingerprint());
        Serving serving = Serving.of(options, model, bounds, budget.limit(), prefixes,
                startRates(model, workspace, budget, options));
        Engine engine = closer.add(new Engine(model, runner, budget, codec::decoder,
                serving.engineOptions(options, stopTokens(checkpoint, codec))));
        warnOfMissingQuality(options.levelMode, checkpoint);
        LOG.info("{}: {} layers, levels {} to {} ({}), {}, {} threads, {} keys and values, weights {} MB, at most {} MB"
                + " for sequences", model.config().name(), model.config().layers(), model.order().bottom(),
                model.order().top(), options.levelMode, kernels.name(), workers.threads(), options.kvPrecision,
                weights.bytes() >> 20, budget.limit() >> 20);
        return new RuntimeParts(engine, model, prompts,
                checkpoint.directory().path().resolve("tokenizer_config.json"), codec, budget, serving,
                closer);
    }

    /** A part of the warm-up's time more. */
    private static List<StepCosts.Sample> startRates(HybridModel model, Workspace workspace, MemoryBudget budget,
            RuntimeOptions options) {
        return new StartRates(model, workspace, budget, System::nanoTime).measure(options.prefillChunk(),
                options.warmUp().dividedBy(RATES_PART));
    }

    /** Scratch rows are arrays on the heap: a chunk may not need one of more than 1 GiB. */
    private static void checkChunk(int chunk, ModelConfig config) {
        long widest = Math.max(2L * config.mlpSize(), (long) config.heads() * config.headSize());
        long most = MOST_SCRATCH_FLOATS / widest;
        if (chunk > most) {
            throw new IllegalArgumentException(
                    "prefillChunk is " + chunk + "; allowed for a model of this width: 1 to " + most);
        }
    }

    /** Null for a model without a chat template, which serves token ids all the same. */
    private static PromptEncoder prompts(TextCodec codec, JlamaModelDirectory directory) {
        TokenizerConfig config = directory.tokenizerConfig();
        return config.chatTemplate() == null
                ? null
                : new PromptEncoder(codec, ChatTemplate.of(directory.path() + ": chat template", config,
                        Clock.systemDefaultZone()));
    }

    int[] encodeChat(List<ChatTurn> turns) {
        if (prompts == null) {
            throw new InvalidModelException(tokenizerConfig, "chat_template", "not there",
                    "a Jinja template, here or in chat_template.jinja; without one only token ids can be served");
        }
        return prompts.encodeChat(turns);
    }

    /** Formats that the products will meet: those of the base, and of the converted layers where they have their own. */
    private static Set<WeightType> weightTypes(HybridCheckpoint checkpoint) {
        Set<WeightType> types = EnumSet.of(checkpoint.matrix("model.embed_tokens.weight").type(),
                checkpoint.matrix("model.layers.0.self_attn.q_proj.weight").type());
        checkpoint.dsla().order().layers().forEach(i -> types.add(checkpoint.dslaMatrix(i, "q_proj.weight").type()));
        return types;
    }

    /** End tokens of the configuration, and the tokenizer's own. */
    private static Set<Integer> stopTokens(HybridCheckpoint checkpoint, TextCodec codec) {
        Set<Integer> stop = new HashSet<>(checkpoint.config().eosTokens());
        String eos = checkpoint.directory().tokenizerConfig().eosToken();
        int id = eos == null ? -1 : codec.tokenId(eos);
        if (id >= 0) {
            stop.add(id);
        }
        return stop;
    }

    private static void warnOfMissingQuality(LevelMode mode, HybridCheckpoint checkpoint) {
        if (!(mode instanceof LevelMode.Fixed) && checkpoint.dsla().order().top() > 0
                && !QualityLimit.measured(checkpoint.dsla().quality())) {
            LOG.warn("{} has no quality figures with level 0: levels are not limited by quality",
                    checkpoint.dsla().file());
        }
    }

    @Override
    public void close() {
        closer.close();
    }

    /** What the engine still uses after that time is closed when it has ended. */
    boolean close(Duration timeout) {
        if (engine.close(timeout)) {
            closer.close();
            return true;
        }
        // Not on the engine's own thread, which closing waits for.
        engine.ended().thenRunAsync(closer::close);
        return false;
    }
}
