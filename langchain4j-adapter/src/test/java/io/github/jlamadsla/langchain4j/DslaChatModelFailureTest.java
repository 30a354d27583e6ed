package io.github.jlamadsla.langchain4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.request.ChatRequest;

import io.github.jlamadsla.engine.ContextTooLongException;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.text.ChatTemplateException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class DslaChatModelFailureTest {

    @Test
    void aPromptThatIsTooLongNamesBothLengths() {
        ContextTooLongException cause = new ContextTooLongException(9000, 8192);

        assertThat(refusedWith(cause)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("9000")
                .hasMessageContaining("8192")
                .hasCause(cause);
        assertThat(endedWith(cause)).isExactlyInstanceOf(InvalidRequestException.class).hasCause(cause);
    }

    @Test
    void overloadMayBeRetried() {
        RequestRejectedException full = new RequestRejectedException(
                RequestRejectedException.Reason.REQUESTS, "65 requests", null);
        MemoryBudgetException budget = new MemoryBudgetException("a sequence", 100, 950, 1000);

        assertThat(refusedWith(full)).isExactlyInstanceOf(RateLimitException.class)
                .hasMessage(full.getMessage())
                .hasCause(full);
        assertThat(endedWith(full)).isExactlyInstanceOf(RateLimitException.class);
        assertThat(endedWith(budget)).isExactlyInstanceOf(RateLimitException.class).hasMessage(budget.getMessage());
    }

    /** A deadline that cannot be met is a refusal, whose message says when to come back; one that passed is a timeout. */
    @ParameterizedTest
    @EnumSource(RequestRejectedException.Reason.class)
    void everyRefusalIsARateLimitWithItsHint(RequestRejectedException.Reason reason) {
        RequestRejectedException refusal = new RequestRejectedException(reason, "too much", Duration.ofMillis(2_500));

        assertThat(refusedWith(refusal)).isExactlyInstanceOf(RateLimitException.class)
                .hasMessageContaining("Try again in 2.5 s")
                .hasCause(refusal);
    }

    @Test
    void aRequestThatTookTooLongMayBeRetried() {
        RequestTimeoutException late = new RequestTimeoutException(Duration.ofMillis(1_500), 12);

        assertThat(endedWith(late)).isExactlyInstanceOf(TimeoutException.class)
                .hasMessage(late.getMessage())
                .hasCause(late);
    }

    @Test
    void aRequestThatNeverFitsTheMemoryIsNotRetried() {
        MemoryBudgetException budget = new MemoryBudgetException("a request", 2000, 0, 1000);

        assertThat(refusedWith(budget)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessage(budget.getMessage())
                .hasCause(budget);
    }

    @Test
    void aValueTheEngineRefusesIsAnInvalidRequest() {
        IllegalArgumentException cause = new IllegalArgumentException("level is 9; allowed: 0 to 6");

        assertThat(refusedWith(cause)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessage(cause.getMessage())
                .hasCause(cause);
    }

    @Test
    void aChatTheTemplateRefusesIsAnInvalidRequest() {
        ChatTemplateException cause = new ChatTemplateException("roles must alternate");

        assertThat(refusedWith(cause)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessage("roles must alternate")
                .hasCause(cause);
    }

    @Test
    void aModelWithoutAChatTemplateIsNoChatModel() {
        InvalidModelException cause = new InvalidModelException(Path.of("tokenizer_config.json"), "chat_template",
                "not there", "a Jinja template");

        assertThat(refusedWith(cause)).isExactlyInstanceOf(ModelNotFoundException.class)
                .hasMessage(cause.getMessage())
                .hasCause(cause);
    }

    @Test
    void aParameterOutOfRangeIsAnInvalidRequest() {
        ScriptedEngine engine = ScriptedEngine.answering("hello");
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi")).temperature(-1.0).build();

        assertThatThrownBy(() -> model(engine).chat(request)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature is -1.0; allowed");
        assertThat(engine.requests).isEmpty();
    }

    @Test
    void aLevelThatTheModelHasNotIsAnInvalidRequest() throws Exception {
        ScriptedEngine engine = ScriptedEngine.answering("hello");
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi"))
                .parameters(DslaChatRequestParameters.builder().level(7).build()).build();

        assertThatThrownBy(() -> model(engine).chat(request)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessage("level is 7; allowed: 2 to 6");
        RecordingHandler handler = new RecordingHandler();
        DslaStreamingChatModel.builder().engine(engine).build().chat(request, handler);
        assertThat(handler.await()).singleElement(InstanceOfAssertFactories.THROWABLE)
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessage("level is 7; allowed: 2 to 6");
        assertThat(engine.chats).as("prompts encoded").isEmpty();
    }

    @Test
    void aFaultOfTheEngineIsNotTheRequestsFault() {
        IllegalArgumentException fault = new IllegalArgumentException("shapes differ");

        assertThat(endedWith(fault)).isExactlyInstanceOf(InternalServerException.class)
                .hasMessageContaining("shapes differ")
                .hasCause(fault);
        assertThat(endedWith(new IOException("disk"))).isExactlyInstanceOf(InternalServerException.class);
        assertThat(refusedWith(new ArithmeticException())).isExactlyInstanceOf(InternalServerException.class);
    }

    @Test
    void errorsAndAClosedEngineStayWhatTheyAre() {
        OutOfMemoryError error = new OutOfMemoryError("heap");
        IllegalStateException closed = new IllegalStateException("the runtime is closed");

        assertThat(endedWith(error)).isSameAs(error);
        assertThat(refusedWith(closed)).isSameAs(closed);
    }

    @Test
    void aCancelledFutureIsAFault() {
        CompletableFuture<GenerationResult> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);

        assertThat(chatWith(new ScriptedEngine((_, _) -> cancelled)))
                .isExactlyInstanceOf(InternalServerException.class);
    }

    @Test
    void whatTheListenerThrowsComesBackAsItIs() {
        IllegalStateException own = new IllegalStateException("progress bar broke");
        ScriptedEngine engine = new ScriptedEngine((_, listener) -> {
            Throwable thrown = catchThrowable(() -> listener.onToken(1, "a"));
            return CompletableFuture.failedFuture(thrown);
        });
        GenerationListener broken = new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                throw own;
            }
        };

        assertThatThrownBy(() -> DslaChatModel.builder().engine(engine).generationListener(broken).build().chat("hi"))
                .isSameAs(own);
    }

    @Test
    void anInterruptCancelsTheRequestAndKeepsTheFlag() throws Exception {
        ScriptedEngine engine = ScriptedEngine.hanging();
        DslaChatModel model = model(engine);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            thrown.set(catchThrowable(() -> model.chat("hi")));
            flag.set(Thread.currentThread().isInterrupted());
        });

        caller.interrupt();
        caller.join(Duration.ofSeconds(10));

        assertThat(caller.isAlive()).isFalse();
        assertThat(thrown.get()).isExactlyInstanceOf(NonRetriableException.class)
                .hasMessageContaining("interrupted")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(flag).isTrue();
        assertThat(engine.handles).singleElement().satisfies(handle -> assertThat(handle.cancels()).hasValue(1));
    }

    @Test
    void aModelThatCannotBeLoadedIsNotFound() {
        InvalidModelException broken = new InvalidModelException(Path.of("config.json"), "head_size", -1, "1 or more");
        UncheckedIOException unreadable = new UncheckedIOException(new IOException("denied"));
        IllegalArgumentException setting = new IllegalArgumentException("threads is 1000; allowed: 1 to 64");

        assertThat(EngineExceptions.notLoaded(broken)).isExactlyInstanceOf(ModelNotFoundException.class)
                .hasMessage("config.json: head_size is -1; allowed: 1 or more")
                .hasCause(broken);
        assertThat(EngineExceptions.notLoaded(unreadable)).isExactlyInstanceOf(ModelNotFoundException.class)
                .hasCause(unreadable);
        assertThat(EngineExceptions.notLoaded(setting)).isSameAs(setting);
    }

    private static Throwable refusedWith(RuntimeException refusal) {
        return chatWith(ScriptedEngine.refusing(refusal));
    }

    private static Throwable endedWith(Throwable failure) {
        return chatWith(ScriptedEngine.failing(failure));
    }

    private static Throwable chatWith(ScriptedEngine engine) {
        return catchThrowable(() -> model(engine).chat("hi"));
    }

    private static DslaChatModel model(ScriptedEngine engine) {
        return DslaChatModel.builder().engine(engine).build();
    }
}
