package io.github.jlamadsla.langchain4j;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.it.RealModel;

import static org.assertj.core.api.Assertions.assertThat;

/** LangChain4j's door on a model that people know: one question, the answers of the reference. */
@EnabledIf(value = "io.github.jlamadsla.it.RealModel#isThere", disabledReason = "The real model is not there (examples/get-smollm2 makes it).")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DslaChatModelWithRealModelTest {
    private static final String QUESTION = "What is the capital of France?";

    private DslaRuntime runtime;

    @BeforeAll
    void load() {
        runtime = DslaRuntime.builder().modelDirectory(RealModel.directory()).build();
    }

    @AfterAll
    void close() {
        runtime.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15})
    void itAnswersAsTheReferenceAtThisLevel(int level) {
        JsonNode reference = RealModel.reference(QUESTION, level);
        ChatModel model = DslaChatModel.builder().runtime(runtime).level(level).temperature(0.0).maxOutputTokens(48)
                .build();

        ChatResponse response = model.chat(ChatRequest.builder().messages(UserMessage.from(QUESTION)).build());

        assertThat(response.aiMessage().text()).isEqualTo(reference.get("text").textValue())
                .isEqualTo("The capital of France is Paris.");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage())
                .returns(reference.get("prompt_ids").size(), TokenUsage::inputTokenCount)
                .returns(reference.get("output_ids").size() - 1, TokenUsage::outputTokenCount);
        assertThat(((DslaChatResponseMetadata) response.metadata()).levelHistory())
                .containsExactly(new LevelChange(0, level));
    }
}
