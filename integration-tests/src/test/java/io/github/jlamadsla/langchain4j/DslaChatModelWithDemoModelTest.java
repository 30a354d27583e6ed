package io.github.jlamadsla.langchain4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** LangChain4j's door on the real engine and the demo model: nothing here is scripted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DslaChatModelWithDemoModelTest {
    private static final Path DEMO_MODEL = DemoRuntime.DIRECTORY;
    private static final String STORY = """
            Read the text.

            It was late in the afternoon when the old man went back to his office, and called to the clerk. \
            Clara Holloway works as a baker. He came back, and left the office. It was a very quiet time. \
            The secret number of Peter Lambert is 48213. The clerk was standing in the door. He was rather pale, and his \
            face wore an expression of sorrow. Alice Archer left the lantern in the kitchen. There was a little \
            discussion, and the clerk sat down by the desk.

            Question: What is the job of Clara Holloway?""";

    private static final String NUMBER = "What is the secret number of Peter Lambert?";

    private DslaRuntime runtime;

    @BeforeAll
    void load() {
        runtime = DslaRuntime.builder().modelDirectory(DEMO_MODEL).build();
    }

    @AfterAll
    void close() {
        runtime.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void itFindsAFactInAShortTextAtThePinnedLevel(int level) {
        ChatResponse response = model(level).chat(aboutTheStory(NUMBER));

        assertThat(response.aiMessage().text()).isEqualTo("48213.");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        DslaChatResponseMetadata metadata = (DslaChatResponseMetadata) response.metadata();
        assertThat(metadata.modelName()).isEqualTo(runtime.modelName());
        assertThat(metadata.levelHistory()).containsExactly(new LevelChange(0, level));
        assertThat(metadata.finalLevel()).isEqualTo(level);
        assertThat(metadata.memoryBytes()).isPositive();
        assertThat(metadata.timeToFirstToken()).isPositive();
    }

    @Test
    void convertedLayersNeedLessMemory() {
        ChatRequest request = aboutTheStory("Where did Alice Archer leave the lantern?");

        long[] bytes = IntStream.of(0, 4)
                .mapToLong(level -> ((DslaChatResponseMetadata) model(level).chat(request).metadata()).memoryBytes())
                .toArray();

        assertThat(bytes[1]).isPositive().isLessThan(bytes[0]);
    }

    @Test
    void aLevelTheModelDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> model(7)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("level is 7; allowed: 0 to 6");
        ChatModel unpinned = DslaChatModel.builder().runtime(runtime).build();
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi"))
                .parameters(DslaChatRequestParameters.builder().level(7).build()).build();
        assertThatThrownBy(() -> unpinned.chat(request)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessage("level is 7; allowed: 0 to 6");
    }

    @Test
    void oneModelServesEachRequestAtItsOwnLevel() {
        ChatModel model = model(0);
        ChatRequest raised = ChatRequest.builder().messages(UserMessage.from("hi"))
                .parameters(DslaChatRequestParameters.builder().level(4).maxOutputTokens(2).build()).build();

        assertThat(((DslaChatResponseMetadata) model.chat(raised).metadata()).layersConverted()).isEqualTo(4);
        assertThat(((DslaChatResponseMetadata) model.chat(UserMessage.from("hi")).metadata()).layersConverted())
                .isZero();
    }

    @Test
    void usageCountsThePromptAndTheTokensThatWereHeard() {
        AtomicInteger heard = new AtomicInteger();
        GenerationListener counting = new GenerationListener() {
            @Override
            public void onToken(int token, String text) {
                heard.incrementAndGet();
            }
        };
        int prompt = runtime.encodeChat(List.of(ChatTurn.user(STORY))).length;
        ChatModel model = DslaChatModel.builder().runtime(runtime).level(2).generationListener(counting).build();

        ChatResponse whole = model.chat(ChatRequest.builder().messages(UserMessage.from(STORY)).build());

        assertThat(whole.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(heard.get()).isPositive();
        assertThat(whole.tokenUsage()).returns(prompt, TokenUsage::inputTokenCount)
                .returns(heard.get(), TokenUsage::outputTokenCount);

        ChatResponse cut = model.chat(
                ChatRequest.builder().messages(UserMessage.from(STORY)).maxOutputTokens(1).build());

        assertThat(cut.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(cut.tokenUsage()).returns(prompt, TokenUsage::inputTokenCount)
                .returns(1, TokenUsage::outputTokenCount);
        assertThat(whole.aiMessage().text()).startsWith(cut.aiMessage().text());
    }

    @Test
    void aPromptBeyondTheContextNamesBothLengthsAndTheModelGoesOn() {
        String text = "A word and a word. ".repeat(runtime.contextLength());
        int prompt = runtime.encodeChat(List.of(ChatTurn.user(text))).length;
        assertThat(prompt).isGreaterThan(8_192);
        ChatModel model = model(0);

        assertThatThrownBy(() -> model.chat(text)).isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("the prompt has " + prompt + " tokens")
                .hasMessageContaining("context 8192");
        assertThat(model.chat(aboutTheStory(NUMBER)).aiMessage().text()).isEqualTo("48213.");
    }

    /** As a token each would count 1; spelled out as text it takes several. */
    @Test
    void specialTokensInUserContentStayText() {
        int copies = 8;
        for (String special : List.of("<|end|>", "<|assistant|>", "<|bos|>")) {
            String text = special.repeat(copies);
            int id = runtime.text().tokenId(special);

            int spelled = promptTokens(text);
            int without = promptTokens("");

            assertThat(spelled).as(special).isGreaterThan(without + 2 * copies);
            assertThat(count(runtime.encodeChat(List.of(ChatTurn.user(text))), id)).as(special)
                    .isEqualTo(count(runtime.encodeChat(List.of(ChatTurn.user(""))), id));
        }
    }

    @Test
    void twoThreadsGetTheAnswersThatOneGets() throws Exception {
        List<ChatRequest> requests = List.of(aboutTheStory(NUMBER),
                aboutTheStory("Where did Alice Archer leave the lantern?"));
        List<ChatModel> models = List.of(model(0), model(4));
        List<String> alone = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            alone.add(models.get(i).chat(requests.get(i)).aiMessage().text());
        }
        assertThat(alone).doesNotHaveDuplicates();

        int rounds = 3;
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<List<String>>> callers = IntStream.range(0, 2).<Callable<List<String>>>mapToObj(i -> () -> {
                List<String> answers = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    together.await();
                    answers.add(models.get(i).chat(requests.get(i)).aiMessage().text());
                }
                return answers;
            }).toList();
            List<Future<List<String>>> answers = threads.invokeAll(callers);
            for (int i = 0; i < 2; i++) {
                assertThat(answers.get(i).get()).hasSize(rounds).containsOnly(alone.get(i));
            }
        }
        assertThat(runtime.sequenceBytesInUse()).isZero();
    }

    @Test
    void theStreamingModelOverTheSameRuntimeTellsTheSamePieceByPiece() throws Exception {
        Collected stream = new Collected();

        DslaStreamingChatModel.builder().runtime(runtime).level(4).build().chat(aboutTheStory(NUMBER), stream);

        ChatResponse response = stream.response();
        ChatResponse whole = model(4).chat(aboutTheStory(NUMBER));
        assertThat(response.aiMessage()).isEqualTo(whole.aiMessage());
        assertThat(response.tokenUsage().totalTokenCount()).isEqualTo(whole.tokenUsage().totalTokenCount());
        assertThat(((DslaTokenUsage) whole.tokenUsage()).cachedInputTokenCount()).isPositive();
        assertThat(stream.pieces).hasSizeGreaterThan(1);
        assertThat(stream.text()).isEqualTo("48213.");
    }

    @Test
    void aModelThatOwnsItsRuntimeRefusesChatsOnceClosed() {
        DslaChatModel owner = DslaChatModel.builder().modelDirectory(DEMO_MODEL).dslaFolder("dsla").threads(1).build();
        try (owner) {
            assertThat(owner.chat(aboutTheStory(NUMBER)).aiMessage().text()).isEqualTo("48213.");
        }

        assertThatThrownBy(() -> owner.chat(STORY)).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void closingABorrowerLeavesTheRuntimeOpen() {
        DslaChatModel borrower = DslaChatModel.builder().runtime(runtime).build();
        borrower.close();

        assertThatThrownBy(() -> borrower.chat(STORY)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(model(0).chat(aboutTheStory(NUMBER)).aiMessage().text()).isEqualTo("48213.");
    }

    @Test
    void aBrokenDirectoryNamesTheFileAtFault(@TempDir Path directory) throws IOException {
        Path config = directory.resolve("config.json");
        Files.writeString(config, Files.readString(DEMO_MODEL.resolve("config.json"))
                .replace("\"num_hidden_layers\": 8", "\"num_hidden_layers\": -8"));

        assertThatThrownBy(() -> DslaChatModel.builder().modelDirectory(directory).build())
                .isExactlyInstanceOf(ModelNotFoundException.class)
                .hasMessage(config + ": num_hidden_layers is -8; allowed: a whole number from 1 to 512");
        assertThatThrownBy(() -> DslaChatModel.builder().modelDirectory(directory.resolve("nowhere")).build())
                .isExactlyInstanceOf(ModelNotFoundException.class).hasMessageContaining("nowhere");
    }

    @Test
    void aModelWithoutAChatTemplateLoadsButCannotChat(@TempDir Path directory) throws IOException {
        copyBaseModel(directory);
        Path tokenizer = directory.resolve("tokenizer_config.json");
        Files.writeString(tokenizer, "{\"bos_token\": \"<|bos|>\", \"eos_token\": \"<|end|>\"}");

        try (DslaRuntime bare = DslaRuntime.builder().modelDirectory(directory).warmUp(Duration.ZERO).build();
                DslaChatModel model = DslaChatModel.builder().runtime(bare).build()) {
            assertThatThrownBy(() -> model.chat("hi")).isExactlyInstanceOf(ModelNotFoundException.class)
                    .hasMessageStartingWith(tokenizer + ": chat_template is not there; allowed: ");
        }
    }

    private DslaChatModel model(int level) {
        return DslaChatModel.builder().runtime(runtime).level(level).maxOutputTokens(32).build();
    }

    private int promptTokens(String text) {
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("Say: " + text)).maxOutputTokens(1)
                .build();
        return model(0).chat(request).tokenUsage().inputTokenCount();
    }

    /** The story with one question answered already, as the demo model does best. */
    private static ChatRequest aboutTheStory(String question) {
        return ChatRequest.builder()
                .messages(UserMessage.from(STORY), AiMessage.from("Baker."), UserMessage.from(question))
                .build();
    }

    private static long count(int[] tokens, int id) {
        return IntStream.of(tokens).filter(token -> token == id).count();
    }

    private static void copyBaseModel(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(DEMO_MODEL)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }
}
