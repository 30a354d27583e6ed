package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Turns the JSON lines of the kernel benchmarks into figures. Such a line has {@code kernel}, {@code share} (of its
 * bound, 0 to 1) and {@code spread} (relative); its other texts and whole numbers say what ran and go into the claim,
 * its other numbers are details.
 */
public final class KernelFigures {
    private static final String ISSUE = "A long story, read and answered by a hybrid Llama through LangChain4j";
    private static final String COMMAND = "integration-tests/run-benchmark kernels";
    /** Measured iterations of every kernel benchmark. */
    private static final int ITERATIONS = 9;

    private KernelFigures() {}

    /** @param files JSON lines; their figures are appended to integration-tests/results/figures.jsonl */
    public static void main(String[] files) {
        Path root = Path.of(System.getProperty("jlamadsla.root"));
        RunContext run = RunContext.here(ISSUE, COMMAND, root, Ceilings.measure(), Clock.systemUTC());
        List<Figure> figures = new ArrayList<>();
        for (String file : files) {
            figures.addAll(of(run, Path.of(file)));
        }
        new Figures(root.resolve("integration-tests/results/figures.jsonl")).append(figures);
    }

    /**
     * The figures of a file.
     *
     * @throws IllegalArgumentException if a line lacks kernel, share or spread
     * @throws UncheckedIOException if it cannot be read
     */
    public static List<Figure> of(RunContext run, Path file) {
        try {
            List<Figure> figures = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                figures.add(figure(run, new ObjectMapper().readTree(line), file + ", line " + (figures.size() + 1)));
            }
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }

    private static Figure figure(RunContext run, JsonNode line, String place) {
        for (String name : List.of("kernel", "share", "spread")) {
            if (!line.has(name)) {
                throw new IllegalArgumentException(place + " has no " + name);
            }
        }
        StringBuilder claim = new StringBuilder("kernel ").append(line.get("kernel").asText());
        Map<String, Double> details = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : line.properties()) {
            switch (field.getKey()) {
                case "kernel", "share", "spread" -> {
                    // Said elsewhere.
                }
                default -> {
                    if (field.getValue().isTextual() || field.getValue().isIntegralNumber()) {
                        claim.append(", ").append(field.getKey()).append(' ').append(field.getValue().asText());
                    } else {
                        details.put(field.getKey(), field.getValue().asDouble());
                    }
                }
            }
        }
        double share = line.get("share").asDouble();
        Measured measured = new Measured(share, share * line.get("spread").asDouble(), "of its bound", ITERATIONS);
        return run.figure(claim.toString(), measured, details, "");
    }
}
