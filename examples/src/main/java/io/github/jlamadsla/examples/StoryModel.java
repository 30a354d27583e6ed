package io.github.jlamadsla.examples;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.GenerationListener;

/** A model that reads and answers, as the example needs it. */
interface StoryModel extends AutoCloseable {

    /** Most tokens of prompt and answer. */
    int contextLength();

    /** Which levels there are. */
    LayerOrder order();

    /** Tokens of a text. */
    int tokens(String text);

    /** Tokens of a chat. */
    int promptTokens(Conversation chat);

    /**
     * Asks at a level, greedily.
     *
     * @param reading hears how far the chat has been read
     */
    Answer ask(Conversation chat, int level, GenerationListener reading);

    /**
     * Asks at a level and raises the request to a higher one when about half of the chat has been read. A short chat
     * may have been read, or even answered, before the raise comes: {@link Answer#levels()} tells.
     *
     * @throws UnsupportedOperationException if the checkpoint cannot be raised
     */
    Answer askRaised(Conversation chat, int level, int raisedTo, GenerationListener reading);

    @Override
    void close();
}
