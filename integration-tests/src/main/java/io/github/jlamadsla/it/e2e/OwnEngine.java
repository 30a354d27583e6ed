package io.github.jlamadsla.it.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;

/** Our runtime as its users get it. Each context length is a request of its own. */
final class OwnEngine implements MeasuredEngine {
    /** Fewer steps than that say little about the time of one. */
    private static final int MIN_STEPS = 8;

    private final DslaRuntime runtime;

    OwnEngine(Path directory) {
        runtime = DslaRuntime.builder().modelDirectory(directory).prefixCache(0).build();
    }

    @Override
    public List<Sample> measure(Trial trial) {
        int[] tokens = trial.tokens();
        List<Sample> samples = new ArrayList<>();
        for (int context : trial.contexts()) {
            GenerationResult result = runtime.generate(GenerationRequest.builder()
                    .promptTokens(Arrays.copyOf(tokens, context)).maxOutputTokens(trial.decodeSteps() + 1)
                    .level(trial.level()).build(), GenerationListener.NONE);
            int steps = result.tokens().size() - 1;
            if (steps < Math.min(MIN_STEPS, trial.decodeSteps())) {
                throw new IllegalStateException("the answer to a prompt of " + context + " tokens ended after "
                        + (steps + 1) + "; too few to time");
            }
            samples.add(new Sample(context, seconds(result.timings().prefill().toNanos()),
                    seconds(result.timings().decode().toNanos()) / steps, result.peakMemoryBytes()));
        }
        return samples;
    }

    private static double seconds(long nanoseconds) {
        return 1e-9 * nanoseconds;
    }

    @Override
    public void close() {
        runtime.close();
    }
}
