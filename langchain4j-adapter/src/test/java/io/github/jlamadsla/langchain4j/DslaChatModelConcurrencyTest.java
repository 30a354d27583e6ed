package io.github.jlamadsla.langchain4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;

import static org.assertj.core.api.Assertions.assertThat;

class DslaChatModelConcurrencyTest {
    private static final int CALLERS = 8;

    @Test
    void requestsOfManyThreadsReachTheEngineTogetherAndGetTheirOwnAnswers() throws Exception {
        // No request ends before all have been submitted: a lock in the adapter would hang here.
        CyclicBarrier allSubmitted = new CyclicBarrier(CALLERS);
        try (ExecutorService engineThreads = Executors.newFixedThreadPool(CALLERS);
                ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            ScriptedEngine engine = new ScriptedEngine((request, _) -> CompletableFuture.supplyAsync(() -> {
                meet(allSubmitted);
                return echo(request);
            }, engineThreads));
            DslaChatModel model = DslaChatModel.builder().engine(engine).build();
            List<Future<ChatResponse>> answers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                String question = "question " + i;
                answers.add(callers.submit(() -> model.chat(UserMessage.from(question))));
            }

            for (int i = 0; i < CALLERS; i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS).aiMessage().text())
                        .isEqualTo("question " + i + '\0');
            }
            assertThat(answers).extracting(answer -> answer.resultNow().id()).doesNotHaveDuplicates();
        }
    }

    private static GenerationResult echo(GenerationRequest request) {
        StringBuilder text = new StringBuilder();
        request.promptTokens().forEach(text::appendCodePoint);
        return ScriptedEngine.result(text.toString(), FinishReason.STOP);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("not all requests were submitted together", e);
        }
    }
}
