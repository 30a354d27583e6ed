package io.github.jlamadsla.bridge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import io.github.jlamadsla.safetensors.FileKind;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * A model directory as Jlama reads it: config.json, weights in one or several safetensors files, tokenizer files.
 * Configuration and headers are checked when it is opened; the weights stay mapped until it is closed.
 */
public final class JlamaModelDirectory implements AutoCloseable {
    /** Longest tokenizer.json, in bytes. */
    public static final long MAX_TOKENIZER_BYTES = 64L << 20;

    private static final String TOKENIZER = "tokenizer.json";

    private final Path path;
    private final ModelConfig config;
    private final TokenizerConfig tokenizerConfig;
    private final WeightFiles weights;

    private JlamaModelDirectory(Path path, ModelConfig config, TokenizerConfig tokenizerConfig, WeightFiles weights) {
        this.path = path;
        this.config = config;
        this.tokenizerConfig = tokenizerConfig;
        this.weights = weights;
    }

    /**
     * Opens a directory: reads its configuration, maps its weights, checks their headers. Whether the tensors are those
     * of the configuration is told by {@link #checkTensors}.
     *
     * @throws InvalidModelException if something in it is refused
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public static JlamaModelDirectory open(Path path) {
        if (!Files.isDirectory(path)) {
            throw new InvalidModelException(path, "model directory", FileKind.of(path),
                    "a directory in Jlama's layout");
        }
        ModelConfig config = ModelConfigReader.read(path);
        long tokenizerBytes = JsonSection.size(path.resolve(TOKENIZER));
        if (tokenizerBytes > MAX_TOKENIZER_BYTES) {
            throw new InvalidModelException(path.resolve(TOKENIZER), "file size", tokenizerBytes + " bytes",
                    "at most " + MAX_TOKENIZER_BYTES);
        }
        TokenizerConfig tokenizerConfig = TokenizerConfigReader.read(path);
        return new JlamaModelDirectory(path, config, tokenizerConfig, WeightFiles.inDirectory(path));
    }

    /**
     * Compares the weights with what the configuration calls for.
     *
     * @param others names of tensors that are no part of the base model and are checked elsewhere
     * @throws InvalidModelException if a tensor is missing, extra, of another shape or type
     */
    public void checkTensors(Set<String> others) {
        BaseTensorCheck.check(weights, config, others);
    }

    /** The directory. */
    public Path path() {
        return path;
    }

    /** The model's configuration. */
    public ModelConfig config() {
        return config;
    }

    /** The base model's tensors. */
    public WeightFiles weights() {
        return weights;
    }

    /** tokenizer.json: there, and at most 64 MiB. */
    public Path tokenizer() {
        return path.resolve(TOKENIZER);
    }

    /** Special tokens and chat template. */
    public TokenizerConfig tokenizerConfig() {
        return tokenizerConfig;
    }

    /** Unmaps the weights. */
    @Override
    public void close() {
        weights.close();
    }
}
