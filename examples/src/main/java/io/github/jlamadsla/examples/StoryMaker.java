package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Cuts stories out of a text and hides facts in them. The same text and seed give the same story. */
final class StoryMaker {
    private final HiddenFacts facts;
    private final String text;
    private final ToIntFunction<String> tokenCounter;
    private final StoryCutter cutter;

    /**
     * @param text what stories are made of
     * @param tokenCounter tokens of a text by the model's tokenizer
     */
    StoryMaker(Words words, String text, ToIntFunction<String> tokenCounter) {
        this.facts = new HiddenFacts(words);
        this.text = text;
        this.tokenCounter = tokenCounter;
        this.cutter = new StoryCutter(text, tokenCounter);
    }

    /** As many facts as the demo model saw in texts of that length. */
    static int usualFacts(int tokens) {
        return tokens < 4_000 ? 10 : 15;
    }

    /**
     * A part of the text that begins with a paragraph and ends with a sentence, drawn by the seed, with facts hidden
     * between its sentences.
     *
     * @param tokens most tokens of the story, the facts included; it has a few fewer, to end with a sentence
     * @throws IllegalArgumentException if the text is too short
     */
    Story cut(long seed, int tokens, int factCount) {
        SplittableRandom random = new SplittableRandom(seed ^ (long) tokens << 32);
        List<HiddenFact> drawn = facts.draw(random, factCount);
        double start = random.nextDouble();
        long places = random.nextLong();
        int room = tokens - sentences(drawn).stream().mapToInt(s -> tokenCounter.applyAsInt(" " + s)).sum();
        while (true) {
            String hidden = hide(new SplittableRandom(places), cutter.cut(start, room), drawn);
            int over = tokenCounter.applyAsInt(hidden) - tokens;
            if (over <= 0) {
                return new Story(hidden, tokens + over, drawn);
            }
            // Tokens of parts do not quite add up to the tokens of the whole.
            room -= over;
        }
    }

    /**
     * The whole text with facts hidden in it, as many as usual or as its sentences allow.
     *
     * @throws IllegalArgumentException if the text has too few sentences
     */
    Story whole(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<HiddenFact> drawn = facts.draw(random, factsForWhole());
        String hidden = hide(random, text, drawn);
        return new Story(hidden, tokenCounter.applyAsInt(hidden), drawn);
    }

    private int factsForWhole() {
        int room = Sentences.ends(text).length - 1;
        int rounds = Math.min(usualFacts(tokenCounter.applyAsInt(text)) / HiddenFacts.LEAST,
                room / HiddenFacts.SENTENCES_OF_LEAST);
        return HiddenFacts.LEAST * Math.max(1, rounds);
    }

    /**
     * Each sentence behind another sentence of the text, the two of a password in their order, none at the very end;
     * inside paragraphs, as the demo model was trained, if there are enough places.
     */
    private static String hide(RandomGenerator random, String text, List<HiddenFact> facts) {
        List<String> sentences = sentences(facts);
        int[] ends = Sentences.ends(text);
        if (ends.length <= sentences.size()) {
            throw new IllegalArgumentException("the text has " + ends.length + " sentences; allowed: "
                    + (sentences.size() + 1) + " or more, to hide " + sentences.size() + " between them");
        }
        int[] all = Arrays.copyOf(ends, ends.length - 1);
        int[] inside = IntStream.of(all).filter(end -> Sentences.skipBlankLine(text, end) == end).toArray();
        int[] places = places(random, inside.length < sentences.size() ? all : inside, sentences.size());
        Collections.shuffle(sentences, random);
        facts.forEach(fact -> restoreOrder(sentences, fact.sentences()));
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (int i = 0; i < places.length; i++) {
            out.append(text, from, places[i]).append(' ').append(sentences.get(i));
            from = places[i];
        }
        return out.append(text, from, text.length()).toString();
    }

    private static int[] places(RandomGenerator random, int[] ends, int count) {
        List<Integer> all = new ArrayList<>(IntStream.of(ends).boxed().toList());
        Collections.shuffle(all, random);
        return all.stream().limit(count).mapToInt(Integer::intValue).sorted().toArray();
    }

    private static void restoreOrder(List<String> sentences, List<String> order) {
        int first = sentences.indexOf(order.getFirst());
        int last = sentences.indexOf(order.getLast());
        if (first > last) {
            Collections.swap(sentences, first, last);
        }
    }

    private static List<String> sentences(List<HiddenFact> facts) {
        return new ArrayList<>(facts.stream().flatMap(fact -> fact.sentences().stream()).toList());
    }
}
