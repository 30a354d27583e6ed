package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.testing.TestRig;

/** Greedy answers without an engine: one sequence, one thread of control, raised where a level history says. */
final class Alone {
    private static final int CHUNK = 512;

    private final TestRig rig;
    private final int vocabulary;

    Alone(TestRig rig) {
        this.rig = rig;
        this.vocabulary = rig.model.config().vocabularySize();
    }

    /**
     * @param levels level history, positions in tokens; the first is at 0
     * @param count output tokens
     */
    List<Integer> answer(List<Integer> prompt, List<LevelChange> levels, int count) {
        int[] tokens = Arrays.copyOf(prompt.stream().mapToInt(Integer::intValue).toArray(), prompt.size() + count);
        List<Integer> answer = new ArrayList<>();
        try (SequenceMemory memory = rig.newSequence(levels.getFirst().level())) {
            int next = 1;
            int length = prompt.size();
            while (answer.size() < count) {
                while (next < levels.size() && levels.get(next).position() == memory.position()) {
                    rig.raise(memory, levels.get(next++).level());
                }
                int until = next < levels.size() ? Math.min(length, levels.get(next).position()) : length;
                int step = Math.min(CHUNK, until - memory.position());
                float[] logits = rig.logits(memory, tokens, memory.position(), step, step);
                if (memory.position() == length) {
                    tokens[length] = TestRig.argmax(logits, step - 1, vocabulary);
                    answer.add(tokens[length++]);
                }
            }
        }
        return answer;
    }
}
