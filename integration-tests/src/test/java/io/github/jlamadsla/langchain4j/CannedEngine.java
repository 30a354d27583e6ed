package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.text.ChatTurn;

/**
 * Stands for a model that knows what LangChain4j's conformance tests ask. It sees only prompt tokens and gives tokens
 * back one by one, so everything above it is the product. A token is a Unicode code point; a control character ends
 * each turn.
 */
final class CannedEngine implements ChatEngine {
    /** A question about this fails inside the engine. */
    static final String FAILS = "this message will fail";

    private static final int END_OF_TURN = 3;
    private static final Map<String, String> ANSWERS = Map.of("capital of germany", "Berlin.", "into german",
            "Ich liebe dich.", "hello", "Hello, how are you?");

    @Override
    public String modelName() {
        return "canned";
    }

    @Override
    public int bottomLevel() {
        return 0;
    }

    @Override
    public int topLevel() {
        return 0;
    }

    @Override
    public int[] encodeChat(List<ChatTurn> turns) {
        StringBuilder prompt = new StringBuilder();
        for (ChatTurn turn : turns) {
            prompt.append(turn.role().templateName()).append(": ").append(turn.text()).append((char) END_OF_TURN);
        }
        return prompt.codePoints().toArray();
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        return new Ended(CompletableFuture.supplyAsync(() -> run(request, listener)));
    }

    @Override
    public void close() {}

    private static GenerationResult run(GenerationRequest request, GenerationListener listener) {
        int prompt = request.promptTokens().size();
        listener.onPrefill(prompt, prompt);
        List<Integer> whole = answer(text(request.promptTokens())).codePoints().boxed().toList();
        List<Integer> tokens = whole.subList(0, Math.min(whole.size(), request.maxOutputTokens()));
        tokens.forEach(token -> listener.onToken(token, Character.toString(token)));
        FinishReason reason = tokens.size() < whole.size() ? FinishReason.LENGTH : FinishReason.STOP;
        return new GenerationResult(tokens, text(tokens), reason, prompt, List.of(new LevelChange(0, 0)),
                new GenerationResult.Timings(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1)), 0);
    }

    private static String answer(String prompt) {
        String known = prompt.toLowerCase(Locale.ROOT);
        if (known.contains(FAILS)) {
            throw new ArithmeticException("a fault of the engine");
        }
        if (known.contains("what is my favorite color")) {
            int start = known.indexOf("color is ") + "color is ".length();
            return "It is " + known.substring(start, known.indexOf(END_OF_TURN, start)) + ".";
        }
        return ANSWERS.entrySet()
                .stream()
                .filter(entry -> known.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is known about: " + prompt));
    }

    private static String text(List<Integer> tokens) {
        StringBuilder text = new StringBuilder();
        tokens.forEach(text::appendCodePoint);
        return text.toString();
    }

    /** Too quick to cancel or raise. */
    private record Ended(CompletableFuture<GenerationResult> result) implements GenerationHandle {
        @Override
        public GenerationResult await() {
            return result.join();
        }

        @Override
        public void cancel() {}

        @Override
        public CompletableFuture<LevelChange> raise(int level) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException("one level only"));
        }
    }
}
