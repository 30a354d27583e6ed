package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingHandle;

import io.github.jlamadsla.DslaRuntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How streams of the real engine end, pause and leave each other alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StreamsEndTest {
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

        Streams.over(runtime).chat(Streams.longRequest(), stream);

        Streams.join(fifth);
        Streams.awaitFreeMemory(runtime);
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

        DslaStreamingChatModel.builder().engine(script).maxOutputTokens(Streams.LONG).build()
                .chat(Streams.say("word ".repeat(Streams.LONG / 5)), stream);

        Streams.join(cancelled);
        Streams.awaitFreeMemory(runtime);
        assertThat(script.chosen().get()).isBetween(5, Streams.LONG - 1).isLessThanOrEqualTo(atCancel.get() + 1);
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
                    Streams.join(cancelled);
                }
            }
        };
        Streams.over(runtime).chat(Streams.longRequest(), stream);

        third.get(60, TimeUnit.SECONDS).cancel();
        Streams.awaitFreeMemory(runtime); // while the handler still holds its thread
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
                Streams.join(hold);
            }
        };
        Streams.over(runtime).chat(Streams.longRequest(), blocked);
        Collected other = new Collected();
        Streams.over(runtime).chat(Streams.longRequest(), other);

        ChatResponse response = other.response();
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(Streams.LONG);
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
            Streams.scripted(runtime).chat(Streams.say("busy"), stream);
        }
        for (Collected stream : busy) {
            while (stream.pieces.isEmpty()) {
                Thread.sleep(1);
            }
        }
        Collected other = new Collected();
        Streams.scripted(runtime).chat(Streams.say("other"), other);

        assertThat(other.response().aiMessage().text()).isEqualTo("other");
        assertThat(busy).noneMatch(Collected::ended);
        go.set(true);
        for (Collected stream : busy) {
            assertThat(stream.response().aiMessage().text()).isEqualTo("busy");
        }
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
            model.chat(Streams.longRequest(), stream);

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
        owner.chat(Streams.longRequest(), owned);
        owner.close();
        assertThat(owned.error()).isExactlyInstanceOf(InternalServerException.class);
        assertThatThrownBy(() -> owner.chat("hi", owned)).isExactlyInstanceOf(IllegalStateException.class);

        Collected borrowed = new Collected();
        DslaStreamingChatModel borrower = Streams.over(runtime);
        borrower.chat(Streams.request(1), borrowed);
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
                    Streams.join(hold);
                }
            };
            DslaStreamingChatModel model = DslaStreamingChatModel.builder().runtime(narrow)
                    .timeout(Duration.ofSeconds(2)).build();
            model.chat(Streams.longRequest(), late);
            Collected refused = new Collected();
            model.chat(Streams.request(1), refused);
            assertThat(refused.error()).isExactlyInstanceOf(RateLimitException.class);

            // The handler blocks, so the request pauses until its time is over.
            Streams.join(begun);
            Streams.awaitFreeMemory(narrow);
            hold.countDown();
            assertThat(late.error()).isExactlyInstanceOf(TimeoutException.class);
            assertThat(late.pieces.size()).isPositive().isLessThan(Streams.LONG / 2);

            DslaChatModel whole = DslaChatModel.builder().runtime(narrow).timeout(Duration.ofNanos(1)).build();
            // A time that cannot be kept is no timeout: the request is not taken at all.
            assertThatThrownBy(() -> whole.chat("hi")).isExactlyInstanceOf(RateLimitException.class);
        }
    }
}
