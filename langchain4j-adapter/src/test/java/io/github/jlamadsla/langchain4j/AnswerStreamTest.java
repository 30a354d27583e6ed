package io.github.jlamadsla.langchain4j;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationListener;

import static org.assertj.core.api.Assertions.assertThat;

/** Streams for which no thread can be started, and handlers in languages that do not check exceptions. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AnswerStreamTest {
    private static final Error NO_THREAD = new Error("unable to create native thread");
    private static final Executor NONE = _ -> {
        throw NO_THREAD;
    };

    private final RecordingHandler handler = new RecordingHandler();
    private final AnswerStream stream = new AnswerStream(handler, new ListenerGuard(GenerationListener.NONE),
            _ -> ChatResponse.builder().aiMessage(AiMessage.from("all")).build(), NONE);

    @Test
    void withoutAThreadTheRequestIsCancelledItsEventsWaitForNobodyAndTheHandlerHearsWhy() throws Exception {
        ScriptedEngine.Handle accepted = new ScriptedEngine.Handle(new CompletableFuture<>());

        stream.start(accepted);

        assertThat(accepted.cancels()).hasValue(1);
        assertThat(handler.await()).containsExactly(NO_THREAD);
        stream.onToken(1, "a");
        stream.onToken(2, "b");
        accepted.result().complete(ScriptedEngine.result("ab", FinishReason.CANCELLED));
        assertThat(handler.heard).containsExactly(NO_THREAD);
    }

    @Test
    void withoutAThreadARefusalIsHeardAllTheSame() throws Exception {
        InternalServerException refusal = new InternalServerException("refused");

        stream.refuse(refusal);

        assertThat(handler.await()).containsExactly(refusal);
    }

    @Test
    void aHandlersCheckedExceptionGoesToOnErrorAndTheAnswerGoesOn() throws Exception {
        IOException own = new IOException("the user's");
        RecordingHandler throwing = new RecordingHandler() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                heard.add(piece.text());
                AnswerStreamTest.<RuntimeException>sneak(own);
            }

            @Override
            public void onError(Throwable error) {
                heard.add(error);
                AnswerStreamTest.<RuntimeException>sneak(own);
            }
        };

        DslaStreamingChatModel.builder().engine(ScriptedEngine.speaking(List.of("a", "b"), "")).build()
                .chat("hi", throwing);

        assertThat(throwing.await()).hasSize(5).startsWith("a", own, "b", own);
        assertThat(throwing.heard.getLast()).isInstanceOf(ChatResponse.class);
    }

    @SuppressWarnings("unchecked") // the cast is none at run time
    private static <E extends Throwable> void sneak(Throwable cause) throws E {
        throw (E) cause;
    }
}
