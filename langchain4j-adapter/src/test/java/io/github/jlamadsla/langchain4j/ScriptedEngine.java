package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.text.ChatTurn;

/** An engine without weights: records what it is asked and answers as told. One token per character of the chat. */
final class ScriptedEngine implements ChatEngine {
    final List<List<ChatTurn>> chats = new CopyOnWriteArrayList<>();
    final List<GenerationRequest> requests = new CopyOnWriteArrayList<>();
    final List<Handle> handles = new CopyOnWriteArrayList<>();
    final AtomicInteger closes = new AtomicInteger();

    private final BiFunction<GenerationRequest, GenerationListener, CompletableFuture<GenerationResult>> script;

    ScriptedEngine(BiFunction<GenerationRequest, GenerationListener, CompletableFuture<GenerationResult>> script) {
        this.script = script;
    }

    static ScriptedEngine answering(GenerationResult result) {
        return new ScriptedEngine((_, _) -> CompletableFuture.completedFuture(result));
    }

    static ScriptedEngine answering(String text) {
        return answering(result(text, FinishReason.STOP));
    }

    /** Every request is accepted and then ends with this. */
    static ScriptedEngine failing(Throwable failure) {
        return new ScriptedEngine((_, _) -> CompletableFuture.failedFuture(failure));
    }

    /** Every request is refused when submitted. */
    static ScriptedEngine refusing(RuntimeException refusal) {
        return new ScriptedEngine((_, _) -> {
            throw refusal;
        });
    }

    /** Every request runs until its future is completed. */
    static ScriptedEngine hanging() {
        return new ScriptedEngine((_, _) -> new CompletableFuture<>());
    }

    /** Every answer comes in these pieces, a token each, on a thread of the engine; {@code rest} only in the result. */
    static ScriptedEngine speaking(List<String> pieces, String rest) {
        return new ScriptedEngine((_, listener) -> {
            CompletableFuture<GenerationResult> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    pieces.forEach(piece -> listener.onToken(piece.length(), piece));
                    answer.complete(result(String.join("", pieces) + rest, FinishReason.STOP));
                } catch (Throwable e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer;
        });
    }

    /** 7 prompt tokens, 3 of them cached, a token per character, level 2 raised to 5, 1 + 20 + 300 ms, 4,096 bytes. */
    static GenerationResult result(String text, FinishReason reason) {
        return new GenerationResult(text.chars().boxed().toList(), text, reason, 7, 3,
                List.of(new LevelChange(0, 2), new LevelChange(9, 5)), new GenerationResult.Timings(
                        Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(300)),
                4096);
    }

    @Override
    public String modelName() {
        return "scripted";
    }

    @Override
    public int bottomLevel() {
        return 2;
    }

    @Override
    public int topLevel() {
        return 6;
    }

    @Override
    public int[] encodeChat(List<ChatTurn> turns) {
        chats.add(List.copyOf(turns));
        return turns.stream().flatMapToInt(turn -> IntStream.concat(turn.text().chars(), IntStream.of(0))).toArray();
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        requests.add(request);
        Handle handle = new Handle(script.apply(request, listener));
        handles.add(handle);
        return handle;
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }

    /** Counts cancellations. */
    record Handle(CompletableFuture<GenerationResult> result, AtomicInteger cancels) implements GenerationHandle {

        Handle(CompletableFuture<GenerationResult> result) {
            this(result, new AtomicInteger());
        }

        @Override
        public GenerationResult await() {
            return result.join();
        }

        @Override
        public void cancel() {
            cancels.incrementAndGet();
        }

        @Override
        public CompletableFuture<LevelChange> raise(int level) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException("scripted"));
        }
    }
}
