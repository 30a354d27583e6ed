package io.github.jlamadsla.langchain4j;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;

import io.github.jlamadsla.DslaRuntime;

/** LangChain4j's tests of a chat model's listeners, run by {@link ConformanceKitTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatModelListenerConformance extends AbstractChatModelListenerIT {
    private DslaRuntime runtime;

    @BeforeAll
    void open() {
        runtime = newRuntime();
    }

    @AfterAll
    void close() {
        runtime.close();
    }

    DslaRuntime newRuntime() {
        return TinyRuntime.open();
    }

    ChatEngine engine(DslaRuntime over) {
        return new ScriptedModel(over);
    }

    @Override
    protected ChatModel createModel(ChatModelListener listener) {
        return builder(listener).build();
    }

    /** The kit's message to it is {@link ScriptedModel#FAILS}. */
    @Override
    protected ChatModel createFailingModel(ChatModelListener listener) {
        return createModel(listener);
    }

    DslaChatModel.Builder builder(ChatModelListener listener) {
        return DslaChatModel.builder()
                .engine(engine(runtime))
                .modelName(modelName())
                .temperature(temperature())
                .topP(topP())
                .maxOutputTokens(maxTokens())
                .listeners(List.of(listener));
    }

    @Override
    protected String modelName() {
        return "listened-to";
    }

    @Override
    protected Class<? extends Exception> expectedExceptionClass() {
        return InternalServerException.class;
    }

    @Override
    protected boolean supportsTools() {
        return false;
    }
}
