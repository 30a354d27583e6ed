package io.github.jlamadsla.it.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model to compare on.
 *
 * @param name as in commands and claims
 * @param directory where it is
 * @param layers of the base model
 * @param vocabulary tokens
 * @param halfLevel the level at which half of the layers are converted
 * @param contexts prompt lengths for both engines, ascending
 * @param longContext a prompt length for ours alone, too long for Jlama to be waited for; 0 for none
 */
record BenchmarkModel(String name, Path directory, int layers, int vocabulary, int halfLevel, List<Integer> contexts,
        int longContext) {

    BenchmarkModel {
        contexts = List.copyOf(contexts);
    }

    /** The demo model: 8K is 8,000 tokens, as its context of 8,192 must hold the answer, too. */
    static BenchmarkModel demo(Path directory) {
        return new BenchmarkModel("demo", directory, 8, 8_192, 4, List.of(512, 2_048, 8_000), 0);
    }

    /** The random model of the 150M shape. */
    static BenchmarkModel random150M(Path models) {
        return random(models, ModelShape.SHAPE_150M, List.of(512, 2_048, 8_192), 32_000);
    }

    /** A random model so small that it only shows whether the benchmark works. */
    static BenchmarkModel tiny(Path models) {
        return random(models, ModelShape.TINY, List.of(64, 128), 0);
    }

    private static BenchmarkModel random(Path models, ModelShape shape, List<Integer> contexts, int longContext) {
        return new BenchmarkModel(shape.name(), RandomModel.make(models, shape, 1), shape.layers(), shape.vocabulary(),
                shape.layers() / 2, contexts, longContext);
    }

    /** Bytes of the base weights, which a decode step reads once: the embedding, tied, as the output matrix. */
    long weightBytes() {
        try (Stream<Path> files = Files.list(directory)) {
            long sum = 0;
            for (Path file : files.filter(path -> path.toString().endsWith(".safetensors")).toList()) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot be read: " + e, e);
        }
    }
}
