package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** Makes many chats about the demo model's text, as the example asks them; for programs that need load with answers. */
public final class StoryChats {
    /** Below it there is no room for a text around the facts: the facts alone are the text. */
    private static final int SHORTEST_STORY = 300;
    /** Below it only one fact of each kind is hidden. */
    private static final int FEW_FACTS = 800;
    private static final int MOST_ATTEMPTS = 50;
    /** Odd and far from seeds that count up. */
    private static final long OTHER_PLACE = 1_000_003_000_001L;

    private final HiddenFacts facts;
    private final StoryMaker maker;
    private final ToIntFunction<String> tokenCounter;

    /** @param tokenCounter tokens of a text by the model's tokenizer */
    public StoryChats(ToIntFunction<String> tokenCounter) {
        Words words = Words.load();
        this.facts = new HiddenFacts(words);
        this.maker = new StoryMaker(words, DemoModel.story(), tokenCounter);
        this.tokenCounter = tokenCounter;
    }

    /**
     * A chat by seed and length; the same again for the same two.
     *
     * @param tokens most tokens of the text, without template and questions; a text has about 90 at least
     * @throws IllegalArgumentException if the demo model's text is shorter
     */
    public StoryChat chat(long seed, int tokens) {
        Story story = tokens < SHORTEST_STORY
                ? factsAlone(seed, tokens)
                : cut(seed, tokens, tokens < FEW_FACTS ? HiddenFacts.LEAST : StoryMaker.usualFacts(tokens));
        HiddenFact asked = story.fact(FactKind.of(seed));
        return new StoryChat(Conversation.about(story, asked).turns(), asked.answer());
    }

    /** A part of the text may have too few sentences to hide that many between them: then another one is taken. */
    private Story cut(long seed, int tokens, int factCount) {
        IllegalArgumentException refused = null;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return maker.cut(seed + attempt * OTHER_PLACE, tokens, factCount);
            } catch (IllegalArgumentException e) {
                refused = e;
            }
        }
        throw refused;
    }

    /** As many facts as fit, one of each kind at least. */
    private Story factsAlone(long seed, int tokens) {
        Story best = factsAlone(new SplittableRandom(seed), HiddenFacts.LEAST);
        for (int count = HiddenFacts.LEAST + 1; count <= HiddenFacts.MOST; count++) {
            Story next = factsAlone(new SplittableRandom(seed), count);
            if (next.tokens() > tokens) {
                break;
            }
            best = next;
        }
        return best;
    }

    private Story factsAlone(RandomGenerator random, int count) {
        List<HiddenFact> drawn = facts.draw(random, count);
        List<List<String>> groups = new ArrayList<>(drawn.stream().map(HiddenFact::sentences).toList());
        Collections.shuffle(groups, random);
        String text = String.join(" ", groups.stream().flatMap(List::stream).toList());
        return new Story(text, tokenCounter.applyAsInt(text), drawn);
    }
}
