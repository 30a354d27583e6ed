package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The file of all figures: one JSON object a line, appended to, never rewritten. */
public final class Figures {
    private final Path file;
    private final ObjectMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public Figures(Path file) {
        this.file = file;
    }

    /**
     * Appends figures, all or none of them written.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void append(List<Figure> figures) {
        try {
            StringBuilder lines = new StringBuilder();
            for (Figure figure : figures) {
                lines.append(json.writeValueAsString(figure)).append('\n');
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e, e);
        }
    }

    /**
     * Reads all figures.
     *
     * @throws IllegalArgumentException if a line is not a figure with exactly the fields of {@link Figure}
     * @throws UncheckedIOException if the file cannot be read
     */
    public List<Figure> read() {
        try {
            List<Figure> figures = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                try {
                    figures.add(json.readValue(line, Figure.class));
                } catch (JsonProcessingException e) {
                    throw new IllegalArgumentException(
                            file + ", line " + (figures.size() + 1) + " is not a figure: " + e.getOriginalMessage(), e);
                }
            }
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }
}
