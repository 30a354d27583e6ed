package io.github.jlamadsla.langchain4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.LevelChange;

import static org.assertj.core.api.Assertions.assertThat;

/** LangChain4j's door on a model that people know: one question, the answers of the reference. */
@EnabledIf(value = "modelIsThere", disabledReason = "The real model is not there (examples/get-smollm2 makes it).")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DslaChatModelWithRealModelTest {
    private static final String ANSWERS = "jlama-dsla-plugin/src/test/resources/golden/smollm2/greedy.json";
    private static final String QUESTION = "What is the capital of France?";

    private DslaRuntime runtime;

    static boolean modelIsThere() {
        return Files.exists(directory("jlamadsla.real.model"));
    }

    /** Maven's properties; an IDE may start the test without them. */
    private static Path directory(String property) {
        String directory = System.getProperty(property);
        if (directory == null || directory.isBlank()) {
            throw new IllegalStateException("system property " + property + " is not set; allowed: a directory");
        }
        return Path.of(directory);
    }

    @BeforeAll
    void load() {
        runtime = DslaRuntime.builder().modelDirectory(directory("jlamadsla.real.model")).build();
    }

    @AfterAll
    void close() {
        runtime.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15})
    void itAnswersAsTheReferenceAtThisLevel(int level) throws IOException {
        JsonNode reference = reference(level);
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

    private static JsonNode reference(int level) throws IOException {
        JsonNode[] answers = new ObjectMapper().readValue(directory("jlamadsla.root").resolve(ANSWERS).toFile(),
                JsonNode[].class);
        return Arrays.stream(answers).filter(answer -> answer.get("question").textValue().equals(QUESTION)
                && answer.get("level").intValue() == level).findFirst().orElseThrow();
    }
}
