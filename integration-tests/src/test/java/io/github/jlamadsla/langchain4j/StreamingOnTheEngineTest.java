package io.github.jlamadsla.langchain4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.output.FinishReason;

import io.github.jlamadsla.DslaRuntime;

import static org.assertj.core.api.Assertions.assertThat;

/** What streams of the real engine say, over a tiny model of random weights whose tokens are bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StreamingOnTheEngineTest {
    private DslaRuntime runtime;

    @BeforeAll
    void open() {
        runtime = TinyRuntime.open();
    }

    @AfterAll
    void close() {
        runtime.close();
    }

    @Test
    void manyStreamsAtOnceAreTheAnswersThatComeWhole() throws Exception {
        int requests = 32;
        List<ChatResponse> alone = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            alone.add(DslaChatModel.builder().runtime(runtime).seed((long) i).level(i % 3).build()
                    .chat(Streams.request(i)));
        }
        // Random weights repeat themselves when greedy; else mixed-up answers could not hide.
        assertThat(IntStream.range(0, requests).filter(Streams::sampled)
                .mapToObj(i -> alone.get(i).aiMessage().text())).hasSize(requests / 2).doesNotHaveDuplicates();

        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<Collected>> streams = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                int number = i;
                streams.add(callers.submit(() -> {
                    Collected stream = new Collected();
                    DslaStreamingChatModel.builder().runtime(runtime).seed((long) number).level(number % 3).build()
                            .chat(Streams.request(number), stream);
                    return stream;
                }));
            }
            for (int i = 0; i < requests; i++) {
                Collected stream = streams.get(i).get();
                ChatResponse response = stream.response();
                assertThat(response.aiMessage()).isEqualTo(alone.get(i).aiMessage());
                // All but what came from the prefixes of those asked before.
                assertThat(response.tokenUsage().inputTokenCount())
                        .isEqualTo(alone.get(i).tokenUsage().inputTokenCount());
                assertThat(response.tokenUsage().outputTokenCount())
                        .isEqualTo(alone.get(i).tokenUsage().outputTokenCount());
                assertThat(response.finishReason()).isEqualTo(alone.get(i).finishReason());
                assertThat(stream.text()).isEqualTo(response.aiMessage().text());
                assertThat(stream.pieces).doesNotContain("");
                assertThat(stream.threads).hasSize(1);
            }
        }
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void aStopSequenceOverManyTokensIsNeverDelivered() throws Exception {
        Collected stream = new Collected();

        Streams.scripted(runtime)
                .chat(Streams.say("one ST two STOP three").toBuilder().stopSequences(List.of("STOP")).build(), stream);

        ChatResponse response = stream.response();
        assertThat(response.aiMessage().text()).isEqualTo("one ST two ");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        // The tokens of the stop text were generated and count.
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo("one ST two STOP".length());
        assertThat(stream.pieces).containsExactly("o", "n", "e", " ", "ST ", "t", "w", "o", " ");
    }

    @Test
    void whatWasHeldBackComesBeforeTheEnd() throws Exception {
        Collected ended = new Collected();
        Streams.scripted(runtime).chat(Streams.say("one ST").toBuilder().stopSequences(List.of("STOP")).build(), ended);

        assertThat(ended.response().aiMessage().text()).isEqualTo("one ST");
        assertThat(ended.pieces).containsExactly("o", "n", "e", " ", "ST");

        Collected full = new Collected();
        Streams.scripted(runtime).chat(
                Streams.say("one STx").toBuilder().stopSequences(List.of("STOP")).maxOutputTokens(6).build(), full);

        assertThat(full.response().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(full.pieces).containsExactly("o", "n", "e", " ", "ST");
    }

    @Test
    void charactersAreNeverSplit() throws Exception {
        Collected whole = new Collected();
        Streams.scripted(runtime).chat(Streams.say("é🙂b"), whole);

        ChatResponse response = whole.response();
        assertThat(whole.pieces).containsExactly("é", "🙂", "b");
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(2 + 4 + 1);

        Collected cut = new Collected();
        Streams.scripted(runtime).chat(Streams.say("é🙂b").toBuilder().maxOutputTokens(4).build(), cut);

        assertThat(cut.response().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(cut.pieces).hasSize(2).startsWith("é");
        assertThat(cut.text()).isEqualTo(cut.response().aiMessage().text()).contains("\uFFFD");
    }

    @Test
    void anEndTokenThatComesFirstIsAnEmptyAnswer() throws Exception {
        Collected stream = new Collected();

        Streams.scripted(runtime).chat(Streams.say(""), stream);

        ChatResponse response = stream.response();
        assertThat(response.aiMessage().text()).isEmpty();
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage().outputTokenCount()).isZero();
        assertThat(stream.pieces).isEmpty();
    }

    @Test
    void theUsersExceptionsDoNotEndTheAnswer() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        Collected stream = new Collected() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                throw new IllegalStateException("the user's");
            }

            @Override
            public void onError(Throwable error) {
                errors.add(error);
                throw new IllegalStateException("ignored");
            }
        };

        Streams.scripted(runtime).chat(Streams.say("Berlin"), stream);

        assertThat(stream.response().aiMessage().text()).isEqualTo("Berlin");
        assertThat(stream.text()).isEqualTo("Berlin");
        assertThat(errors).hasSize(6).allSatisfy(e -> assertThat(e).hasMessage("the user's"));
        assertThat(stream.threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void aPromptBeyondTheContextGoesToOnError() throws Exception {
        Collected stream = new Collected();

        Streams.over(runtime).chat("x".repeat(runtime.contextLength()), stream);

        assertThat(stream.error()).isExactlyInstanceOf(InvalidRequestException.class).hasMessageContaining("8192");
        assertThat(stream.threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void penaltiesReachTheSampler() {
        ChatRequest request = Streams.request(0).toBuilder().temperature(0.0).maxOutputTokens(60).build();
        String plain = DslaChatModel.builder().runtime(runtime).build().chat(request).aiMessage().text();
        String varied = DslaChatModel.builder().runtime(runtime).presencePenalty(2.0).frequencyPenalty(2.0).build()
                .chat(request).aiMessage().text();

        assertThat(varied).isNotEqualTo(plain);
        assertThat(varied.chars().distinct().count()).isGreaterThan(plain.chars().distinct().count());
    }
}
