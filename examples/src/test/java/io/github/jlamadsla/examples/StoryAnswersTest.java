package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.GenerationListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo model reads 25 stories and answers a question about each, generated through LangChain4j, at four levels,
 * each after an answered question about another fact of the same story, as the program asks. The
 * seeds are 1 to 25 because those come first; none was left out.
 */
class StoryAnswersTest {
    private static final int[] LEVELS = {0, 2, 4, 6};
    private static final int SHORT_STORIES = 20;
    private static final int STORIES = 25;
    private static final int LEAST_PER_LEVEL = 22;
    private static final int LEAST = 95;

    private final Map<Integer, Integer> right = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    @Test
    void atLeast95Of100AnswersAreRightAnd22Of25AtEachLevel() {
        try (StoryModel model = ChatStoryModel.open(DemoModel.find(), null, null)) {
            StoryMaker maker = new StoryMaker(Words.load(), DemoModel.story(), model::tokens);
            for (int seed = 1; seed <= STORIES; seed++) {
                int length = seed <= SHORT_STORIES ? 2_000 : 8_000;
                ask(model, seed, maker.cut(seed, length, StoryMaker.usualFacts(length)));
            }
        }
        int all = right.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("Right answers of " + STORIES + " by level: " + right + ", of " + LEVELS.length * STORIES
                + ": " + all + wrong.stream().map(line -> "\n  " + line).reduce("", String::concat));
        assertThat(right).containsOnlyKeys(0, 2, 4, 6).allSatisfy((_, count) -> assertThat(count)
                .isGreaterThanOrEqualTo(LEAST_PER_LEVEL));
        assertThat(all).isGreaterThanOrEqualTo(LEAST);
    }

    private void ask(StoryModel model, int seed, Story story) {
        HiddenFact fact = story.fact(FactKind.of(seed));
        for (int level : LEVELS) {
            Answer answer = model.ask(Conversation.about(story, fact), level, GenerationListener.NONE);
            boolean isRight = Judge.isRight(fact.answer(), answer.text());
            right.merge(level, isRight ? 1 : 0, Integer::sum);
            if (!isRight) {
                wrong.add("seed " + seed + ", level " + level + ": " + fact.question() + " " + answer.text() + " not "
                        + fact.answer());
            }
        }
    }
}
