package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Draws facts: the kinds in turn, each about another person, no word of a list used twice in one text. */
final class HiddenFacts {
    /** One of each kind. */
    static final int LEAST = FactKind.values().length;
    /** Sentences of that: two where a password is changed. */
    static final int SENTENCES_OF_LEAST = LEAST + 2;
    /** Beyond it the passwords run out. */
    static final int MOST = 30;

    private final Words words;

    HiddenFacts(Words words) {
        this.words = words;
    }

    /**
     * @param count {@value #LEAST} to {@value #MOST}
     * @return that many facts; the same for the same state of {@code random}
     */
    List<HiddenFact> draw(RandomGenerator random, int count) {
        if (count < LEAST || count > MOST) {
            throw new IllegalArgumentException("facts is " + count + "; allowed: " + LEAST + " to " + MOST);
        }
        Iterator<String> names = names(random, count).iterator();
        Iterator<String> objects = shuffled(random, words.objects());
        Iterator<String> rooms = shuffled(random, words.rooms());
        Iterator<String> jobs = shuffled(random, words.jobs());
        Iterator<String> passwords = shuffled(random, words.passwords());
        List<HiddenFact> facts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = names.next();
            facts.add(switch (FactKind.of(i)) {
                case SECRET_NUMBER -> HiddenFact.secretNumber(name, random.nextInt(10_000, 100_000));
                case PLACE -> HiddenFact.place(name, objects.next(), rooms.next());
                case JOB -> HiddenFact.job(name, jobs.next());
                case FIRST_PASSWORD -> HiddenFact.firstPassword(name, passwords.next(), passwords.next());
                case LATEST_PASSWORD -> HiddenFact.latestPassword(name, passwords.next(), passwords.next());
            });
        }
        return facts;
    }

    /** Full names that differ; one half of them may repeat, as among people. */
    private Set<String> names(RandomGenerator random, int count) {
        Set<String> names = new LinkedHashSet<>();
        while (names.size() < count) {
            names.add(any(random, words.firstNames()) + " " + any(random, words.lastNames()));
        }
        return names;
    }

    private static String any(RandomGenerator random, List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static Iterator<String> shuffled(RandomGenerator random, List<String> list) {
        List<String> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy.iterator();
    }
}
