package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** SmolLM2-135M-Instruct with our DSLA layers, where {@code examples/get-smollm2} has put it. */
public final class RealModel {
    private static final String ANSWERS = "jlama-dsla-plugin/src/test/resources/golden/smollm2/greedy.json";

    private RealModel() {}

    /** Its directory, whether it is there or not. */
    public static Path directory() {
        return directory("jlamadsla.real.model");
    }

    /** Whether anything is there: what is there must be whole, or the tests fail. */
    public static boolean isThere() {
        return Files.exists(directory());
    }

    /** The reference's greedy answer to a question: prompt, answer, margins between its two likeliest tokens. */
    public static JsonNode reference(String question, int level) {
        try {
            JsonNode[] answers = new ObjectMapper().readValue(directory("jlamadsla.root").resolve(ANSWERS).toFile(),
                    JsonNode[].class);
            return Arrays.stream(answers).filter(answer -> answer.get("question").textValue().equals(question)
                    && answer.get("level").intValue() == level).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maven's properties; an IDE may start the test without them. */
    private static Path directory(String property) {
        String directory = System.getProperty(property);
        if (directory == null || directory.isBlank()) {
            throw new IllegalStateException("system property " + property + " is not set; allowed: a directory");
        }
        return Path.of(directory);
    }
}
