package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** The words that facts are made of; each list without repeats. */
record Words(List<String> firstNames, List<String> lastNames, List<String> objects, List<String> rooms,
        List<String> jobs, List<String> passwords) {

    /** The lists that come with the example. */
    static Words load() {
        Properties lists = new Properties();
        try (InputStream in = Objects.requireNonNull(Words.class.getResourceAsStream("words.properties"))) {
            lists.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Words(list(lists, "first-names"), list(lists, "last-names"), list(lists, "objects"),
                list(lists, "rooms"), list(lists, "jobs"), list(lists, "passwords"));
    }

    private static List<String> list(Properties lists, String name) {
        return List.of(lists.getProperty(name).split(","));
    }
}
