package io.github.jlamadsla.it.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.jlamadsla.it.load.JlamaAnswers;
import io.github.jlamadsla.it.serve.Outcome.End;

/**
 * Jlama 0.8.4 behind a lock, the only way in which it answers more than one user rightly: who comes waits for its turn.
 * It cannot cancel; a request that is cancelled while it waits is passed over, one that runs is finished.
 */
final class JlamaServer implements ServedEngine {
    private final JlamaAnswers jlama;
    /** One thread with a queue: a fair lock. */
    private final ExecutorService lock = Executors.newSingleThreadExecutor();

    JlamaServer(Path model) {
        jlama = new JlamaAnswers(model);
    }

    @Override
    public Asked ask(TracePrompt prompt, TraceClock clock) {
        Heard heard = new Heard(prompt, clock);
        AtomicBoolean cancelled = new AtomicBoolean();
        CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> {
            if (cancelled.get()) {
                return heard.ended(End.CANCELLED, List.of(), "");
            }
            heard.begins();
            answer(prompt, heard);
            return heard.ended(cancelled.get() ? End.CANCELLED : End.ANSWERED, List.of(), "");
        }, lock).exceptionally(failure -> heard.ended(End.FAILED, List.of(), failure.toString()));
        return new Asked(heard, outcome, () -> cancelled.set(true));
    }

    private void answer(TracePrompt prompt, Heard heard) {
        try {
            jlama.answer(prompt.tokens().stream().mapToInt(Integer::intValue).toArray(),
                    prompt.request().outputTokens(), heard::token);
        } finally {
            // It would keep the memory of every session.
            jlama.forget();
        }
    }

    /** Not known: it counts nothing and has no limit. */
    @Override
    public long bytesInUse() {
        return 0;
    }

    @Override
    public double predictionError() {
        return -1;
    }

    @Override
    public void close() {
        lock.shutdownNow();
        lock.close();
        jlama.close();
    }
}
