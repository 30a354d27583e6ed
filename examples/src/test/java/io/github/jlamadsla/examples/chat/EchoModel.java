package io.github.jlamadsla.examples.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.GenerationResult.Timings;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.text.ChatTurn;

/**
 * Answers a question with itself in angle brackets, a token per character. {@code fail}, {@code no memory} and
 * {@code break} fail, {@code endless} and {@code slow} wait to be cancelled, one with an answer begun, one without.
 */
final class EchoModel implements ServedModel {
    final List<String> prompts = new ArrayList<>();
    final List<GenerationRequest> requests = new ArrayList<>();
    private Runnable whenWaiting = () -> {
    };
    private String question;

    /** What happens while an answer waits to be cancelled. */
    void whenWaiting(Runnable action) {
        whenWaiting = action;
    }

    @Override
    public int layers() {
        return 4;
    }

    @Override
    public int contextLength() {
        return 100;
    }

    @Override
    public LayerOrder order() {
        return new LayerOrder(List.of(2, 1, 0), false);
    }

    @Override
    public int[] encode(List<ChatTurn> turns) {
        question = turns.getLast().text();
        return turns.stream().map(ChatTurn::text).collect(Collectors.joining("|")).chars().toArray();
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        requests.add(request);
        int[] prompt = request.promptTokens().stream().mapToInt(Integer::intValue).toArray();
        prompts.add(new String(prompt, 0, prompt.length));
        return switch (question) {
            case "fail" -> throw new IllegalStateException("asked to fail");
            case "no memory" -> throw new OutOfMemoryError("Java heap space");
            case "break" -> {
                listener.onToken('<', "<");
                listener.onToken('b', "bre");
                yield new Ended(null);
            }
            case "endless" -> {
                listener.onToken('<', "<endl");
                yield new Waiting(result("<endless", prompt.length, FinishReason.CANCELLED));
            }
            case "slow" -> new Waiting(result("", prompt.length, FinishReason.CANCELLED));
            default -> {
                String answer = "<" + question + ">";
                answer.codePoints().limit(2).forEach(c -> listener.onToken(c, Character.toString(c)));
                yield new Ended(result(answer, prompt.length, FinishReason.STOP));
            }
        };
    }

    private static GenerationResult result(String answer, int promptTokens, FinishReason reason) {
        return new GenerationResult(IntStream.range(0, answer.length()).boxed().toList(), answer, reason, promptTokens,
                0,
                List.of(new LevelChange(0, 1)),
                new Timings(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3)), 1_000_000);
    }

    /** A request that has ended, well or, with null, badly. */
    private record Ended(GenerationResult end) implements GenerationHandle {

        @Override
        public CompletableFuture<GenerationResult> result() {
            return CompletableFuture.completedFuture(end);
        }

        @Override
        public GenerationResult await() {
            if (end == null) {
                throw new IllegalStateException("broken off");
            }
            return end;
        }

        @Override
        public void cancel() {}

        @Override
        public CompletableFuture<LevelChange> raise(int level) {
            throw new UnsupportedOperationException();
        }
    }

    /** A request that ends when cancelled. */
    private final class Waiting implements GenerationHandle {
        private final CompletableFuture<GenerationResult> end = new CompletableFuture<>();
        private final GenerationResult whenCancelled;

        Waiting(GenerationResult whenCancelled) {
            this.whenCancelled = whenCancelled;
        }

        @Override
        public CompletableFuture<GenerationResult> result() {
            return end;
        }

        @Override
        public GenerationResult await() {
            whenWaiting.run();
            return end.join();
        }

        @Override
        public void cancel() {
            end.complete(whenCancelled);
        }

        @Override
        public CompletableFuture<LevelChange> raise(int level) {
            throw new UnsupportedOperationException();
        }
    }
}
