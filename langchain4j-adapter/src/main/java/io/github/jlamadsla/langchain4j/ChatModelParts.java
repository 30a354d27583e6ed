package io.github.jlamadsla.langchain4j;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.text.ChatTurn;

/** What every chat model is made of, whichever way its answers come: an engine, the way to it, and its settings. */
final class ChatModelParts implements AutoCloseable {
    private final ChatEngine engine;
    private final ChatRequestMapper mapper;
    private final ChatRequestParameters defaults;
    private final List<ChatModelListener> listeners;
    private final GenerationListener generationListener;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param defaults parameters of requests that set none
     * @param listeners of LangChain4j
     * @param generationListener the user's, of all requests
     */
    ChatModelParts(ChatEngine engine, ChatRequestMapper mapper, ChatRequestParameters defaults,
            List<ChatModelListener> listeners, GenerationListener generationListener) {
        this.engine = engine;
        this.mapper = mapper;
        this.defaults = defaults;
        this.listeners = listeners;
        this.generationListener = generationListener;
    }

    ChatRequestParameters defaults() {
        return defaults;
    }

    List<ChatModelListener> listeners() {
        return listeners;
    }

    /** The user's listener, for one request. */
    ListenerGuard listener() {
        return new ListenerGuard(generationListener);
    }

    /**
     * Starts a request whose parameters are merged.
     *
     * @throws RuntimeException as {@link EngineExceptions#refused} says
     */
    GenerationHandle submit(ChatRequest request, GenerationListener listener) {
        if (closed.get()) {
            throw new IllegalStateException("the chat model is closed");
        }
        try {
            List<ChatTurn> turns = mapper.toTurns(request);
            GenerationRequest.Builder generation = mapper.toGeneration(request.parameters());
            return engine.submit(generation.promptTokens(engine.encodeChat(turns)).build(), listener);
        } catch (RuntimeException e) {
            throw EngineExceptions.refused(e);
        }
    }

    /** An answer under an id of its own. */
    ChatResponse response(GenerationResult result) {
        return mapper.toResponse(result, "dsla-" + UUID.randomUUID());
    }

    /** Closes the engine if it is owned; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            engine.close();
        }
    }
}
