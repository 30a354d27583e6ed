package io.github.jlamadsla.it.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** A trace as JSON lines: the header, then a request a line. */
final class TraceFile {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private TraceFile() {}

    /** @throws UncheckedIOException if it cannot be written */
    static void write(Trace trace, Path file) {
        try {
            StringBuilder lines = new StringBuilder(JSON.writeValueAsString(trace.header())).append('\n');
            for (TraceRequest request : trace.requests()) {
                lines.append(JSON.writeValueAsString(request)).append('\n');
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e, e);
        }
    }

    /**
     * @throws IllegalArgumentException if a line is not what it must be
     * @throws UncheckedIOException if it cannot be read
     */
    static Trace read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(file + " is empty; allowed: a trace");
        }
        List<TraceRequest> requests = new ArrayList<>();
        TraceHeader header = parse(file, 1, lines.getFirst(), TraceHeader.class);
        for (int i = 1; i < lines.size(); i++) {
            requests.add(parse(file, i + 1, lines.get(i), TraceRequest.class));
        }
        return new Trace(header, requests);
    }

    private static <T> T parse(Path file, int number, String line, Class<T> type) {
        try {
            return JSON.readValue(line, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ", line " + number + " is no "
                    + (type == TraceHeader.class ? "header" : "request") + " of a trace: " + e.getOriginalMessage(), e);
        }
    }
}
