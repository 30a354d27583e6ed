package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChatRequestMapperTest {
    private final AtomicLong nextSeed = new AtomicLong(40);
    private final ChatRequestMapper mapper = new ChatRequestMapper("demo", new PinnableLevels(2, 6),
            nextSeed::incrementAndGet);

    @Test
    void turnsKeepTheirOrderAndRoles() {
        ChatRequest request = request(UserMessage.from("first"), AiMessage.from("answer"),
                SystemMessage.from("be brief"),
                UserMessage.from("Ada", "second"));

        assertThat(mapper.toTurns(request)).containsExactly(ChatTurn.user("first"), ChatTurn.assistant("answer"),
                ChatTurn.system("be brief"), ChatTurn.user("second"));
    }

    @Test
    void textsOfOneUserMessageBecomeLines() {
        ChatRequest request = request(UserMessage.from(TextContent.from("a story"), TextContent.from("a question")));

        assertThat(mapper.toTurns(request)).containsExactly(ChatTurn.user("a story\na question"));
    }

    @Test
    void earlierAnswersMayBeEmptyAndTheirThinkingIsLeftOut() {
        AiMessage thoughtful = AiMessage.builder().text("42").thinking("six times seven").build();

        assertThat(mapper.toTurns(request(UserMessage.from("q"), AiMessage.from(""), thoughtful)))
                .containsExactly(ChatTurn.user("q"), ChatTurn.assistant(""), ChatTurn.assistant("42"));
    }

    @Test
    void messagesWithoutTextAreInvalid() {
        AiMessage onlyThinking = AiMessage.builder().thinking("hm").build();

        assertThatThrownBy(() -> mapper.toTurns(request(UserMessage.from("q"), onlyThinking)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("messages[1]")
                .hasMessageContaining("without text");
        assertThatThrownBy(() -> mapper.toTurns(request(UserMessage.from("q"), null)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("messages[1] is null");
        assertThatThrownBy(
                () -> mapper.toTurns(request(UserMessage.from(Arrays.asList(TextContent.from("a"), null)))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("messages[0]")
                .hasMessageContaining("null content");
    }

    @Test
    void parametersBecomeSamplingAndLimits() {
        GenerationRequest generation = generation(
                own().temperature(0.7).topK(40).topP(0.9).frequencyPenalty(-0.5).presencePenalty(1.5)
                        .maxOutputTokens(5)
                        .stopSequences("END", "\n\n").level(3).deadline(Duration.ofSeconds(9)).priority(-7).scope("ada")
                        .minP(0.05).repetitionPenalty(1.1).build(),
                new int[]{1, 2, 3});

        SamplingParameters sampling = SamplingParameters.builder().temperature(0.7).topK(40).topP(0.9)
                .frequencyPenalty(-0.5).presencePenalty(1.5).minP(0.05).repetitionPenalty(1.1).seed(41).build();
        assertThat(generation).isEqualTo(new GenerationRequest(List.of(1, 2, 3), 5, sampling, 3,
                new GenerationRequest.Limits(List.of("END", "\n\n"), null, Duration.ofSeconds(9)),
                new GenerationRequest.Service(-7, "ada")));
    }

    @Test
    void withoutParametersItIsGreedyWithTheDefaultLimit() {
        GenerationRequest generation = generation(DefaultChatRequestParameters.EMPTY, new int[]{9});

        assertThat(generation.maxOutputTokens()).isEqualTo(ChatRequestMapper.DEFAULT_MAX_OUTPUT_TOKENS);
        assertThat(generation.sampling()).isEqualTo(new SamplingParameters(0, 0, 1, 41));
        assertThat(generation.limits()).isEqualTo(GenerationRequest.Limits.NONE);
        assertThat(generation.service()).isEqualTo(GenerationRequest.Service.USUAL);
        assertThat(generation.pinned()).isFalse();
    }

    @Test
    void everyRequestTakesTheNextSeed() {
        long first = generation(DefaultChatRequestParameters.EMPTY, new int[]{9}).sampling().seed();
        long second = generation(DefaultChatRequestParameters.EMPTY, new int[]{9}).sampling().seed();

        assertThat(second).isEqualTo(first + 1);
    }

    @Test
    void aSeedOfItsOwnTakesNone() {
        assertThat(generation(own().seed(7L).build(), new int[]{9}).sampling().seed()).isEqualTo(7);
        assertThat(nextSeed).hasValue(40);
    }

    @Test
    void engineValuesOutOfRangeAreNamed() {
        assertRefused(own().level(7), "level is 7; allowed: 2 to 6");
        assertRefused(own().level(1), "level is 1; allowed: 2 to 6");
        assertRefused(own().level(-1), "level is -1; allowed: 2 to 6");
        assertRefused(own().priority(101), "priority is 101; allowed: -100 to 100");
        assertRefused(own().scope("x".repeat(201)), "scope has 201 characters; allowed: at most 200");
        assertRefused(own().deadline(Duration.ZERO), "deadline (timeout) is PT0S; allowed: above 0, at most 365 days");
        assertRefused(own().deadline(Duration.ofSeconds(Long.MAX_VALUE)), "allowed: above 0, at most 365 days");
        assertRefused(own().minP(1.5), "minP is 1.5; allowed: 0 (off) to 1");
        assertRefused(own().repetitionPenalty(0.0), "repetitionPenalty is 0.0; allowed: above 0");
    }

    private void assertRefused(DslaChatRequestParameters.Builder parameters, String message) {
        assertThatThrownBy(() -> mapper.toGeneration(parameters.build())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void oneValidLevelIsNamedAlone() {
        assertThatThrownBy(() -> new PinnableLevels(6, 6).check(0)).hasMessage("level is 0; allowed: 6");
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> generation(with().temperature(-1.0).build(), new int[]{9}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("temperature is -1.0");
        assertThatThrownBy(() -> generation(with().maxOutputTokens(0).build(), new int[]{9}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxOutputTokens is 0");
        assertThatThrownBy(() -> generation(with().presencePenalty(2.5).build(), new int[]{9}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("presencePenalty is 2.5; allowed: -2 to 2");
        assertThatThrownBy(() -> generation(with().stopSequences("END", "").build(), new int[]{9}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("stopSequences: ").hasMessageContaining("[1] is empty; allowed");
        assertThatThrownBy(() -> generation(DefaultChatRequestParameters.EMPTY, new int[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("promptTokens is empty");
    }

    @Test
    void responseCarriesTextUsageAndCost() {
        ChatResponse response = mapper.toResponse(ScriptedEngine.result("Berlin", FinishReason.STOP), "id-1");

        assertThat(response.aiMessage()).isEqualTo(AiMessage.from("Berlin"));
        assertThat(response.metadata()).isEqualTo(DslaChatResponseMetadata.builder()
                .id("id-1")
                .modelName("demo")
                .tokenUsage(new DslaTokenUsage(7, 6, 3))
                .finishReason(dev.langchain4j.model.output.FinishReason.STOP)
                .levelHistory(List.of(new LevelChange(0, 2), new LevelChange(9, 5)))
                .queueWait(Duration.ofMillis(1))
                .prefillTime(Duration.ofMillis(20))
                .decodeTime(Duration.ofMillis(300))
                .memoryBytes(4096)
                .build());
    }

    @ParameterizedTest
    @CsvSource({"STOP,STOP", "LENGTH,LENGTH", "CANCELLED,OTHER"})
    void finishReasons(FinishReason engine, dev.langchain4j.model.output.FinishReason expected) {
        assertThat(mapper.toResponse(ScriptedEngine.result("", engine), "id").finishReason()).isEqualTo(expected);
    }

    @Test
    void anEndTokenThatComesFirstIsAnEmptyAnswer() {
        ChatResponse response = mapper.toResponse(ScriptedEngine.result("", FinishReason.STOP), "id");

        assertThat(response.aiMessage().text()).isEmpty();
        assertThat(response.tokenUsage()).isEqualTo(new DslaTokenUsage(7, 0, 3));
    }

    private static ChatRequest request(ChatMessage... messages) {
        return ChatRequest.builder().messages(messages).build();
    }

    private GenerationRequest generation(ChatRequestParameters parameters, int[] prompt) {
        return mapper.toGeneration(parameters).promptTokens(prompt).build();
    }

    private static DslaChatRequestParameters.Builder own() {
        return DslaChatRequestParameters.builder();
    }

    private static DefaultChatRequestParameters.Builder<?> with() {
        return ChatRequestParameters.builder();
    }
}
