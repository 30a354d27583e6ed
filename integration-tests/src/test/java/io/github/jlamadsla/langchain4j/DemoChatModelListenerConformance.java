package io.github.jlamadsla.langchain4j;

import java.time.Duration;

import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;

import io.github.jlamadsla.DslaRuntime;

/** The same on the demo model, whose failure is a lack of time. */
class DemoChatModelListenerConformance extends ChatModelListenerConformance {

    @Override
    DslaRuntime newRuntime() {
        return DemoRuntime.open();
    }

    @Override
    ChatEngine engine(DslaRuntime over) {
        return RuntimeChatEngine.borrowed(over);
    }

    @Override
    protected ChatModel createFailingModel(ChatModelListener listener) {
        return builder(listener).timeout(Duration.ofNanos(1)).build();
    }

    @Override
    protected Class<? extends Exception> expectedExceptionClass() {
        return TimeoutException.class;
    }
}
