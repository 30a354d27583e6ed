package io.github.jlamadsla.it.serve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Lengths after what is published of the Azure LLM inference trace 2023, conversation.
 * <p>
 * Shares of prompts below 2,000, to 4,000, to 8,000 tokens and above: Ro et al. (ICML 2025), Table 4. Median prompt of
 * 1,020 tokens, median answer of 129, answers nearly bimodal: Patel et al., "Splitwise" (ISCA 2024), section III-B and
 * figure 3. The two modes, near 100 and near 400 tokens, are read off the first rows of the published trace.
 */
final class AzureConversations {
    static final String SOURCE = "Azure LLM inference trace 2023, conversation: prompt classes of Ro et al. (ICML 2025)"
            + " Table 4; median prompt 1,020, median answer 129, answers bimodal, of Splitwise (ISCA 2024) section III-B";
    static final int MEDIAN_PROMPT = 1_020;
    static final int MEDIAN_ANSWER = 129;
    /** Where the classes begin, the first from {@link #SHORTEST} on. */
    static final List<Integer> CLASS_BEGINS = List.of(0, 2_000, 4_000, 8_000);
    static final List<Double> CLASS_SHARES = List.of(.6468, .1616, .1603, .0310);
    static final int SHORTEST = 100;
    private static final double BELOW_MEDIAN = .5 / CLASS_SHARES.getFirst();
    /** Chosen so that the median is {@value #MEDIAN_ANSWER}: log-uniform to 196 has 5/6 below it, 5/6 of .6 is a half. */
    private static final double SHORT_ANSWERS = .6;
    private static final int SHORTEST_ANSWER = 16;
    private static final int LONGEST_SHORT_ANSWER = 196;
    private static final int SHORTEST_LONG_ANSWER = 370;
    private static final int LONGEST_ANSWER = 450;

    private AzureConversations() {}

    /**
     * Class of each request, in random order, as many of each as its share says: left to chance, a trace of 150 would
     * have two or eight of the longest.
     *
     * @return indexes into {@link #CLASS_BEGINS}
     */
    static List<Integer> classes(RandomGenerator random, int count) {
        List<Integer> classes = new ArrayList<>();
        double sum = CLASS_SHARES.stream().mapToDouble(Double::doubleValue).sum();
        double upTo = 0;
        for (int i = 0; i < CLASS_SHARES.size(); i++) {
            upTo += CLASS_SHARES.get(i) / sum * count;
            while (classes.size() < Math.round(upTo)) {
                classes.add(i);
            }
        }
        Collections.shuffle(classes, random);
        return classes;
    }

    /**
     * Tokens of a prompt.
     *
     * @param context most tokens; the longest class has what is left of it behind 8,000
     */
    static int prompt(RandomGenerator random, int lengthClass, int context) {
        return switch (lengthClass) {
            case 0 -> random.nextDouble() < BELOW_MEDIAN
                    ? logUniform(random, SHORTEST, MEDIAN_PROMPT)
                    : random.nextInt(MEDIAN_PROMPT, 2_000);
            case 1 -> logUniform(random, 2_000, 4_000);
            case 2 -> logUniform(random, 4_000, 8_000);
            default -> random.nextInt(8_000, Math.max(8_001, context - SHORTEST_ANSWER));
        };
    }

    /** Tokens of an answer. */
    static int answer(RandomGenerator random) {
        return random.nextDouble() < SHORT_ANSWERS
                ? logUniform(random, SHORTEST_ANSWER, LONGEST_SHORT_ANSWER)
                : random.nextInt(SHORTEST_LONG_ANSWER, LONGEST_ANSWER + 1);
    }

    private static int logUniform(RandomGenerator random, int from, int to) {
        return (int) (from * Math.exp(random.nextDouble() * Math.log((double) to / from)));
    }
}
