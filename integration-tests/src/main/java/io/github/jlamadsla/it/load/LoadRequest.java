package io.github.jlamadsla.it.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.text.ChatTemplate;
import io.github.jlamadsla.text.ChatTurn;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/**
 * A greedy request, as token ids, so that every engine gets the same.
 *
 * @param prompt token ids
 * @param output most tokens of the answer
 */
record LoadRequest(List<Integer> prompt, int output) {
    private static final int SHORTEST_PROMPT = 8;
    private static final int LONGEST_ANSWER = 24;
    private static final String QUESTION = "\n\nWhat happens next?";

    LoadRequest {
        prompt = List.copyOf(prompt);
    }

    /**
     * Mixed requests for the demo model: pieces of its story, each third one a chat about a piece. Lengths are
     * log-uniform.
     *
     * @param model directory with a {@code story.txt} and a chat template
     * @param longest tokens of the longest piece
     */
    static List<LoadRequest> mixed(Path model, int count, int longest, long seed) {
        try (JlamaModelDirectory directory = JlamaModelDirectory.open(model);
                TextCodec codec = TextCodec.open(directory.tokenizer())) {
            PromptEncoder chats = new PromptEncoder(codec,
                    ChatTemplate.of(model.toString(), directory.tokenizerConfig(), Clock.systemUTC()));
            int[] story = codec.encodePlain(Files.readString(model.resolve("story.txt")));
            Random random = new Random(seed);
            List<LoadRequest> requests = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int length = (int) (SHORTEST_PROMPT
                        * Math.exp(random.nextDouble() * Math.log((double) longest / SHORTEST_PROMPT)));
                int first = random.nextInt(story.length - length);
                int[] piece = Arrays.copyOfRange(story, first, first + length);
                int[] prompt = random.nextInt(3) > 0
                        ? piece
                        : chats.encodeChat(List.of(ChatTurn.user(codec.decode(piece) + QUESTION)));
                requests.add(of(prompt, 1 + random.nextInt(LONGEST_ANSWER)));
            }
            return requests;
        } catch (IOException e) {
            throw new UncheckedIOException(model + ": cannot be read: " + e, e);
        }
    }

    static LoadRequest of(int[] prompt, int output) {
        return new LoadRequest(Arrays.stream(prompt).boxed().toList(), output);
    }

    int[] tokens() {
        return prompt.stream().mapToInt(Integer::intValue).toArray();
    }
}
