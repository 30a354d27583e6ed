package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.InOrder;
import org.mockito.Mockito;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingHandle;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.ContextTooLongException;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;

/** LangChain4j's rules for a stream, on an engine that is scripted. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DslaStreamingChatModelTest {
    private final ScriptedEngine engine = ScriptedEngine.speaking(List.of("Be", "r", "", "lin"), "");

    @Test
    void piecesThenTheResponseOnOneThreadOfItsOwn() throws Exception {
        RecordingHandler handler = new RecordingHandler();

        model(engine).chat("hi", handler);

        assertThat(handler.await()).hasSize(4).startsWith("Be", "r", "lin");
        assertThat(handler.heard.getLast()).isInstanceOfSatisfying(ChatResponse.class, response -> {
            assertThat(response.aiMessage().text()).isEqualTo("Berlin");
            assertThat(response.modelName()).isEqualTo("scripted");
            assertThat(response.metadata()).isInstanceOf(DslaChatResponseMetadata.class);
        });
        assertThat(handler.threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void textThatWasHeldBackComesBeforeTheResponse() throws Exception {
        RecordingHandler handler = new RecordingHandler();

        model(ScriptedEngine.speaking(List.of("a", "b"), "END")).chat("hi", handler);

        assertThat(handler.await()).hasSize(4).startsWith("a", "b", "END");
    }

    @Test
    void anEmptyAnswerHasNoPieces() throws Exception {
        RecordingHandler handler = new RecordingHandler();

        model(ScriptedEngine.speaking(List.of("", ""), "")).chat("hi", handler);

        assertThat(handler.await()).singleElement()
                .isInstanceOfSatisfying(ChatResponse.class, r -> assertThat(r.aiMessage().text()).isEmpty());
    }

    @Test
    void requestsAreMappedAsTheOtherModelDoes() throws Exception {
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi")).presencePenalty(0.5)
                .stopSequences(List.of("x")).maxOutputTokens(9).build();
        ScriptedEngine whole = ScriptedEngine.answering("Berlin");
        RecordingHandler handler = new RecordingHandler();

        DslaChatModel.builder().engine(whole).temperature(0.7).seed(4L).level(3).build().chat(request);
        DslaStreamingChatModel.builder().engine(engine).temperature(0.7).seed(4L).level(3).build()
                .chat(request, handler);

        handler.await();
        assertThat(engine.requests).hasSize(1).isEqualTo(whole.requests);
        assertThat(engine.chats).isEqualTo(whole.chats);
    }

    @Test
    void cancelInACallbackIsTheLastThingHeard() throws Exception {
        List<StreamingHandle> handles = new ArrayList<>();
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                assertThat(context.streamingHandle().isCancelled()).isFalse();
                handles.add(context.streamingHandle());
                if (heard.size() == 2) {
                    context.streamingHandle().cancel();
                    throw new IllegalStateException("not heard either");
                }
            }
        };
        CompletableFuture<Void> spoken = new CompletableFuture<>();
        ScriptedEngine counting = new ScriptedEngine((_, listener) -> CompletableFuture.supplyAsync(() -> {
            List.of("a", "b", "c", "d", "e").forEach(piece -> listener.onToken(1, piece));
            spoken.complete(null);
            return ScriptedEngine.result("abcde", FinishReason.CANCELLED);
        }));

        model(counting).chat("hi", handler);

        spoken.get(20, TimeUnit.SECONDS); // no event waits for the handler any more
        handler.threads.iterator().next().join();
        assertThat(handler.heard).containsExactly("a", "b");
        StreamingHandle handle = handles.getLast();
        handle.cancel();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(counting.handles.getFirst().cancels()).hasPositiveValue();
    }

    @Test
    void anExceptionOfAPieceGoesToOnErrorAndTheAnswerGoesOn() throws Exception {
        RuntimeException own = new IllegalStateException("the user's");
        CountDownLatch complete = new CountDownLatch(1);
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                throw own;
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                super.onCompleteResponse(response);
                complete.countDown();
            }

            @Override
            public void onError(Throwable error) {
                super.onError(error);
                throw new IllegalStateException("ignored");
            }
        };

        model(engine).chat("hi", handler);

        assertThat(complete.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handler.heard).hasSize(7).startsWith("Be", own, "r", own, "lin", own);
        assertThat(handler.threads).hasSize(1);
    }

    @Test
    void anExceptionOfTheResponseGoesToOnError() throws Exception {
        RuntimeException own = new IllegalStateException("the user's");
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                throw own;
            }
        };

        model(engine).chat("hi", handler);

        assertThat(handler.await()).containsExactly("Be", "r", "lin", own);
    }

    @Test
    void anErrorEndsTheRequest() throws Exception {
        AssertionError own = new AssertionError("the user's");
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                throw own;
            }
        };

        model(engine).chat("hi", handler);

        assertThat(handler.await()).containsExactly(own);
        handler.threads.iterator().next().join();
        assertThat(handler.heard).containsExactly(own);
        assertThat(engine.handles.getFirst().cancels()).hasPositiveValue();
    }

    @Test
    void anInterruptedHandlerStillHearsTheRest() throws Exception {
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                Thread.currentThread().interrupt();
            }
        };

        model(engine).chat("hi", handler);

        assertThat(handler.await()).hasSize(4).startsWith("Be", "r", "lin");
    }

    @Test
    void refusalsAndFailuresGoToOnErrorMapped() throws Exception {
        assertThat(errorOf(ScriptedEngine.refusing(new RequestRejectedException(
                RequestRejectedException.Reason.REQUESTS, "65 requests", null))))
                .isExactlyInstanceOf(RateLimitException.class);
        assertThat(errorOf(ScriptedEngine.refusing(new ContextTooLongException(9, 8))))
                .isExactlyInstanceOf(InvalidRequestException.class);
        assertThat(errorOf(ScriptedEngine.failing(new RequestTimeoutException(Duration.ofSeconds(1), 3))))
                .isExactlyInstanceOf(TimeoutException.class);
        IllegalStateException fault = new IllegalStateException("a step failed");
        assertThat(errorOf(ScriptedEngine.failing(fault))).isExactlyInstanceOf(InternalServerException.class)
                .hasCause(fault);
        OutOfMemoryError error = new OutOfMemoryError("heap");
        assertThat(errorOf(ScriptedEngine.failing(error))).isSameAs(error);
    }

    @Test
    void aValueOutOfRangeGoesToOnErrorAndSoToListeners() throws Exception {
        ChatModelListener listener = Mockito.mock(ChatModelListener.class);
        RecordingHandler handler = new RecordingHandler();
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi")).temperature(-1.0).build();

        DslaStreamingChatModel.builder().engine(engine).listeners(List.of(listener)).build().chat(request, handler);

        assertThat(handler.await()).singleElement().isInstanceOfSatisfying(InvalidRequestException.class,
                e -> assertThat(e).hasMessageContaining("temperature is -1.0; allowed"));
        Mockito.verify(listener).onError(any(ChatModelErrorContext.class));
        assertThat(engine.requests).isEmpty();
    }

    @Test
    void whatTheGenerationListenerThrowsGoesToOnErrorAsItIs() throws Exception {
        IllegalStateException own = new IllegalStateException("progress bar broke");
        List<String> progress = new ArrayList<>();
        GenerationListener breaking = new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                progress.add(text);
                if (progress.size() == 2) {
                    throw own;
                }
            }
        };
        RecordingHandler handler = new RecordingHandler();

        DslaStreamingChatModel.builder().engine(engine).generationListener(breaking).build().chat("hi", handler);

        assertThat(handler.await()).containsExactly("Be", own);
        assertThat(progress).containsExactly("Be", "r");
    }

    @Test
    void listenersSeeTheMergedRequestThenTheResponse() throws Exception {
        ChatModelListener listener = Mockito.mock(ChatModelListener.class);
        List<ChatRequest> requests = new ArrayList<>();
        Mockito.doAnswer(call -> requests.add(call.<ChatModelRequestContext>getArgument(0).chatRequest()))
                .when(listener).onRequest(any());
        RecordingHandler handler = new RecordingHandler();

        DslaStreamingChatModel.builder().engine(engine).modelName("alias").temperature(0.7)
                .listeners(List.of(listener)).build()
                .chat(ChatRequest.builder().messages(UserMessage.from("hi")).maxOutputTokens(9).build(), handler);

        handler.await();
        ChatRequestParameters merged = DslaChatRequestParameters.builder().modelName("alias").temperature(0.7)
                .maxOutputTokens(9).build();
        assertThat(requests).singleElement().satisfies(r -> assertThat(r.parameters()).isEqualTo(merged));
        InOrder order = Mockito.inOrder(listener);
        order.verify(listener).onRequest(any());
        order.verify(listener).onResponse(any(ChatModelResponseContext.class));
        order.verifyNoMoreInteractions();
        assertThat(((ChatResponse) handler.heard.getLast()).modelName()).isEqualTo("alias");
    }

    @Test
    void closedItThrowsAtOnce() {
        DslaStreamingChatModel model = model(engine);
        model.close();
        model.close();

        assertThat(engine.closes).hasValue(1);
        RecordingHandler handler = new RecordingHandler();
        assertThatThrownBy(() -> model.chat("hi", handler)).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> model(ScriptedEngine.refusing(new IllegalStateException("the runtime was closed")))
                .chat("hi", handler)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(handler.heard).isEmpty();
    }

    @Test
    void aBorrowedRuntimeServesBothModelsAndStaysOpen() {
        DslaRuntime runtime = Mockito.mock(DslaRuntime.class);
        Mockito.when(runtime.modelName()).thenReturn("borrowed");
        Mockito.when(runtime.order()).thenReturn(new LayerOrder(List.of(4, 0, 2), false));

        DslaStreamingChatModel streaming = DslaStreamingChatModel.builder().runtime(runtime).build();
        DslaChatModel whole = DslaChatModel.builder().runtime(runtime).build();
        streaming.close();
        whole.close();

        assertThat(streaming.defaultRequestParameters()).isEqualTo(whole.defaultRequestParameters());
        Mockito.verify(runtime, Mockito.never()).close();
    }

    private static Throwable errorOf(ScriptedEngine engine) throws InterruptedException {
        RecordingHandler handler = new RecordingHandler();
        model(engine).chat("hi", handler);
        handler.await();
        assertThat(handler.threads).hasSize(1).doesNotContain(Thread.currentThread());
        assertThat(handler.heard).hasSize(1);
        return (Throwable) handler.heard.getFirst();
    }

    private static DslaStreamingChatModel model(ScriptedEngine engine) {
        return DslaStreamingChatModel.builder().engine(engine).build();
    }
}
