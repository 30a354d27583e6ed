package io.github.jlamadsla.langchain4j;

import java.util.List;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;

import io.github.jlamadsla.DslaRuntime;

/**
 * {@link DslaChatModel} with answers that come piece by piece: same settings, same requests, same text.
 * <pre>{@code
 * try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(Path.of("my-model")).build()) {
 *     DslaChatModel whole = DslaChatModel.builder().runtime(runtime).build();
 *     DslaStreamingChatModel pieces = DslaStreamingChatModel.builder().runtime(runtime).build(); // the same weights
 *     pieces.chat("What is hidden in this story? ...", handler);
 * }
 * }</pre>
 * A chat returns as soon as the request is accepted. The handler is called on a thread of the request's own (if none can
 * be started, the request ends and the caller's thread gives the reason to {@code onError}), never two calls at once:
 * {@code onPartialResponse} with a text that is never empty and never splits a character, in its form with a context,
 * then {@code onCompleteResponse} once; the pieces together are the response's text. Stop sequences and what follows
 * them never come. A handler that is slow or blocks holds up its own request alone, which pauses when the handler falls
 * behind.
 * <p>
 * {@link StreamingHandle#cancel} of the context, from any thread, ends the request within one token. Nothing is called
 * after it, neither a piece nor {@code onCompleteResponse} nor {@code onError}; only a call that another thread is
 * making at that moment runs to its end.
 * <p>
 * An exception of {@code onPartialResponse} or {@code onCompleteResponse} goes to {@code onError} each time and the
 * answer goes on; an {@link Error} ends it. What {@code onError} throws is logged.
 * <p>
 * Thrown by the chat itself: {@link UnsupportedFeatureException}, and {@link IllegalStateException} once this model or
 * its runtime is closed. All else goes to {@code onError}, so that {@link ChatModelListener}s hear of it:
 * {@link InvalidRequestException}, {@link RateLimitException}, {@link TimeoutException}, {@link ModelNotFoundException}
 * and {@link InternalServerException} as {@link DslaChatModel} says. Closing the runtime ends what is streaming with
 * the last of them; closing a model whose runtime is borrowed does not.
 */
public final class DslaStreamingChatModel implements StreamingChatModel, AutoCloseable {
    private final ChatModelParts parts;

    private DslaStreamingChatModel(ChatModelParts parts) {
        this.parts = parts;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Streams the answer to a request whose parameters are merged already; call {@code chat}. */
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        ListenerGuard listener = parts.listener();
        AnswerStream stream = new AnswerStream(handler, listener, parts::response);
        try {
            stream.start(parts.submit(request, stream));
        } catch (UnsupportedFeatureException | IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            stream.refuse(e);
        }
    }

    /** The builder's parameters, model name, temperature and maxOutputTokens always among them. */
    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return parts.defaults();
    }

    @Override
    public List<ChatModelListener> listeners() {
        return parts.listeners();
    }

    /** Closes the runtime that the builder loaded; one that was handed over stays open. */
    @Override
    public void close() {
        parts.close();
    }

    /** Settings of a {@link DslaStreamingChatModel}. */
    public static final class Builder extends DslaModelBuilder<Builder> {

        private Builder() {}

        /**
         * @throws IllegalArgumentException naming the setting, its value and what is allowed
         * @throws UnsupportedFeatureException if the default parameters hold anything not supported yet
         * @throws ModelNotFoundException if there is no usable model in the directory
         */
        public DslaStreamingChatModel build() {
            return new DslaStreamingChatModel(parts());
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
