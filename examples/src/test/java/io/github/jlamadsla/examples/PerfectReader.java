package io.github.jlamadsla.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.LevelChange;

/** Answers by looking up the text as the model card states facts; a token is a word. */
final class PerfectReader implements StoryModel {
    private static final String NAME = "([A-Z]\\w+ [A-Z]\\w+)";

    final List<String> asked = new ArrayList<>();
    private final int contextLength;

    PerfectReader(int contextLength) {
        this.contextLength = contextLength;
    }

    static int words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }

    static String answer(Conversation chat) {
        String reading = chat.turns().getFirst().text();
        String text = reading.substring(0, reading.lastIndexOf("\n\nQuestion: "));
        String question = question(chat);
        String name = group(question, "What is the secret number of " + NAME + "\\?", 1);
        if (name != null) {
            return first(text, "The secret number of " + name + " is (\\d{5})\\.");
        }
        name = group(question, "What is the job of " + NAME + "\\?", 1);
        if (name != null) {
            return first(text, name + " works as a (\\w+)\\.");
        }
        name = group(question, "Where did " + NAME + " leave the ([\\w ]+)\\?", 1);
        if (name != null) {
            String object = group(question, "Where did " + NAME + " leave the ([\\w ]+)\\?", 2);
            return "in the " + first(text, name + " left the " + object + " in the ([\\w ]+)\\.");
        }
        name = group(question, "What was the first password of " + NAME + "\\?", 1);
        if (name != null) {
            return first(text, name + " (?:chose the password|changed the password to) (\\w+)\\.");
        }
        name = group(question, "What is the latest password of " + NAME + "\\?", 1);
        return all(text, name + " (?:chose the password|changed the password to) (\\w+)\\.").getLast();
    }

    private static String question(Conversation chat) {
        String last = chat.turns().getLast().text();
        return last.substring(last.lastIndexOf('\n') + 1).replaceFirst("^Question: ", "");
    }

    private static int words(Conversation chat) {
        return chat.turns().stream().mapToInt(turn -> words(turn.text())).sum();
    }

    private static String group(String text, String pattern, int group) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.matches() ? matcher.group(group) : null;
    }

    private static String first(String text, String pattern) {
        return all(text, pattern).getFirst();
    }

    private static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public LayerOrder order() {
        return new LayerOrder(List.of(1, 5, 3, 2, 0, 4), false);
    }

    @Override
    public int tokens(String text) {
        return words(text);
    }

    @Override
    public int promptTokens(Conversation chat) {
        return words(chat);
    }

    @Override
    public Answer ask(Conversation chat, int level, GenerationListener reading) {
        reading.onPrefill(words(chat), words(chat));
        return answered(chat, List.of(new LevelChange(0, level)));
    }

    @Override
    public Answer askRaised(Conversation chat, int level, int raisedTo, GenerationListener reading) {
        int half = words(chat) / 2;
        return answered(chat, List.of(new LevelChange(0, level), new LevelChange(half, raisedTo)));
    }

    private Answer answered(Conversation chat, List<LevelChange> levels) {
        asked.add(question(chat));
        return new Answer(answer(chat), levels, words(chat), 4, Duration.ofMillis(1_500), Duration.ofMillis(40),
                20_000_000);
    }

    @Override
    public void close() {}
}
