package io.github.jlamadsla.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.text.ChatTemplate;
import io.github.jlamadsla.text.ChatTurn;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/** Prompts for the demo model: pieces of its story, and chats about one. */
final class DemoPrompts {
    private static final List<String> QUESTIONS = List.of("What happens next?", "Who is speaking here?",
            "Where are they now?", "Tell me more about the lighthouse.");

    private final TextCodec codec;
    private final PromptEncoder chats;
    private final int[] story;

    DemoPrompts(Path model, TextCodec codec) throws IOException {
        this.codec = codec;
        this.story = codec.encodePlain(Files.readString(model.resolve("story.txt")));
        try (JlamaModelDirectory directory = JlamaModelDirectory.open(model)) {
            this.chats = new PromptEncoder(codec,
                    ChatTemplate.of("demo", directory.tokenizerConfig(), Clock.systemUTC()));
        }
    }

    /** A piece of exactly that many tokens, or every third time a chat about a piece of that size. */
    int[] next(Random random, int tokens) {
        int first = random.nextInt(story.length - tokens);
        int[] piece = Arrays.copyOfRange(story, first, first + tokens);
        return random.nextInt(3) == 0
                ? chats.encodeChat(List.of(ChatTurn.user(
                        codec.decode(piece) + "\n\n" + QUESTIONS.get(random.nextInt(QUESTIONS.size())))))
                : piece;
    }
}
