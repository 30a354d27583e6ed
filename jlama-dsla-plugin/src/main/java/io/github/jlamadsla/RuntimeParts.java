package io.github.jlamadsla;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.sun.management.OperatingSystemMXBean;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.engine.Engine;
import io.github.jlamadsla.engine.EngineOptions;
import io.github.jlamadsla.engine.FirstComeScheduler;
import io.github.jlamadsla.engine.StepRunner;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.Workers;
import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.NativeArena;
import io.github.jlamadsla.model.HybridModel;
import io.github.jlamadsla.model.ModelLoader;
import io.github.jlamadsla.model.Workspace;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.LevelPolicy;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/** Everything a runtime holds, in the order it is closed in. */
record RuntimeParts(Engine engine, HybridModel model, PromptEncoder prompts, TextCodec codec,
        MemoryBudget sequenceBudget, Closing closing) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DslaRuntime.class);

    static RuntimeParts load(RuntimeOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closing.close();
    }
}
