package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.engine.LevelChange;

/** Hides facts in stories, asks for them at each level, and asks once more while raising the request. */
final class StoryRun {
    /** Tokens of text: what the demo model can read. */
    static final List<Integer> LENGTHS = List.of(2_000, 4_000, 8_000);

    private final StoryModel model;
    private final Screen screen;
    private final long seed;
    private final List<Integer> levels;
    private final boolean firstQuestion;
    private final List<Outcome> outcomes = new ArrayList<>();
    private long turn;

    /** @param firstQuestion whether each question is the first of its chat, with no answered one before it */
    StoryRun(StoryModel model, Screen screen, long seed, List<Integer> levels, boolean firstQuestion) {
        this.model = model;
        this.screen = screen;
        this.seed = seed;
        this.levels = levels;
        this.firstQuestion = firstQuestion;
        this.turn = seed;
    }

    /**
     * Cuts the text to each of {@link #LENGTHS} that the model can read.
     *
     * @throws UsageException if it can read none
     */
    Outcomes askCut(String text) {
        List<Integer> lengths = ContextRoom.fitting(model, LENGTHS);
        explain();
        StoryMaker maker = maker(text);
        for (int length : lengths) {
            Story story = maker.cut(seed, length, StoryMaker.usualFacts(length));
            ask(story, length);
            if (length == lengths.getLast()) {
                askRaised(story);
            }
        }
        return new Outcomes(outcomes);
    }

    /**
     * Takes the text as it is.
     *
     * @throws UsageException if it is too long, or too short to hide facts in
     */
    Outcomes askWhole(String text) {
        ContextRoom.check(model, Conversation.about(text, ""));
        Story story = hideIn(text);
        story.facts().forEach(fact -> ContextRoom.check(model, chat(story, fact)));
        explain();
        ask(story, story.tokens());
        askRaised(story);
        return new Outcomes(outcomes);
    }

    private StoryMaker maker(String text) {
        return new StoryMaker(Words.load(), text, model::tokens);
    }

    private Conversation chat(Story story, HiddenFact fact) {
        return firstQuestion ? Conversation.about(story.text(), fact.question()) : Conversation.about(story, fact);
    }

    private void explain() {
        if (firstQuestion) {
            screen.line("Each chat is the text and the question here, with no answered question before.%n");
            return;
        }
        screen.line("Each chat begins with the text, a question about another fact, and the right");
        screen.line("answer, to show what an answer looks like. Then comes the question shown here.");
        screen.line("Asked at once it confuses some jobs, at level 0 too: see --first-question.%n");
    }

    private Story hideIn(String text) {
        try {
            return maker(text).whole(seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + "; --question asks about the text as it is", e);
        }
    }

    private void ask(Story story, int length) {
        screen.line("%,d tokens of text, %d facts hidden in them. Asked at level", story.tokens(),
                story.facts().size());
        for (int level : levels) {
            HiddenFact fact = story.fact(FactKind.of(turn++));
            Answer answer;
            try (Reading reading = screen.reading("level " + level, story.tokens())) {
                answer = model.ask(chat(story, fact), level, reading);
            }
            outcomes.add(new Outcome(length, level, answer, Outcome.Verdict.of(fact, answer)));
            screen.line(" %d  %-51s %s", level, fact.question(), said(fact, answer));
        }
        screen.line("");
    }

    private void askRaised(Story story) {
        int from = levels.getFirst();
        int to = levels.getLast();
        if (from == to) {
            return;
        }
        HiddenFact fact = story.fact(FactKind.of(turn++));
        Answer answer;
        try (Reading reading = screen.reading("level " + from + " to " + to, story.tokens())) {
            answer = model.askRaised(chat(story, fact), from, to, reading);
        } catch (UnsupportedOperationException e) {
            screen.line("Not raised: %s", e.getMessage());
            screen.line("");
            return;
        }
        answer.raiseWhileReading()
                .ifPresentOrElse(raise -> showRaised(from, raise, fact, answer), () -> screen
                        .line("Not raised while reading: the %,d tokens had been read before the raise came; a longer "
                                + "text leaves it time.", answer.promptTokens()));
        screen.line("");
    }

    private void showRaised(int from, LevelChange raise, HiddenFact fact, Answer answer) {
        screen.line("Raised from level %d to %d after %,d of %,d tokens:", from, raise.level(), raise.position(),
                answer.promptTokens());
        screen.line("    %-51s %s", fact.question(), said(fact, answer));
    }

    private static String said(HiddenFact fact, Answer answer) {
        return switch (Outcome.Verdict.of(fact, answer)) {
            case RIGHT -> "%-18s right".formatted(answer.text());
            default -> "%-18s wrong, it is %s".formatted(answer.text(), fact.answer());
        };
    }
}
