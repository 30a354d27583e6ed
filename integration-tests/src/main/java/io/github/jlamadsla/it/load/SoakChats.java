package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The chats that the callers of a soak go through. There are so few, some asked much more often than others, that most
 * answers come again and again: what a request is answered alone needs to be found out once.
 */
final class SoakChats {
    /** Most tokens that an answer may have. */
    static final int LONGEST_ANSWER = 40;
    /** The text of one byte's token: an answer of {@value #LONGEST_ANSWER} tokens has it now and then. */
    static final String STOP = "e";

    private static final int COUNT = 64;
    private static final int LONGEST = 1_200;
    private static final int LONGEST_TURN = 400;
    private static final int FIRST_TOKEN = 16;
    private static final double PRESENCE = 2;
    /** About as large as the largest logits of tokens that were not said yet. */
    private static final float END_BIAS = 0.7f;

    private final List<List<Turn>> chats = new ArrayList<>();

    /**
     * @param question what is said behind all that was said before
     * @param answer most tokens of it where the next turn has it in its prompt, so that this prompt comes again too
     * @param stops texts that end the answer
     */
    record Turn(List<Integer> question, int answer, List<String> stops, GreedyChoice choice) {}

    /**
     * @param vocabulary token ids are below it
     * @param end token that ends an answer
     */
    SoakChats(Random random, int vocabulary, int end) {
        for (int i = 0; i < COUNT; i++) {
            List<Turn> turns = new ArrayList<>();
            for (int length = 0; length <= LONGEST && (turns.isEmpty() || random.nextInt(4) > 0);) {
                List<Integer> question = random.ints(1 + random.nextInt(LONGEST_TURN), FIRST_TOKEN, vocabulary).boxed()
                        .toList();
                turns.add(turn(random, question, end));
                length += question.size();
            }
            chats.add(turns);
        }
    }

    private static Turn turn(Random random, List<Integer> question, int end) {
        int kind = random.nextInt(4);
        return new Turn(question, 1 + random.nextInt(LONGEST_ANSWER), kind == 0 ? List.of(STOP) : List.of(),
                new GreedyChoice(end, kind == 1 ? END_BIAS : 0, kind == 2 ? 0 : PRESENCE));
    }

    /** One of them, the first ones most often. */
    List<Turn> draw(Random random) {
        double u = random.nextDouble();
        return chats.get((int) (COUNT * u * u));
    }
}
