package io.github.jlamadsla.langchain4j;

import java.util.List;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;

/** LangChain4j's tests of a chat model's listeners, run by {@link ConformanceKitTest}. */
class ChatModelListenerConformance extends AbstractChatModelListenerIT {

    @Override
    protected ChatModel createModel(ChatModelListener listener) {
        return DslaChatModel.builder()
                .engine(new CannedEngine())
                .modelName(modelName())
                .temperature(temperature())
                .topP(topP())
                .maxOutputTokens(maxTokens())
                .listeners(List.of(listener))
                .build();
    }

    /** The kit's message to it is {@link CannedEngine#FAILS}. */
    @Override
    protected ChatModel createFailingModel(ChatModelListener listener) {
        return createModel(listener);
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
