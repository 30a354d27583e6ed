package io.github.jlamadsla.examples;

import java.util.List;

/**
 * Something about one person that a text does not say by itself.
 *
 * @param kind what it is about
 * @param sentences what is hidden, in this order: one sentence, or two where a password is changed
 * @param question what to ask
 * @param answer the right answer
 */
record HiddenFact(FactKind kind, List<String> sentences, String question, String answer) {
    HiddenFact {
        sentences = List.copyOf(sentences);
    }

    /** Whether somebody asks for this very fact. */
    boolean isAsked(String words) {
        return question.equalsIgnoreCase(words.strip());
    }

    static HiddenFact secretNumber(String name, int number) {
        return new HiddenFact(FactKind.SECRET_NUMBER, List.of("The secret number of " + name + " is " + number + "."),
                "What is the secret number of " + name + "?", number + ".");
    }

    static HiddenFact place(String name, String object, String room) {
        return new HiddenFact(FactKind.PLACE, List.of(name + " left the " + object + " in the " + room + "."),
                "Where did " + name + " leave the " + object + "?", "In the " + room + ".");
    }

    static HiddenFact job(String name, String job) {
        return new HiddenFact(FactKind.JOB, List.of(name + " works as a " + job + "."),
                "What is the job of " + name + "?", capital(job) + ".");
    }

    static HiddenFact firstPassword(String name, String first, String latest) {
        return new HiddenFact(FactKind.FIRST_PASSWORD, passwords(name, first, latest),
                "What was the first password of " + name + "?", capital(first) + ".");
    }

    static HiddenFact latestPassword(String name, String first, String latest) {
        return new HiddenFact(FactKind.LATEST_PASSWORD, passwords(name, first, latest),
                "What is the latest password of " + name + "?", capital(latest) + ".");
    }

    private static List<String> passwords(String name, String first, String latest) {
        return List.of(name + " chose the password " + first + ".", name + " changed the password to " + latest + ".");
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
