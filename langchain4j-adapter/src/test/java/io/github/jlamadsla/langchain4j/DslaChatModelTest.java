package io.github.jlamadsla.langchain4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DslaChatModelTest {
    private final ScriptedEngine engine = ScriptedEngine.answering("hello");

    @Test
    void defaultsAreGreedyAndVisible() {
        DslaChatModel model = builder().seeds(() -> 77).build();

        assertThat(model.chat("hi")).isEqualTo("hello");
        assertThat(engine.chats).containsExactly(List.of(ChatTurn.user("hi")));
        assertThat(engine.requests).singleElement().satisfies(request -> {
            assertThat(request.promptTokens()).containsExactly((int) 'h', (int) 'i', 0);
            assertThat(request.sampling()).isEqualTo(new SamplingParameters(0, 0, 1, 77));
            assertThat(request.maxOutputTokens()).isEqualTo(256);
            assertThat(request.pinnedLevel()).isEqualTo(GenerationRequest.UNPINNED);
        });
        assertThat(model.defaultRequestParameters())
                .isEqualTo(own().modelName("scripted").temperature(0.0).maxOutputTokens(256).build());
        assertThat(model.provider()).isEqualTo(ModelProvider.OTHER);
        assertThat(model.supportedCapabilities()).isEmpty();
    }

    @Test
    void requestOverBuilderOverDefaultParameters() {
        DslaChatModel model = builder()
                .defaultRequestParameters(with().temperature(0.1).topP(0.2).topK(3).maxOutputTokens(4)
                        .frequencyPenalty(0.3).presencePenalty(0.4).stopSequences("a").build())
                .topP(0.5)
                .presencePenalty(1.0)
                .stopSequences(List.of("b", "c"))
                .timeout(Duration.ofMinutes(3))
                .topK(6)
                .seed(8L)
                .level(5)
                .build();

        assertThat(model.defaultRequestParameters()).isEqualTo(own().modelName("scripted")
                .temperature(0.1)
                .topP(0.5)
                .topK(6)
                .frequencyPenalty(0.3)
                .presencePenalty(1.0)
                .maxOutputTokens(4)
                .stopSequences("b", "c")
                .deadline(Duration.ofMinutes(3))
                .seed(8L)
                .level(5)
                .build());
        model.chat(ChatRequest.builder().messages(UserMessage.from("hi")).topK(9).build());
        assertThat(engine.requests).singleElement().satisfies(request -> {
            assertThat(request.sampling()).isEqualTo(SamplingParameters.builder().temperature(0.1).topK(9).topP(0.5)
                    .frequencyPenalty(0.3).presencePenalty(1).seed(8).build());
            assertThat(request.limits())
                    .isEqualTo(new GenerationRequest.Limits(List.of("b", "c"), null, Duration.ofMinutes(3)));
            assertThat(request.maxOutputTokens()).isEqualTo(4);
            assertThat(request.pinnedLevel()).isEqualTo(5);
        });
    }

    @Test
    void nullMeansUnset() {
        DslaChatModel model = builder().temperature(null)
                .topP(null)
                .topK(null)
                .frequencyPenalty(null)
                .presencePenalty(null)
                .stopSequences(null)
                .timeout(null)
                .maxOutputTokens(null)
                .seed(null)
                .level(null)
                .minP(null)
                .repetitionPenalty(null)
                .priority(null)
                .scope(null)
                .dslaFolder(null)
                .threads(null)
                .levelMode(null)
                .memoryLimit(null)
                .prefixCache(null)
                .maxQueuedRequests(null)
                .maxQueuedPromptTokens(null)
                .modelName(null)
                .defaultRequestParameters(null)
                .listeners(null)
                .generationListener(null)
                .build();

        assertThat(model.chat("hi")).isEqualTo("hello");
        assertThat(model.defaultRequestParameters().modelName()).isEqualTo("scripted");
    }

    @Test
    void listenersSeeTheMergedRequestAndTheResponse() {
        List<Object> seen = new ArrayList<>();
        DslaChatModel model = builder().modelName("alias").temperature(0.7).listeners(List.of(recorder(seen))).build();

        ChatResponse response = model
                .chat(ChatRequest.builder().messages(UserMessage.from("hi")).maxOutputTokens(9).build());

        ChatRequestParameters merged = own().modelName("alias").temperature(0.7).maxOutputTokens(9).build();
        ChatRequest expected = ChatRequest.builder().messages(UserMessage.from("hi")).parameters(merged).build();
        assertThat(seen).containsExactly(expected, response);
    }

    @Test
    void listenersSeeTheMappedError() {
        List<Object> seen = new ArrayList<>();
        DslaChatModel model = builder().listeners(List.of(recorder(seen))).build();
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi"))
                .responseFormat(ResponseFormat.JSON).build();

        assertThatThrownBy(() -> model.chat(request)).isInstanceOf(UnsupportedFeatureException.class);

        assertThat(seen).hasSize(2);
        assertThat(seen.getLast()).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void everyResponseHasItsOwnId() {
        DslaChatModel model = builder().build();

        Set<String> ids = IntStream.range(0, 100)
                .mapToObj(_ -> model.chat(UserMessage.from("hi")).id())
                .collect(Collectors.toSet());

        assertThat(ids).hasSize(100).allSatisfy(id -> assertThat(id).isNotBlank());
    }

    @Test
    void responsesTellLevelTimesAndMemory() {
        ScriptedEngine limited = ScriptedEngine.answering(ScriptedEngine.result("abc", FinishReason.LENGTH));

        ChatResponse response = DslaChatModel.builder().engine(limited).build().chat(UserMessage.from("hi"));

        assertThat(response.finishReason()).isEqualTo(dev.langchain4j.model.output.FinishReason.LENGTH);
        assertThat(response.modelName()).isEqualTo("scripted");
        assertThat(response.metadata()).isInstanceOfSatisfying(DslaChatResponseMetadata.class, metadata -> {
            assertThat(metadata.finalLevel()).isEqualTo(5);
            assertThat(metadata.timeToFirstToken()).hasMillis(21);
            assertThat(metadata.memoryBytes()).isEqualTo(4096);
        });
    }

    @Test
    void progressReachesTheGenerationListener() {
        List<String> heard = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void onPrefill(int done, int total) {
                heard.add(done + "/" + total);
            }

            @Override
            public void onToken(int token, String text) {
                heard.add(text);
            }

            @Override
            public void onRaised(LevelChange change) {
                heard.add("raised to " + change.level());
            }
        };
        ScriptedEngine talking = new ScriptedEngine((_, hears) -> {
            hears.onPrefill(2, 3);
            hears.onToken(7, "he");
            hears.onRaised(new LevelChange(5, 4));
            return CompletableFuture
                    .completedFuture(ScriptedEngine.result("he", FinishReason.STOP));
        });

        DslaChatModel.builder().engine(talking).generationListener(listener).build().chat("hi");

        assertThat(heard).containsExactly("2/3", "he", "raised to 4");
    }

    @Test
    void closesItsEngineOnceAndThenRefuses() {
        DslaChatModel model = builder().build();

        model.close();
        model.close();

        assertThat(engine.closes).hasValue(1);
        assertThatThrownBy(() -> model.chat("hi")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(engine.requests).isEmpty();
    }

    @Test
    void aBorrowedRuntimeStaysOpen() {
        DslaRuntime runtime = Mockito.mock(DslaRuntime.class);
        Mockito.when(runtime.modelName()).thenReturn("borrowed");
        Mockito.when(runtime.order()).thenReturn(new LayerOrder(List.of(4, 0, 2), false));

        DslaChatModel model = DslaChatModel.builder().runtime(runtime).level(3).build();
        model.close();

        assertThat(model.defaultRequestParameters().modelName()).isEqualTo("borrowed");
        Mockito.verify(runtime, Mockito.never()).close();
    }

    @Test
    void valuesOutOfRangeAreRefusedBeforeAnythingIsOpened() {
        assertRefused(builder().temperature(-0.1), "temperature is -0.1; allowed");
        assertRefused(builder().temperature(Double.NaN), "temperature is NaN; allowed");
        assertRefused(builder().topP(0.0), "topP is 0.0; allowed");
        assertRefused(builder().topK(-1), "topK is -1; allowed");
        assertRefused(builder().frequencyPenalty(-2.1), "frequencyPenalty is -2.1; allowed");
        assertRefused(builder().presencePenalty(3.0), "presencePenalty is 3.0; allowed");
        assertRefused(builder().stopSequences(List.of("")), "stopSequences: stops[0] is empty; allowed");
        assertRefused(builder().timeout(Duration.ZERO), "deadline (timeout) is PT0S; allowed");
        assertRefused(builder().maxOutputTokens(0), "maxOutputTokens is 0; allowed");
        assertRefused(builder().level(-1), "level is -1; allowed");
        assertRefused(builder().minP(-0.1), "minP is -0.1; allowed");
        assertRefused(builder().repetitionPenalty(101.0), "repetitionPenalty is 101.0; allowed");
        assertRefused(builder().priority(-101), "priority is -101; allowed");
        assertRefused(builder().scope("x".repeat(201)), "scope has 201 characters; allowed");
        assertRefused(builder().defaultRequestParameters(own().minP(2.0).build()), "minP is 2.0; allowed");
        assertRefused(builder().modelName(" "), "modelName is blank; allowed");
        assertRefused(builder().defaultRequestParameters(with().topK(-2).build()), "topK is -2; allowed");
        assertThat(engine.closes).hasValue(0);
    }

    @Test
    void whatOnlyTheModelCanTellIsRefusedAndTheModelClosed() {
        assertRefused(builder().level(7), "level is 7; allowed: 2 to 6");
        assertThat(engine.closes).hasValue(1);
        assertRefused(builder().defaultRequestParameters(own().level(1).build()), "level is 1; allowed: 2 to 6");
        assertThat(engine.closes).hasValue(2);

        assertThatThrownBy(() -> builder().defaultRequestParameters(with().modelName("other").build()).build())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'other'")
                .hasMessageContaining("'scripted'");
        assertThat(engine.closes).hasValue(3);
    }

    @Test
    void needsOneSourceOfTheModel(@TempDir Path directory) {
        DslaRuntime runtime = Mockito.mock(DslaRuntime.class);

        assertRefused(DslaChatModel.builder(), "runtime and modelDirectory are unset; allowed: one");
        assertRefused(DslaChatModel.builder().runtime(runtime).modelDirectory(directory),
                "runtime and modelDirectory are both set; allowed: one");
        assertRefused(DslaChatModel.builder().runtime(runtime).dslaFolder("dsla"), "dslaFolder is dsla");
        assertRefused(DslaChatModel.builder().runtime(runtime).threads(2), "threads is 2 without a modelDirectory");
        assertRefused(
                DslaChatModel.builder().runtime(runtime).levelMode(LevelMode.fixed(3)).memoryLimit(5L)
                        .prefixCache(0.25).maxQueuedRequests(6).maxQueuedPromptTokens(7L),
                "levelMode is fixed at 3, memoryLimit is 5, prefixCache is 0.25, maxQueuedRequests is 6,"
                        + " maxQueuedPromptTokens is 7 without");
    }

    @Test
    void aMissingModelDirectoryIsNamed(@TempDir Path directory) throws Exception {
        Path missing = directory.resolve("missing");
        Path file = Files.writeString(directory.resolve("file"), "");

        for (Path path : List.of(missing, file)) {
            assertThatThrownBy(() -> DslaChatModel.builder().modelDirectory(path).build())
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasMessage("modelDirectory is " + path + "; allowed: a directory");
        }
    }

    @Test
    void settingsOfTheRuntimeAreCheckedBeforeItLoads(@TempDir Path empty) {
        assertRefused(DslaChatModel.builder().modelDirectory(empty).memoryLimit(0L), "memoryLimit is 0; allowed");
        assertRefused(DslaChatModel.builder().modelDirectory(empty).prefixCache(0.95), "prefixCache is 0.95; allowed");
        assertRefused(DslaChatModel.builder().modelDirectory(empty).maxQueuedRequests(0),
                "maxQueuedRequests is 0; allowed");
        assertRefused(DslaChatModel.builder().modelDirectory(empty).maxQueuedPromptTokens(-1L),
                "maxQueuedPromptTokens is -1; allowed");
    }

    private DslaChatModel.Builder builder() {
        return DslaChatModel.builder().engine(engine);
    }

    private static void assertRefused(DslaChatModel.Builder builder, String message) {
        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    private static ChatModelListener recorder(List<Object> seen) {
        return new ChatModelListener() {
            @Override
            public void onRequest(ChatModelRequestContext context) {
                seen.add(context.chatRequest());
            }

            @Override
            public void onResponse(ChatModelResponseContext context) {
                seen.add(context.chatResponse());
            }

            @Override
            public void onError(ChatModelErrorContext context) {
                seen.add(context.error());
            }
        };
    }

    private static DslaChatRequestParameters.Builder own() {
        return DslaChatRequestParameters.builder();
    }

    private static DefaultChatRequestParameters.Builder<?> with() {
        return ChatRequestParameters.builder();
    }
}
