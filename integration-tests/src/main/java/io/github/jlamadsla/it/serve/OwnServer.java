package io.github.jlamadsla.it.serve;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.it.serve.Outcome.End;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.serve.ServerSnapshot;

/** Our runtime, as a program uses it. */
final class OwnServer implements ServedEngine {
    private final DslaRuntime runtime;
    private final Set<Integer> endTokens;

    /** @param runtime closed with this */
    OwnServer(DslaRuntime runtime, Set<Integer> endTokens) {
        this.runtime = runtime;
        this.endTokens = Set.copyOf(endTokens);
    }

    @Override
    public Asked ask(TracePrompt prompt, TraceClock clock) {
        Heard heard = new Heard(prompt, clock);
        GenerationRequest request = GenerationRequest.builder().promptTokens(prompt.tokens())
                .maxOutputTokens(prompt.request().outputTokens()).mask(new NoEnd(endTokens)).build();
        try {
            GenerationHandle handle = runtime.submit(request, new GenerationListener() {
                @Override
                public void onToken(int token, String text) {
                    heard.token(token);
                }
            });
            return new Asked(heard, handle.result().handle((result, failure) -> outcome(heard, result, failure)),
                    handle::cancel);
        } catch (RequestRejectedException | MemoryBudgetException e) {
            return new Asked(heard, CompletableFuture.completedFuture(
                    heard.ended(End.REFUSED, List.of(), e.getMessage())), () -> {
                    });
        }
    }

    private static Outcome outcome(Heard heard, GenerationResult result, Throwable failure) {
        if (failure != null) {
            return heard.ended(failure instanceof RequestRejectedException ? End.REFUSED : End.FAILED, List.of(),
                    failure.toString());
        }
        return heard.ended(result.finishReason() == FinishReason.CANCELLED ? End.CANCELLED : End.ANSWERED,
                result.levels(), "");
    }

    @Override
    public long bytesInUse() {
        return runtime.memoryBytesInUse();
    }

    @Override
    public double predictionError() {
        ServerSnapshot.Prediction prediction = runtime.load().prediction();
        return prediction.requests() == 0 ? -1 : prediction.error();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
