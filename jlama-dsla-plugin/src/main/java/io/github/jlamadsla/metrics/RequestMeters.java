package io.github.jlamadsla.metrics;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.engine.StepReport;

/** What the engine tells of steps and requests. It calls on its own thread, so that nothing here waits. */
final class RequestMeters implements MeterPart {

    /** How a request that had been taken ended. */
    private enum Outcome {
        STOP, LENGTH, CANCELLED, TIMEOUT, FAILED;

        static Outcome of(FinishReason reason) {
            return switch (reason) {
                case STOP -> STOP;
                case LENGTH -> LENGTH;
                case CANCELLED -> CANCELLED;
            };
        }

        final String tag = name().toLowerCase(Locale.ROOT);
    }

    /** Those of one registry. */
    private record Timers(Registration registration, Timer firstToken, Timer perToken) {}

    private final List<Timers> timers = new CopyOnWriteArrayList<>();
    private final LongAdder[] ended; // [outcomes]
    private final LongAdder prefillTokens = new LongAdder();
    private final LongAdder decodeTokens = new LongAdder();
    private final LongAdder cachedTokens = new LongAdder();

    RequestMeters() {
        ended = new LongAdder[Outcome.values().length];
        for (int i = 0; i < ended.length; i++) {
            ended[i] = new LongAdder();
        }
    }

    @Override
    public void register(Registration registration) {
        for (Outcome outcome : Outcome.values()) {
            registration.counter("requests.ended", "requests", "Requests that have ended",
                    Tags.of("outcome", outcome.tag), ended[outcome.ordinal()]::sum);
        }
        registration.counter("tokens", "tokens", "Tokens that went through the model", Tags.of("phase", "prefill"),
                prefillTokens::sum);
        registration.counter("tokens", "tokens", "Tokens that went through the model", Tags.of("phase", "decode"),
                decodeTokens::sum);
        registration.counter("prefix.cached", "tokens", "Prompt tokens taken from the prefix cache", Tags.empty(),
                cachedTokens::sum);
        timers.add(new Timers(registration,
                registration.timer("time.to.first.token", "From submission to the first token"),
                registration.timer("time.per.output.token", "Mean of a request from one token to the next")));
    }

    @Override
    public void removed(Registration registration) {
        timers.removeIf(those -> those.registration() == registration);
    }

    void stepped(StepReport report) {
        List<StepReport.Part> parts = report.parts();
        long prefill = 0;
        long decode = 0;
        for (int i = 0; i < parts.size(); i++) {
            StepReport.Part part = parts.get(i);
            if (part.decode()) {
                decode += part.tokens();
            } else {
                prefill += part.tokens();
            }
        }
        prefillTokens.add(prefill);
        decodeTokens.add(decode);
    }

    void ended(GenerationResult result) {
        ended[Outcome.of(result.finishReason()).ordinal()].increment();
        cachedTokens.add(result.cachedTokens());
        if (result.finishReason() == FinishReason.CANCELLED && result.tokens().isEmpty()) {
            return;
        }
        long first = result.timings().timeToFirstToken().toNanos();
        record(those -> those.firstToken().record(first, TimeUnit.NANOSECONDS));
        // Decoding ends with the end token, which is not among the tokens; after a stop text that is one too many.
        int gaps = result.tokens().size() - (result.finishReason() == FinishReason.STOP ? 0 : 1);
        if (gaps > 0) {
            long perToken = result.timings().decode().toNanos() / gaps;
            record(those -> those.perToken().record(perToken, TimeUnit.NANOSECONDS));
        }
    }

    void failed(Throwable cause) {
        ended[(cause instanceof RequestTimeoutException ? Outcome.TIMEOUT : Outcome.FAILED).ordinal()].increment();
    }

    private void record(Consumer<Timers> value) {
        timers.forEach(value);
    }
}
