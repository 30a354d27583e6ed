package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.sampling.SamplingParameters;

import static org.assertj.core.api.Assertions.assertThat;

/** What the chat does with its lines; the model only counts and repeats. */
class ChatSessionTest {
    private final EchoModel model = new EchoModel();
    private final List<String> lines = new ArrayList<>();
    private boolean interrupt;

    @Test
    void aChatIsRemembered() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), true, "", "Hi", "and you?");
        assertThat(pipe.out()).isEqualTo("<Hi>\n<and you?>\n");
        assertThat(model.prompts).containsExactly("sys|Hi", "sys|Hi|<Hi>|and you?");
        assertThat(pipe.errorLines()).hasSize(2).allSatisfy(line -> assertThat(line).startsWith("level 1 | "));
    }

    @Test
    void resetForgetsAllButTheSystemPrompt() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), true, "Hi", "/reset", "again");
        assertThat(model.prompts).containsExactly("sys|Hi", "sys|again");
        assertThat(pipe.errorLines()).contains("what was said is forgotten");
    }

    @Test
    void theLevelOfTheNextAnswersIsChosen() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), true, "a", "/level 2", "b", "/level 7", "/level x", "c",
                "/level auto", "d", "/level");
        assertThat(model.requests).extracting(GenerationRequest::pinnedLevel).containsExactly(-1, 2, 2, -1);
        assertThat(pipe.errorLines()).filteredOn(line -> !line.contains(" | ")).containsExactly("level 2 of 0 to 3",
                "chat: level is 7; allowed: auto or 0 to 3", "chat: level is x; allowed: auto or a number from 0",
                "level auto of 0 to 3", "level auto of 0 to 3");
    }

    @Test
    void anUnknownCommandIsOneLine() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), true, "/quit now");
        assertThat(pipe.errorLines()).containsExactly("chat: no command /quit; /help lists them");
        assertThat(pipe.out()).isEmpty();
    }

    @Test
    void helpAndStatsGoToTheNotes() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), true, "/stats", "Hi", "/stats", "/help");
        assertThat(pipe.out()).isEqualTo("<Hi>\n");
        assertThat(pipe.errorLines()).containsSubsequence("model: 4 layers, level 0 to 3, context 100 tokens",
                "level: auto", "sampling: temperature 0.5, top-k 0, top-p 1.0, next seed 10",
                "chat: questions remembered 0, answered since the start 0 with 0 tokens",
                "sampling: temperature 0.5, top-k 0, top-p 1.0, next seed 11",
                "chat: questions remembered 1, answered since the start 1 with 4 tokens", ChatSession.HELP.getFirst(),
                ChatSession.HELP.getLast());
    }

    @Test
    void eachAnswerHasASeedOfItsOwn() throws IOException {
        chat(TestOutput.piped(), true, "a", "a", "/reset", "a");
        assertThat(model.requests).extracting(request -> request.sampling().seed()).containsExactly(10L, 11L, 12L);
        assertThat(model.requests).extracting(GenerationRequest::maxOutputTokens).containsOnly(20);
    }

    @Test
    void whatNoLongerFitsIsForgottenFromTheOldestOn() throws IOException {
        String long1 = "1".repeat(30);
        TestOutput pipe = chat(TestOutput.piped(), true, long1, "22", "33", "4");
        assertThat(model.prompts.get(1)).isEqualTo("sys|" + long1 + "|<" + long1 + ">|22");
        assertThat(model.prompts.get(2)).isEqualTo("sys|" + long1 + "|<" + long1 + ">|22|<22>|33");
        assertThat(model.prompts.get(3)).isEqualTo("sys|22|<22>|33|<33>|4");
        assertThat(pipe.errorLines()).containsOnlyOnce(
                "the chat no longer fits the model's context of 100 tokens: its oldest question is forgotten");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail", "break", "slow"})
    void aQuestionWithoutAnAnswerCostsTheOldestNothing(String question) throws IOException {
        interrupt = true;
        TestOutput terminal = chat(TestOutput.terminal(), true, "1".repeat(30), "22", "333", question, "/stats", "4",
                "/stats");
        // It was asked without the oldest, as the next one is, which is answered.
        assertThat(model.prompts).element(3).isEqualTo("sys|22|<22>|333|<333>|" + question);
        assertThat(model.prompts).last().isEqualTo("sys|22|<22>|333|<333>|4");
        assertThat(terminal.out()).containsSubsequence("questions remembered 3, answered", "its oldest question is "
                + "forgotten", "questions remembered 3, answered")
                .containsOnlyOnce("its oldest question is forgotten");
    }

    @Test
    void aFailureEndsAPipe() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), false, "Hi", "fail", "never");
        assertThat(pipe.out()).isEqualTo("<Hi>\n");
        assertThat(pipe.errorLines()).last().isEqualTo("chat: asked to fail");
        assertThat(model.prompts).hasSize(2);
    }

    @Test
    void atATerminalTheChatGoesOnWithoutTheQuestionThatFailed() throws IOException {
        TestOutput terminal = chat(TestOutput.terminal(), true, "Hi", "fail", "no memory", "on");
        assertThat(model.prompts).last().isEqualTo("sys|Hi|<Hi>|on");
        assertThat(terminal.errorLines()).containsExactly("chat: asked to fail", "chat: Java heap space");
    }

    @Test
    void aFailureInTheMiddleOfAnAnswerEndsItsLine() throws IOException {
        TestOutput pipe = chat(TestOutput.piped(), false, "break");
        assertThat(pipe.out()).isEqualTo("<bre\n");
    }

    @Test
    void ofAStoppedAnswerWhatWasSaidStays() throws IOException {
        interrupt = true;
        TestOutput terminal = chat(TestOutput.terminal(), true, "endless", "on");
        assertThat(model.prompts).containsExactly("sys|endless", "sys|endless|<endless|on");
        assertThat(terminal.out()).startsWith("<endless\n\u001B[2mstopped | level 1 | ");
    }

    @Test
    void aQuestionStoppedBeforeItsAnswerBeganIsForgotten() throws IOException {
        interrupt = true;
        chat(TestOutput.terminal(), true, "slow", "on");
        assertThat(model.prompts).containsExactly("sys|slow", "sys|on");
    }

    private TestOutput chat(TestOutput screen, boolean well, String... typed) throws IOException {
        lines.addAll(List.of(typed));
        ChatSettings settings = new ChatSettings("sys", LevelChoice.AUTO, new SamplingParameters(0.5, 0, 1, 10), 20);
        assertThat(new ChatSession(model, settings, new Typed(), screen.output).run()).isEqualTo(well);
        return screen;
    }

    /** Lines known beforehand; Ctrl-C comes as soon as the model waits for it. */
    private final class Typed implements Lines {
        private final Queue<String> left = new ArrayDeque<>(lines);

        @Override
        public String next() {
            return left.poll();
        }

        @Override
        public <T> T interruptible(Runnable stop, Supplier<T> work) {
            if (interrupt) {
                model.whenWaiting(stop);
            }
            return work.get();
        }

        @Override
        public void close() {}
    }
}
