package io.github.jlamadsla.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;

/** A request in its owner's hands. */
final class SequenceHandle implements GenerationHandle {
    private final Sequence sequence;
    private final IntConsumer checkRaise;
    private final Runnable wake;

    /**
     * @param checkRaise throws if the sequence cannot be raised to a level
     * @param wake tells the engine that there is news
     */
    SequenceHandle(Sequence sequence, IntConsumer checkRaise, Runnable wake) {
        this.sequence = sequence;
        this.checkRaise = checkRaise;
        this.wake = wake;
    }

    @Override
    public CompletableFuture<GenerationResult> result() {
        return sequence.events.result().copy();
    }

    @Override
    public GenerationResult await() {
        try {
            return sequence.events.result().get();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting; the request was cancelled", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new CompletionException(e.getCause());
            }
        }
    }

    @Override
    public void cancel() {
        sequence.cancel();
        sequence.events.silence();
        wake.run();
    }

    @Override
    public CompletableFuture<LevelChange> raise(int level) {
        checkRaise.accept(level);
        CompletableFuture<LevelChange> done = new CompletableFuture<>();
        sequence.askRaise(new Sequence.Raise(level, done));
        wake.run();
        sequence.events.result().whenComplete((result, error) -> done
                .completeExceptionally(new IllegalStateException("the request ended before it was raised")));
        return done;
    }
}
