package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.testing.TestFiles;

/** Imports with the tokenizer of another directory, so that a test needs none in its GGUF file. */
final class ImportRig {
    static final long NO_LIMIT = Long.MAX_VALUE;

    private ImportRig() {}

    /** @param like a model directory whose tokenizer's files are taken */
    static GgufImporter.Setup setup(Path like, long shardBytes) {
        TokenizerFiles files = new TokenizerFiles(TestFiles.readBytes(like.resolve("tokenizer.json")),
                TestFiles.readBytes(like.resolve("tokenizer_config.json")));
        return new GgufImporter.Setup(_ -> files, shardBytes, _ -> NO_LIMIT);
    }

    static ImportOptions options(DType weights) {
        return new ImportOptions(weights, false, null);
    }

    /** All tensors of a directory: type, shape and bytes in words that compare. */
    static Map<String, String> tensors(Path directory) {
        Map<String, String> tensors = new TreeMap<>();
        try (WeightFiles weights = WeightFiles.inDirectory(directory)) {
            for (String name : weights.names()) {
                tensors.put(name, weights.info(name).dtype() + " " + weights.info(name).shape() + " "
                        + HexFormat.of()
                                .formatHex(weights.data(name).toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return tensors;
    }

    /** Names in a folder, sorted. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
