package io.github.jlamadsla.langchain4j;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.sampling.TokenMask;
import io.github.jlamadsla.text.ChatTurn;

/**
 * A runtime whose model's logits are overruled by a script, so that a model of random weights knows what LangChain4j's
 * conformance tests ask. It sees prompt tokens and sets logits; all else, from the tokenizer and the steps to stop
 * sequences, events and counts, is the product.
 *
 * @param chosen tokens the engine has chosen by the script, of all requests
 */
record ScriptedModel(DslaRuntime runtime, RuntimeChatEngine engine, AtomicInteger chosen) implements ChatEngine {
    /** The answer is what follows it in its line. */
    static final String REPEAT = "Repeat: ";
    /** A question about this fails inside the engine. */
    static final String FAILS = "this message will fail";

    private static final Map<String, String> ANSWERS = Map.of("capital of germany", "Berlin.", "into german",
            "Ich liebe dich.", "hello", "Hello World", "long story", "There was a dog. ".repeat(20));

    ScriptedModel(DslaRuntime runtime) {
        this(runtime, RuntimeChatEngine.borrowed(runtime), new AtomicInteger());
    }

    @Override
    public String modelName() {
        return engine.modelName();
    }

    @Override
    public int bottomLevel() {
        return engine.bottomLevel();
    }

    @Override
    public int topLevel() {
        return engine.topLevel();
    }

    @Override
    public int[] encodeChat(List<ChatTurn> turns) {
        return engine.encodeChat(turns);
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        String prompt = runtime.text().decode(request.promptTokens());
        GenerationRequest.Limits limits = request.limits();
        return engine.submit(new GenerationRequest(request.promptTokens(), request.maxOutputTokens(),
                request.sampling(), request.pinnedLevel(), new GenerationRequest.Limits(limits.stops(),
                        prompt.contains(FAILS) ? new Faulty() : script(answer(prompt)), limits.timeout()),
                request.service()),
                listener);
    }

    @Override
    public void close() {
        engine.close();
    }

    private static String answer(String prompt) {
        if (prompt.contains(REPEAT)) {
            return restOfLine(prompt, REPEAT);
        }
        String question = prompt.toLowerCase(Locale.ROOT);
        if (question.contains("what is my favorite color")) {
            return "It is " + restOfLine(question, "color is ") + ".";
        }
        return ANSWERS.entrySet()
                .stream()
                .filter(entry -> question.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is known about: " + prompt));
    }

    private static String restOfLine(String prompt, String after) {
        int start = prompt.indexOf(after) + after.length();
        return prompt.substring(start, prompt.indexOf('\n', start));
    }

    private Script script(String answer) {
        int[] text = runtime.text().encodePlain(answer);
        int[] tokens = Arrays.copyOf(text, text.length + 1);
        tokens[text.length] = runtime.text().tokenId("<|end|>");
        return new Script(tokens, chosen);
    }

    /** One token has all the probability, then the next. */
    private static final class Script implements TokenMask {
        private final int[] tokens;
        private final AtomicInteger chosen;
        private int next;

        Script(int[] tokens, AtomicInteger chosen) {
            this.tokens = tokens;
            this.chosen = chosen;
        }

        @Override
        public void apply(float[] logits, int offset, int count) {
            Arrays.fill(logits, offset, offset + count, Float.NEGATIVE_INFINITY);
            logits[offset + tokens[next]] = 0;
        }

        @Override
        public void accept(int token) {
            next++;
            chosen.incrementAndGet();
        }
    }

    private static final class Faulty implements TokenMask {
        @Override
        public void apply(float[] logits, int offset, int count) {
            throw new ArithmeticException("a fault of the engine");
        }

        @Override
        public void accept(int token) {}
    }
}
