package io.github.jlamadsla.langchain4j;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationResult;

/**
 * A chat model served in this JVM, some of its attention layers as dual-state linear attention.
 * <pre>{@code
 * try (DslaChatModel model = DslaChatModel.builder().modelDirectory(Path.of("my-model")).build()) {
 *     System.out.println(model.chat("What is hidden in this story? ..."));
 * }
 * }</pre>
 * Usable from many threads at once; {@link DslaStreamingChatModel} is its streaming form. Honoured per request:
 * temperature, topP, topK, frequencyPenalty, presencePenalty, maxOutputTokens and stopSequences, and all of
 * {@link DslaChatRequestParameters}. A modelName other than this model's, tools, JSON output and content other than text
 * throw {@link UnsupportedFeatureException}, by request as by builder. The name of a user message is not passed on: chat
 * templates have no place for it. System messages go to the template wherever they stand.
 * <p>
 * Every response carries {@link DslaChatResponseMetadata} and {@link DslaTokenUsage}.
 * <p>
 * Errors of a chat: {@link InvalidRequestException} for a prompt that does not fit the context (it names both lengths),
 * a request that does not fit the memory limit even alone, a level that the model has not, and any other value out of
 * range; {@link RateLimitException} when the request is not taken, as the queue is full or its deadline cannot be met
 * (the message says when to try again), and when the memory is full; {@link TimeoutException} when the deadline passes
 * before the answer is there; {@link ModelNotFoundException} for a model without a chat template, which can serve token
 * ids only; {@link InternalServerException} for a fault of the engine, and if the runtime is closed before the answer is
 * there; {@link NonRetriableException}
 * if the waiting thread is interrupted, which ends the request and keeps the thread's flag;
 * {@link IllegalStateException} once closed.
 */
public final class DslaChatModel implements ChatModel, AutoCloseable {
    private final ChatModelParts parts;

    private DslaChatModel(ChatModelParts parts) {
        this.parts = parts;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Answers a request whose parameters are merged already; call {@link #chat(ChatRequest)}. */
    @Override
    public ChatResponse doChat(ChatRequest request) {
        ListenerGuard listener = parts.listener();
        return parts.response(await(parts.submit(request, listener), listener));
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

    private static GenerationResult await(GenerationHandle handle, ListenerGuard listener) {
        try {
            return handle.result().get();
        } catch (InterruptedException e) {
            handle.cancel();
            Thread.currentThread().interrupt();
            throw new NonRetriableException("interrupted while waiting for the answer; the request was cancelled", e);
        } catch (CancellationException e) {
            throw EngineExceptions.failed(e);
        } catch (ExecutionException e) {
            switch (listener.failure(e.getCause())) {
                case Error error -> throw error;
                case RuntimeException failure -> throw failure;
                // Checked: by a listener in a language that does not check.
                case Throwable other -> throw EngineExceptions.failed(other);
            }
        }
    }

    /** Settings of a {@link DslaChatModel}. */
    public static final class Builder extends DslaModelBuilder<Builder> {

        private Builder() {}

        /**
         * @throws IllegalArgumentException naming the setting, its value and what is allowed
         * @throws UnsupportedFeatureException if the default parameters hold anything not supported yet
         * @throws ModelNotFoundException if there is no usable model in the directory
         */
        public DslaChatModel build() {
            return new DslaChatModel(parts());
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
