package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.FileKind;
import io.github.jlamadsla.safetensors.InvalidModelException;

/** Makes a directory that Jlama and this engine can read out of a GGUF file. */
public final class GgufImporter {
    private static final String DSLA = "dsla";

    /**
     * What an import depends on besides its arguments.
     *
     * @param tokenizer makes the tokenizer's files
     * @param shardBytes most bytes of tensors in a file
     * @param usableBytes free disk space at an existing path
     */
    record Setup(Function<GgufMetadata, TokenizerFiles> tokenizer, long shardBytes, ToLongFunction<Path> usableBytes) {
        static final Setup DEFAULT = new Setup(TokenizerFiles::of, 2_000_000_000L, GgufImporter::usableBytes);
    }

    private GgufImporter() {}

    /**
     * Imports a file. The target appears whole or not at all: it is written under another name beside it, which ends in
     * {@code .part}, and removed if anything fails or the thread is interrupted.
     *
     * @param file GGUF version 2 or 3, architecture {@code llama}
     * @param target directory to be made, with those above it
     * @throws InvalidModelException if the file is refused, the DSLA layers do not fit it, or the target is to be
     *         replaced and is no model directory or holds the file or the layers
     * @throws java.nio.file.FileAlreadyExistsException wrapped unchecked, if the target is there and may not be replaced
     * @throws UncheckedIOException if it cannot be read or written, or the thread is interrupted
     */
    public static void run(Path file, Path target, ImportOptions options, ImportProgress progress) {
        run(file, target, options, progress, Setup.DEFAULT);
    }

    static void run(Path file, Path target, ImportOptions options, ImportProgress progress, Setup setup) {
        NewFolder.recover(target);
        checkTarget(file, target, options);
        try (LlamaGguf model = LlamaGguf.open(file)) {
            TokenizerFiles tokenizer = setup.tokenizer().apply(model.metadata());
            DslaPlacement dsla = options.dsla() == null ? null : placement(options, model);
            checkSpace(model, tokenizer, target, options, dsla, setup);
            try (NewFolder folder = NewFolder.create(target)) {
                fill(folder, model, tokenizer, options, progress, setup.shardBytes());
                if (dsla != null) {
                    dsla.copy(folder.path().resolve(DSLA));
                }
                // What was written is read once: nothing gets the target's name that does not open.
                HybridCheckpoint.open(folder.path(), DSLA, dsla != null).close();
                folder.finish(options.overwrite());
            }
        }
    }

    private static DslaPlacement placement(ImportOptions options, LlamaGguf model) {
        return DslaPlacement.of(options.dsla(), model.config(), model.fingerprint(options.weights()),
                () -> model.fingerprint(DType.BF16));
    }

    private static void fill(NewFolder folder, LlamaGguf model, TokenizerFiles tokenizer, ImportOptions options,
            ImportProgress progress, long shardBytes) {
        ShardPlan plan = ShardPlan.of(model.tensors(), options.weights(), shardBytes);
        folder.write("config.json", ConfigJson.config(model.config(), options.weights()));
        folder.write("tokenizer.json", tokenizer.tokenizer());
        folder.write("tokenizer_config.json", tokenizer.config());
        if (plan.sharded()) {
            folder.write("model.safetensors.index.json", ConfigJson.index(plan, options.weights()));
        }
        new WeightFilesWriter(model, options.weights(), progress).write(folder.path(), plan);
    }

    private static void checkTarget(Path file, Path target, ImportOptions options) {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Path above = nearestExisting(target);
            if (!Files.isDirectory(above)) {
                throw new InvalidModelException(target, "above it " + above, FileKind.of(above), "a directory");
            }
            return;
        }
        if (!options.overwrite()) {
            throw new UncheckedIOException(target + ": exists and is not to be overwritten",
                    new FileAlreadyExistsException(target.toString()));
        }
        // Not a home directory, named by mistake.
        boolean model = Files.exists(target.resolve("config.json"))
                && (Files.exists(target.resolve("model.safetensors"))
                        || Files.exists(target.resolve("model.safetensors.index.json")));
        if (!model) {
            throw new InvalidModelException(target, "target", "no model directory",
                    "a model directory to be overwritten, or a name that is free");
        }
        checkOutside(file, target);
        if (options.dsla() != null) {
            checkOutside(options.dsla(), target);
        }
    }

    /** What is read must not be deleted with the old target. */
    private static void checkOutside(Path source, Path target) {
        if (Files.exists(source) && real(source).startsWith(real(target))) {
            throw new InvalidModelException(target, "target", "to be replaced with " + source + " in it",
                    "a directory that holds nothing of what is imported");
        }
    }

    private static Path real(Path existing) {
        try {
            return existing.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(existing + ": cannot be read: " + e, e);
        }
    }

    private static void checkSpace(LlamaGguf model, TokenizerFiles tokenizer, Path target, ImportOptions options,
            DslaPlacement dsla, Setup setup) {
        long slack = 1 << 20; // JSON, headers, what the file system adds
        long needed = slack + tokenizer.tokenizer().length + tokenizer.config().length
                + (dsla == null ? 0 : dsla.bytes())
                + model.tensors().stream().mapToLong(tensor -> tensor.spec(options.weights()).bytes()).sum();
        long usable = setup.usableBytes().applyAsLong(nearestExisting(target));
        if (usable < needed) {
            throw new UncheckedIOException(
                    target + ": " + needed + " bytes of disk space are needed, " + usable + " are free",
                    new IOException("no space left"));
        }
    }

    private static Path nearestExisting(Path path) {
        Path existing = path.toAbsolutePath().normalize();
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        return existing;
    }

    private static long usableBytes(Path existing) {
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(existing + ": free space cannot be told: " + e, e);
        }
    }
}
