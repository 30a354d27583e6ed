package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import io.github.jlamadsla.DslaRuntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Streams of the real engine over a tiny model of random weights, whose tokens are bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StreamingOnTheEngineTest {
    private static final int LONG = 3_000;

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
            alone.add(DslaChatModel.builder().runtime(runtime).seed((long) i).level(i % 3).build().chat(request(i)));
        }
        // Random weights repeat themselves when greedy; else mixed-up answers could not hide.
        assertThat(IntStream.range(0, requests).filter(StreamingOnTheEngineTest::sampled)
                .mapToObj(i -> alone.get(i).aiMessage().text())).hasSize(requests / 2).doesNotHaveDuplicates();

        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<Collected>> streams = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                int number = i;
                streams.add(callers.submit(() -> {
                    Collected stream = new Collected();
                    DslaStreamingChatModel.builder().runtime(runtime).seed((long) number).level(number % 3).build()
                            .chat(request(number), stream);
                    return stream;
                }));
            }
            for (int i = 0; i < requests; i++) {
                Collected stream = streams.get(i).get();
                ChatResponse response = stream.response();
                assertThat(response.aiMessage()).isEqualTo(alone.get(i).aiMessage());
                assertThat(response.tokenUsage()).isEqualTo(alone.get(i).tokenUsage());
                assertThat(response.finishReason()).isEqualTo(alone.get(i).finishReason());
                assertThat(stream.text()).isEqualTo(response.aiMessage().text());
                assertThat(stream.pieces).doesNotContain("");
                assertThat(stream.threads).hasSize(1);
            }
        }
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void cancelInTheCallbackOfATokenIsTheEnd() throws Exception {
        CountDownLatch fifth = new CountDownLatch(1);
        Collected stream = new Collected() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                if (pieces.size() == 5) {
                    context.streamingHandle().cancel();
                    fifth.countDown();
                }
            }
        };

        model().chat(longRequest(), stream);

        join(fifth);
        awaitFreeMemory(runtime);
        stream.threads.iterator().next().join();
        assertThat(stream.pieces).hasSize(5);
        assertThat(stream.ended()).isFalse();
    }

    @Test
    void theEngineChoosesAtMostOneTokenAfterACancel() throws Exception {
        ScriptedModel script = new ScriptedModel(runtime);
        AtomicInteger atCancel = new AtomicInteger();
        CountDownLatch cancelled = new CountDownLatch(1);
        Collected stream = new Collected() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                if (pieces.size() == 5) {
                    context.streamingHandle().cancel();
                    atCancel.set(script.chosen().get());
                    cancelled.countDown();
                }
            }
        };

        DslaStreamingChatModel.builder().engine(script).maxOutputTokens(LONG).build()
                .chat(say("word ".repeat(LONG / 5)), stream);

        join(cancelled);
        awaitFreeMemory(runtime);
        assertThat(script.chosen().get()).isBetween(5, LONG - 1).isLessThanOrEqualTo(atCancel.get() + 1);
    }

    @Test
    void cancelFromAnotherThreadIsTheEnd() throws Exception {
        CompletableFuture<StreamingHandle> third = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        Collected stream = new Collected() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                if (pieces.size() == 3) {
                    third.complete(context.streamingHandle());
                    join(cancelled);
                }
            }
        };
        model().chat(longRequest(), stream);

        third.get(60, TimeUnit.SECONDS).cancel();
        awaitFreeMemory(runtime); // while the handler still holds its thread
        cancelled.countDown();

        stream.threads.iterator().next().join();
        assertThat(stream.pieces).hasSize(3);
        assertThat(stream.ended()).isFalse();
    }

    @Test
    void aHandlerThatBlocksHoldsUpItsOwnRequestAlone() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        Collected blocked = new Collected() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                join(hold);
            }
        };
        model().chat(longRequest(), blocked);
        Collected other = new Collected();
        model().chat(longRequest(), other);

        ChatResponse response = other.response();
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(LONG);
        assertThat(blocked.ended()).isFalse();
        // It paused: it has not come as far as to hold what the other one held.
        long whole = ((DslaChatResponseMetadata) response.metadata()).memoryBytes();
        assertThat(runtime.sequenceBytesInUse()).isPositive().isLessThan(whole / 2);

        hold.countDown();
        assertThat(blocked.response().aiMessage()).isEqualTo(response.aiMessage());
        assertThat(blocked.text()).isEqualTo(other.text());
    }

    /** Busy handlers, as many as there are processors, must not take the threads that other requests' events need. */
    @Test
    void handlersThatComputeHoldUpTheirOwnRequestsAlone() throws Exception {
        AtomicBoolean go = new AtomicBoolean();
        List<Collected> busy = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Collected stream = new Collected() {
                @Override
                public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                    super.onPartialResponse(piece, context);
                    while (!go.get()) {
                        Thread.onSpinWait();
                    }
                }
            };
            busy.add(stream);
            scripted().chat(say("busy"), stream);
        }
        for (Collected stream : busy) {
            while (stream.pieces.isEmpty()) {
                Thread.sleep(1);
            }
        }
        Collected other = new Collected();
        scripted().chat(say("other"), other);

        assertThat(other.response().aiMessage().text()).isEqualTo("other");
        assertThat(busy).noneMatch(Collected::ended);
        go.set(true);
        for (Collected stream : busy) {
            assertThat(stream.response().aiMessage().text()).isEqualTo("busy");
        }
    }

    @Test
    void aStopSequenceOverManyTokensIsNeverDelivered() throws Exception {
        Collected stream = new Collected();

        scripted().chat(say("one ST two STOP three").toBuilder().stopSequences(List.of("STOP")).build(), stream);

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
        scripted().chat(say("one ST").toBuilder().stopSequences(List.of("STOP")).build(), ended);

        assertThat(ended.response().aiMessage().text()).isEqualTo("one ST");
        assertThat(ended.pieces).containsExactly("o", "n", "e", " ", "ST");

        Collected full = new Collected();
        scripted().chat(say("one STx").toBuilder().stopSequences(List.of("STOP")).maxOutputTokens(6).build(), full);

        assertThat(full.response().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(full.pieces).containsExactly("o", "n", "e", " ", "ST");
    }

    @Test
    void charactersAreNeverSplit() throws Exception {
        Collected whole = new Collected();
        scripted().chat(say("é🙂b"), whole);

        ChatResponse response = whole.response();
        assertThat(whole.pieces).containsExactly("é", "🙂", "b");
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(2 + 4 + 1);

        Collected cut = new Collected();
        scripted().chat(say("é🙂b").toBuilder().maxOutputTokens(4).build(), cut);

        assertThat(cut.response().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(cut.pieces).hasSize(2).startsWith("é");
        assertThat(cut.text()).isEqualTo(cut.response().aiMessage().text()).contains("\uFFFD");
    }

    @Test
    void anEndTokenThatComesFirstIsAnEmptyAnswer() throws Exception {
        Collected stream = new Collected();

        scripted().chat(say(""), stream);

        ChatResponse response = stream.response();
        assertThat(response.aiMessage().text()).isEmpty();
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage()).isEqualTo(new TokenUsage(response.tokenUsage().inputTokenCount(), 0));
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

        scripted().chat(say("Berlin"), stream);

        assertThat(stream.response().aiMessage().text()).isEqualTo("Berlin");
        assertThat(stream.text()).isEqualTo("Berlin");
        assertThat(errors).hasSize(6).allSatisfy(e -> assertThat(e).hasMessage("the user's"));
        assertThat(stream.threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void closingTheRuntimeEndsItsStreams() throws Exception {
        try (DslaRuntime own = TinyRuntime.open()) {
            Collected stream = new Collected() {
                @Override
                public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                    super.onPartialResponse(piece, context);
                    own.close(); // a handler may do so
                }
            };
            DslaStreamingChatModel model = DslaStreamingChatModel.builder().runtime(own).build();
            model.chat(longRequest(), stream);

            assertThat(stream.error()).isExactlyInstanceOf(InternalServerException.class)
                    .hasMessageContaining("the runtime was closed");
            assertThatThrownBy(() -> model.chat("hi", stream)).isExactlyInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anOwnerFreesItsRuntimeAndABorrowerDoesNot() throws Exception {
        Collected owned = new Collected();
        DslaStreamingChatModel owner = DslaStreamingChatModel.builder().modelDirectory(TinyRuntime.directory())
                .threads(1).build();
        owner.chat(longRequest(), owned);
        owner.close();
        assertThat(owned.error()).isExactlyInstanceOf(InternalServerException.class);
        assertThatThrownBy(() -> owner.chat("hi", owned)).isExactlyInstanceOf(IllegalStateException.class);

        Collected borrowed = new Collected();
        DslaStreamingChatModel borrower = model();
        borrower.chat(request(1), borrowed);
        borrower.close();
        assertThat(borrowed.response().aiMessage().text()).isEqualTo(borrowed.text());
    }

    @Test
    void timeAndRoomAreBounded() throws Exception {
        try (DslaRuntime narrow = DslaRuntime.builder().modelDirectory(TinyRuntime.directory()).threads(1)
                .warmUp(Duration.ZERO).maxQueuedRequests(1).build()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch hold = new CountDownLatch(1);
            Collected late = new Collected() {
                @Override
                public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                    super.onPartialResponse(piece, context);
                    begun.countDown();
                    join(hold);
                }
            };
            DslaStreamingChatModel model = DslaStreamingChatModel.builder().runtime(narrow)
                    .timeout(Duration.ofSeconds(2)).build();
            model.chat(longRequest(), late);
            Collected refused = new Collected();
            model.chat(request(1), refused);
            assertThat(refused.error()).isExactlyInstanceOf(RateLimitException.class);

            // The handler blocks, so the request pauses until its time is over.
            join(begun);
            awaitFreeMemory(narrow);
            hold.countDown();
            assertThat(late.error()).isExactlyInstanceOf(TimeoutException.class);
            assertThat(late.pieces.size()).isPositive().isLessThan(LONG / 2);

            DslaChatModel whole = DslaChatModel.builder().runtime(narrow).timeout(Duration.ofNanos(1)).build();
            assertThatThrownBy(() -> whole.chat("hi")).isExactlyInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void aPromptBeyondTheContextGoesToOnError() throws Exception {
        Collected stream = new Collected();

        model().chat("x".repeat(runtime.contextLength()), stream);

        assertThat(stream.error()).isExactlyInstanceOf(InvalidRequestException.class).hasMessageContaining("8192");
        assertThat(stream.threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void penaltiesReachTheSampler() {
        ChatRequest request = request(0).toBuilder().temperature(0.0).maxOutputTokens(60).build();
        String plain = DslaChatModel.builder().runtime(runtime).build().chat(request).aiMessage().text();
        String varied = DslaChatModel.builder().runtime(runtime).presencePenalty(2.0).frequencyPenalty(2.0).build()
                .chat(request).aiMessage().text();

        assertThat(varied).isNotEqualTo(plain);
        assertThat(varied.chars().distinct().count()).isGreaterThan(plain.chars().distinct().count());
    }

    private DslaStreamingChatModel model() {
        return DslaStreamingChatModel.builder().runtime(runtime).build();
    }

    private DslaStreamingChatModel scripted() {
        return DslaStreamingChatModel.builder().engine(new ScriptedModel(runtime)).build();
    }

    /** Greedy and sampled ones, 10 to 400 tokens in, 5 to 100 out. */
    private static ChatRequest request(int number) {
        Random random = new Random(number);
        String text = "Question " + number + ": " + "why? ".repeat(random.nextInt(80));
        return ChatRequest.builder().messages(UserMessage.from(text)).temperature(sampled(number) ? 0.9 : 0.0)
                .maxOutputTokens(5 + random.nextInt(96)).build();
    }

    private static boolean sampled(int number) {
        return number % 2 == 1;
    }

    private static ChatRequest longRequest() {
        return ChatRequest.builder().messages(UserMessage.from("Go on.")).maxOutputTokens(LONG).build();
    }

    private static ChatRequest say(String text) {
        return ChatRequest.builder().messages(UserMessage.from(ScriptedModel.REPEAT + text)).build();
    }

    private static void awaitFreeMemory(DslaRuntime of) throws InterruptedException {
        while (of.sequenceBytesInUse() > 0) {
            Thread.sleep(1); // bounded by the class's timeout
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
