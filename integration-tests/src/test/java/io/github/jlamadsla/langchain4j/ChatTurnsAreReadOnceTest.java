package io.github.jlamadsla.langchain4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.sampling.TokenMask;
import io.github.jlamadsla.serve.AdaptivePolicy;
import io.github.jlamadsla.serve.LengthCaps;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;
import io.github.jlamadsla.serve.LevelMode;
import io.github.jlamadsla.serve.QualityLimit;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A chat that sends its whole history each turn, through LangChain4j and the demo model's own template: a turn reads at
 * most one block of what was said before, the tokens that the template puts between, and the new question.
 */
class ChatTurnsAreReadOnceTest {
    private static final int UNPINNED = -1;
    private static final int RAISED = 4;
    /** Of the demo model's template: the ends and beginnings of messages around a question. */
    private static final int MOST_JOINING = 8;
    private static final String STORY = """
            Read the text.

            It was late in the afternoon when the old man went back to his office, and called to the clerk. \
            Clara Holloway works as a baker. He came back, and left the office. It was a very quiet time. \
            The secret number of Peter Lambert is 48213. The clerk was standing in the door. He was rather pale, and his \
            face wore an expression of sorrow. Alice Archer left the lantern in the kitchen. There was a little \
            discussion, and the clerk sat down by the desk.

            Question: What is the job of Clara Holloway?""";
    private static final List<String> QUESTIONS = List.of("What is the secret number of Peter Lambert?",
            "Where did Alice Archer leave the lantern?", "What is the job of Clara Holloway?");
    private static final QualityLimit ANY = new QualityLimit(99, 99);

    private static DslaRuntime runtime() {
        return DslaRuntime.builder().modelDirectory(DemoRuntime.DIRECTORY).levelMode(LevelMode
                .adaptive(new LengthCaps(List.of(new LengthClass(0, 1))), ANY, AdaptivePolicy.DEFAULT)).build();
    }

    /** A chat so far: what was said, and the tokens that the model has read and written. */
    private static final class Chat {
        final DslaRuntime runtime;
        final List<ChatMessage> messages = new ArrayList<>(List.of(UserMessage.from(STORY)));
        private final List<ChatTurn> turns = new ArrayList<>(List.of(ChatTurn.user(STORY)));
        private final List<Integer> heard = new ArrayList<>();
        private final DslaChatModel model;
        private List<Integer> known = List.of();

        Chat(DslaRuntime runtime, int level) {
            this.runtime = runtime;
            this.model = DslaChatModel.builder().runtime(runtime).level(level == UNPINNED ? null : level)
                    .maxOutputTokens(32).generationListener(new GenerationListener() {
                        @Override
                        public void onToken(int token, String text) {
                            heard.add(token);
                        }
                    }).build();
        }

        List<Integer> prompt() {
            return Arrays.stream(runtime.encodeChat(turns)).boxed().toList();
        }

        /** Remembers an answer, and with it what the next turn need not read. */
        void answered(String text, List<Integer> tokens) {
            known = new ArrayList<>(prompt());
            known.addAll(tokens);
            messages.add(AiMessage.from(text));
            turns.add(ChatTurn.assistant(text));
        }

        DslaChatResponseMetadata answer() {
            heard.clear();
            ChatResponse response = model.chat(ChatRequest.builder().messages(messages).build());
            answered(response.aiMessage().text(), heard);
            return (DslaChatResponseMetadata) response.metadata();
        }

        /** Asks, and checks what was read of the prompt. */
        DslaChatResponseMetadata next(String question) {
            List<Integer> before = known;
            messages.add(UserMessage.from(question));
            turns.add(ChatTurn.user(question));
            List<Integer> prompt = prompt();
            assertThat(prompt.subList(0, before.size())).as("the answer's tokens come back").isEqualTo(before);
            int asked = runtime.text().encodePlain(question).length;
            int joining = prompt.size() - before.size() - asked;
            assertThat(joining).isBetween(1, MOST_JOINING);
            DslaChatResponseMetadata metadata = answer();
            assertThat(metadata.tokenUsage().inputTokenCount()).isEqualTo(prompt.size());
            assertThat(prompt.size() - metadata.cachedTokens())
                    .as("read of %d tokens, %d of them known", prompt.size(), before.size())
                    .isBetween(1, KvLayout.POSITIONS + joining + asked);
            return metadata;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, RAISED, UNPINNED})
    void aTurnReadsAtMostABlockOfWhatWasSaid(int level) {
        try (DslaRuntime runtime = runtime()) {
            Chat chat = new Chat(runtime, level);
            assertThat(chat.answer().cachedTokens()).isZero();
            assertThat(chat.prompt()).hasSizeGreaterThan(2 * KvLayout.POSITIONS);
            for (String question : QUESTIONS) {
                assertThat(chat.next(question).levelHistory())
                        .containsExactly(new LevelChange(0, Math.max(0, level)));
            }
        }
    }

    @Test
    void soDoesOneAfterARaiseInTheMiddleOfAnAnswer() {
        try (DslaRuntime runtime = runtime()) {
            Chat chat = new Chat(runtime, UNPINNED);
            CompletableFuture<GenerationHandle> handle = new CompletableFuture<>();
            // A mask hears of tokens between two steps, so that the raise is in the next one.
            TokenMask raising = new TokenMask() {
                private int tokens;

                @Override
                public void apply(float[] logits, int offset, int count) {}

                @Override
                public void accept(int token) {
                    tokens++;
                    if (tokens == 2) {
                        handle.join().raise(RAISED);
                    }
                }
            };
            handle.complete(runtime.submit(GenerationRequest.builder().promptTokens(chat.prompt()).maxOutputTokens(32)
                    .mask(raising).build(), GenerationListener.NONE));
            GenerationResult first = handle.join().await();
            List<LevelChange> levels = List.of(new LevelChange(0, 0),
                    new LevelChange(first.promptTokens() + 1, RAISED));
            assertThat(first.levels()).isEqualTo(levels);
            assertThat(first.tokens()).hasSizeGreaterThan(1);
            chat.answered(first.text(), first.tokens());
            for (String question : QUESTIONS) {
                assertThat(chat.next(question).levelHistory()).isEqualTo(levels);
            }
        }
    }
}
