package io.github.jlamadsla.examples;

import java.util.List;

/** Asks a person's own question about a text at each level. */
final class QuestionRun {
    private final StoryModel model;
    private final Screen screen;
    private final List<Integer> levels;

    QuestionRun(StoryModel model, Screen screen, List<Integer> levels) {
        this.model = model;
        this.screen = screen;
        this.levels = levels;
    }

    /** Hides facts in a long part of the text, says which, and asks about that. */
    Outcomes askStory(long seed, String text, String question) {
        int length = ContextRoom.fitting(model, StoryRun.LENGTHS).getLast();
        StoryMaker maker = new StoryMaker(Words.load(), text, model::tokens);
        Story story = maker.cut(seed, length, StoryMaker.usualFacts(length));
        screen.line("Hidden in the story:");
        story.facts().forEach(fact -> screen.line("  %s", String.join(" ", fact.sentences())));
        screen.line("");
        return ask(Conversation.about(story, question), story.tokens(), question);
    }

    /** @throws UsageException if the text is too long */
    Outcomes ask(String text, String question) {
        return ask(Conversation.about(text, question), model.tokens(text), question);
    }

    private Outcomes ask(Conversation chat, int tokens, String question) {
        ContextRoom.check(model, chat);
        screen.line("%,d tokens of text. %s", tokens, question);
        Outcomes outcomes = new Outcomes(levels.stream().map(level -> ask(chat, tokens, level)).toList());
        screen.line("");
        return outcomes;
    }

    private Outcome ask(Conversation chat, int tokens, int level) {
        Answer answer;
        try (Reading reading = screen.reading("level " + level, tokens)) {
            answer = model.ask(chat, level, reading);
        }
        screen.line("  level %d  %s", level, answer.text());
        return new Outcome(tokens, level, answer, Outcome.Verdict.UNKNOWN);
    }
}
