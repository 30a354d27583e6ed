package io.github.jlamadsla.model;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.testing.GreedyAnswer;
import io.github.jlamadsla.testing.NeedsRealModel;
import io.github.jlamadsla.testing.RealModel;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.ChatTemplate;
import io.github.jlamadsla.text.ChatTurn;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** Chats with the real model against the reference: prompts, and greedy answers of all levels in one batch. */
@NeedsRealModel
class RealModelGreedyTest {
    private static final int VOCABULARY = RealModel.VOCABULARY;

    @Test
    void promptsAndTextsAreThoseOfTheReference() {
        try (JlamaModelDirectory directory = JlamaModelDirectory.open(RealModel.directory());
                TextCodec codec = TextCodec.open(directory.tokenizer())) {
            PromptEncoder prompts = new PromptEncoder(codec,
                    ChatTemplate.of("SmolLM2", directory.tokenizerConfig(), Clock.systemUTC()));
            List<GreedyAnswer> answers = GreedyAnswer.all();
            assertThat(answers).hasSize(16);
            for (GreedyAnswer answer : answers) {
                assertThat(prompts.encodeChat(List.of(ChatTurn.user(answer.question())))).as("prompt of %s", answer)
                        .isEqualTo(answer.promptIds());
                assertThat(codec.decode(answer.outputIds())).as("text of %s", answer).isEqualTo(answer.text());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvPrecision.class)
    void answersAreThoseOfTheReference(KvPrecision precision) {
        double close = precision == KvPrecision.F32 ? 1e-3 : 2e-2;
        // By level, so that rows of equal layers go together.
        List<GreedyAnswer> answers = GreedyAnswer.all().stream().sorted(Comparator.comparingInt(GreedyAnswer::level))
                .toList();
        try (TestRig rig = RealModel.load(precision)) {
            List<Chat> chats = new ArrayList<>();
            try {
                answers.forEach(answer -> chats.add(new Chat(answer, rig.newSequence(answer.level()), close)));
                while (chats.stream().anyMatch(Chat::runs)) {
                    step(rig, chats.stream().filter(Chat::runs).toList());
                }
                assertThat(chats).allSatisfy(chat -> assertThat(chat.compared).as(chat.answer.toString()).isPositive());
                // The reference's smallest margin is .0146: with F32 no answer is left before its end.
                assertThat(chats.stream().filter(chat -> chat.compared < chat.answer.outputIds().length).count())
                        .isLessThanOrEqualTo(precision == KvPrecision.F32 ? 0 : 4);
            } finally {
                chats.forEach(chat -> chat.memory.close());
            }
        }
    }

    /** One forward pass for all chats, and one output product of their last rows. */
    private static void step(TestRig rig, List<Chat> chats) {
        Rows hidden = rig.model.forward(chats.stream().map(Chat::next).toList(), rig.workspace);
        int width = rig.model.config().hiddenSize();
        float[] last = new float[chats.size() * width];
        int end = 0;
        for (int i = 0; i < chats.size(); i++) {
            end += chats.get(i).pending.length;
            Rows row = hidden.from(end - 1);
            System.arraycopy(row.data(), row.at(0), last, i * width, width);
        }
        float[] logits = new float[chats.size() * VOCABULARY];
        rig.model.logits(Rows.of(last, width), chats.size(), rig.workspace, Rows.of(logits, VOCABULARY));
        for (int i = 0; i < chats.size(); i++) {
            chats.get(i).take(TestRig.argmax(logits, i, VOCABULARY));
        }
    }

    /** A chat that runs as long as the reference's next token is clear. */
    private static final class Chat {
        private final GreedyAnswer answer;
        private final SequenceMemory memory;
        private final double close;
        private int[] pending; // tokens to be read
        private int compared;

        Chat(GreedyAnswer answer, SequenceMemory memory, double close) {
            this.answer = answer;
            this.memory = memory;
            this.close = close;
            this.pending = answer.promptIds();
        }

        boolean runs() {
            return compared < answer.outputIds().length && answer.margins()[compared] > close;
        }

        SequenceStep next() {
            return new SequenceStep(memory, pending, 0, pending.length);
        }

        void take(int token) {
            assertThat(token).as("token %d of %s", compared, answer).isEqualTo(answer.outputIds()[compared]);
            compared++;
            pending = new int[]{token};
        }
    }
}
