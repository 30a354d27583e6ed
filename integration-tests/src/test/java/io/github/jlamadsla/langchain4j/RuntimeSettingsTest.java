package io.github.jlamadsla.langchain4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.serve.LevelMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** What a chat model's builder says reaches the runtime that it loads. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RuntimeSettingsTest {

    @Test
    void theModeDecidesTheLevelOfRequestsThatPinNone() {
        try (DslaChatModel model = demo().levelMode(LevelMode.fixed(3)).build()) {
            assertThat(layersConverted(model, DslaChatRequestParameters.builder())).isEqualTo(3);
            assertThat(layersConverted(model, DslaChatRequestParameters.builder().level(5))).isEqualTo(5);
        }
    }

    @Test
    void whatCannotFitTheMemoryLimitIsNeverTaken() {
        try (DslaChatModel model = demo().memoryLimit(10_000L).prefixCache(0.0).build()) {
            assertThatThrownBy(() -> model.chat("hi")).isExactlyInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void aFullQueueRefusesAndAPassedDeadlineEnds() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        GenerationListener holding = new GenerationListener() {
            @Override
            public void onPrefill(int done, int total) {
                running.countDown();
                join(hold);
            }
        };
        try (DslaChatModel model = over(TinyRuntime.directory()).maxQueuedRequests(1).generationListener(holding)
                .maxOutputTokens(Streams.LONG).build()) {
            ChatRequest late = request(DslaChatRequestParameters.builder().deadline(Duration.ofSeconds(2)));
            CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(() -> catchThrowable(() -> model.chat(
                    late)));
            running.await();

            assertThatThrownBy(() -> model.chat("hi")).isExactlyInstanceOf(RateLimitException.class)
                    .hasMessageContaining("Try again ");
            // A request pauses when its listener is behind, so it cannot end before its time is over.
            Thread.sleep(2_500);
            hold.countDown();
            assertThat(ended.get()).isExactlyInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void promptsBeyondTheQueuesTokensAreRefused() {
        try (DslaChatModel model = demo().maxQueuedPromptTokens(1L).build()) {
            assertThatThrownBy(() -> model.chat("hi")).isExactlyInstanceOf(RateLimitException.class);
        }
    }

    private static DslaChatModel.Builder demo() {
        return over(DemoRuntime.DIRECTORY).maxOutputTokens(2);
    }

    private static DslaChatModel.Builder over(Path directory) {
        return DslaChatModel.builder().modelDirectory(directory).threads(1);
    }

    private static ChatRequest request(DslaChatRequestParameters.Builder parameters) {
        return ChatRequest.builder().messages(UserMessage.from("hi")).parameters(parameters.build()).build();
    }

    private static int layersConverted(DslaChatModel model, DslaChatRequestParameters.Builder parameters) {
        ChatResponse response = model.chat(request(parameters));
        return ((DslaChatResponseMetadata) response.metadata()).layersConverted();
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
