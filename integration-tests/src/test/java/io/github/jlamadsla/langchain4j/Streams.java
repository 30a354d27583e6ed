package io.github.jlamadsla.langchain4j;

import java.util.Random;
import java.util.concurrent.CountDownLatch;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;

import io.github.jlamadsla.DslaRuntime;

/** Models and requests for tests of streams. */
final class Streams {
    /** Tokens of a long answer. */
    static final int LONG = 3_000;

    private Streams() {}

    static DslaStreamingChatModel over(DslaRuntime runtime) {
        return DslaStreamingChatModel.builder().runtime(runtime).build();
    }

    static DslaStreamingChatModel scripted(DslaRuntime runtime) {
        return DslaStreamingChatModel.builder().engine(new ScriptedModel(runtime)).build();
    }

    /** Greedy and sampled ones, 10 to 400 tokens in, 5 to 100 out. */
    static ChatRequest request(int number) {
        Random random = new Random(number);
        String text = "Question " + number + ": " + "why? ".repeat(random.nextInt(80));
        return ChatRequest.builder().messages(UserMessage.from(text)).temperature(sampled(number) ? 0.9 : 0.0)
                .maxOutputTokens(5 + random.nextInt(96)).build();
    }

    static boolean sampled(int number) {
        return number % 2 == 1;
    }

    static ChatRequest longRequest() {
        return ChatRequest.builder().messages(UserMessage.from("Go on.")).maxOutputTokens(LONG).build();
    }

    /** What a {@link ScriptedModel} answers with this text. */
    static ChatRequest say(String text) {
        return ChatRequest.builder().messages(UserMessage.from(ScriptedModel.REPEAT + text)).build();
    }

    /** Waits until all requests have given their memory back; the caller's test has a timeout. */
    static void awaitFreeMemory(DslaRuntime runtime) throws InterruptedException {
        while (runtime.sequenceBytesInUse() > 0) {
            Thread.sleep(1);
        }
    }

    static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
