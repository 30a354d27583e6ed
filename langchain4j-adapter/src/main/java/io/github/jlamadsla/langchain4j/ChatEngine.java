package io.github.jlamadsla.langchain4j;

import java.util.List;

import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.text.ChatTurn;

/**
 * What the chat models need of an engine. {@link RuntimeChatEngine} is the real one; tests script another, so that all
 * of the adapter is tested without weights. Usable from any thread.
 */
interface ChatEngine extends AutoCloseable {

    /** The model's own name, not blank. */
    String modelName();

    /** The lowest level a request may pin. */
    int bottomLevel();

    /** The highest level a request may pin, 0 without converted layers. */
    int topLevel();

    /** The prompt of a chat, by the model's template. */
    int[] encodeChat(List<ChatTurn> turns);

    /** Starts a request; what it refuses is thrown here, what fails later ends the handle. */
    GenerationHandle submit(GenerationRequest request, GenerationListener listener);

    /** Frees what the engine owns. */
    @Override
    void close();
}
