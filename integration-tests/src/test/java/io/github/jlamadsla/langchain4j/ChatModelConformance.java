package io.github.jlamadsla.langchain4j;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;

import io.github.jlamadsla.DslaRuntime;

/**
 * LangChain4j's tests of every chat model, run by {@link ConformanceKitTest}. What is not supported yet is declared here
 * and so tested to be refused.
 */
class ChatModelConformance extends AbstractChatModelIT {
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

    /** A new one for each test: JUnit closes arguments that can be closed. */
    @Override
    protected List<ChatModel> models() {
        return List.of(builder().build());
    }

    @Override
    protected ChatModel createModelWith(ChatRequestParameters parameters) {
        return builder().defaultRequestParameters(parameters).build();
    }

    private DslaChatModel.Builder builder() {
        return DslaChatModel.builder().engine(engine(runtime));
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return DslaChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
    }

    @Override
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel of) {
        return DslaChatResponseMetadata.class;
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(ChatModel of) {
        return DslaTokenUsage.class;
    }

    @Override
    protected boolean supportsModelNameParameter() {
        return false;
    }

    @Override
    protected boolean supportsTools() {
        return false;
    }

    @Override
    protected boolean supportsToolChoiceRequired() {
        return false;
    }

    @Override
    protected boolean supportsJsonResponseFormat() {
        return false;
    }

    @Override
    protected boolean supportsJsonResponseFormatWithSchema() {
        return false;
    }

    @Override
    protected boolean supportsJsonResponseFormatWithRawSchema() {
        return false;
    }

    @Override
    protected boolean supportsSingleImageInputAsBase64EncodedString() {
        return false;
    }

    @Override
    protected boolean supportsSingleImageInputAsPublicURL() {
        return false;
    }
}
