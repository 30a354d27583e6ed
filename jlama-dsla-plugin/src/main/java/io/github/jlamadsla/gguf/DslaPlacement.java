package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

import io.github.jlamadsla.bridge.JlamaModelDirectory;
import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.DslaConfigFile;
import io.github.jlamadsla.checkpoint.DslaConfigReader;
import io.github.jlamadsla.checkpoint.DslaFolder;
import io.github.jlamadsla.checkpoint.Fingerprint;
import io.github.jlamadsla.checkpoint.TensorSample;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * Puts DSLA layers beside a model that they fit. A model in F32 is one they were made for if its weights rounded to
 * BF16 are; its own fingerprint is then added to the copy.
 */
public final class DslaPlacement {
    private static final String FOLDER = "dsla";

    private final Path source;
    private final String added; // fingerprint that the copy gets, null if none

    private DslaPlacement(Path source, String added) {
        this.source = source;
        this.added = added;
    }

    /**
     * Copies DSLA layers into a model directory, as its folder {@code dsla}.
     *
     * @param modelDirectory in Jlama's layout, as the importer writes it
     * @param dslaFolder a folder with dsla_config.json and dsla.safetensors; nothing else in it is copied
     * @param overwrite whether a folder that is there is replaced
     * @throws InvalidModelException if the layers or the directory are refused, or do not fit
     * @throws java.nio.file.FileAlreadyExistsException wrapped unchecked, if there are layers and they may not be
     *         replaced
     * @throws UncheckedIOException if something cannot be read or written
     */
    public static void place(Path modelDirectory, Path dslaFolder, boolean overwrite) {
        Path target = modelDirectory.resolve(FOLDER);
        NewFolder.recover(target);
        if (!overwrite && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new UncheckedIOException(target + ": exists and is not to be overwritten",
                    new FileAlreadyExistsException(target.toString()));
        }
        DslaPlacement placement;
        try (JlamaModelDirectory model = JlamaModelDirectory.open(modelDirectory)) {
            WeightFiles weights = model.weights();
            boolean allF32 = weights.names().stream().allMatch(name -> weights.info(name).dtype() == DType.F32);
            String own = Fingerprint.of(weights);
            placement = of(dslaFolder, model.config(), own, () -> allF32 ? rounded(weights) : own);
        }
        try (NewFolder folder = NewFolder.create(target)) {
            placement.copyFiles(folder.path());
            folder.finish(overwrite);
        }
    }

    /** {@link #place(Path, Path, boolean)}, an existing folder is left alone. */
    public static void place(Path modelDirectory, Path dslaFolder) {
        place(modelDirectory, dslaFolder, false);
    }

    /**
     * Checks DSLA layers against a model, before anything is written.
     *
     * @param own the model's fingerprint
     * @param rounded the same with weights rounded to BF16; asked for only if the layers do not fit {@code own}
     */
    static DslaPlacement of(Path dslaFolder, ModelConfig base, String own, Supplier<String> rounded) {
        DslaConfig config = DslaFolder.check(dslaFolder, base);
        List<String> fits = config.baseFingerprints();
        if (fits.contains(own)) {
            return new DslaPlacement(dslaFolder, null);
        }
        String bf16 = rounded.get();
        if (!fits.contains(bf16)) {
            throw new InvalidModelException(config.file(), "base_fingerprint", Excerpt.of(String.join(", ", fits)),
                    bf16 + ", that of " + base.file() + (bf16.equals(own) ? "" : " in BF16"));
        }
        if (fits.size() == DslaConfigReader.MAX_FINGERPRINTS) {
            throw new InvalidModelException(config.file(), "base_fingerprint", "an array of " + fits.size(),
                    "at most " + (fits.size() - 1) + ", so that " + own + " can be added");
        }
        return new DslaPlacement(dslaFolder, own);
    }

    /** The fingerprint that weights in F32 have when they are rounded to BF16. */
    private static String rounded(WeightFiles weights) {
        int elements = Fingerprint.SAMPLE_BYTES / Short.BYTES;
        return Fingerprint.of(weights.names(), name -> {
            MemorySegment data = weights.data(name);
            long sample = Math.min((long) elements * Float.BYTES, data.byteSize());
            return new TensorSample(DType.BF16, weights.info(name).shape(), rounded(data.asSlice(0, sample)),
                    rounded(data.asSlice(data.byteSize() - sample)));
        });
    }

    private static MemorySegment rounded(MemorySegment f32) {
        byte[] raw = f32.toArray(ValueLayout.JAVA_BYTE);
        float[] values = new float[raw.length / Float.BYTES];
        PlainRows.f32(raw, values.length, values, 0);
        byte[] bytes = new byte[values.length * Short.BYTES];
        WeightEncoder.encode(values, values.length, DType.BF16, bytes);
        return MemorySegment.ofArray(bytes);
    }

    /** Bytes of the files that are copied. */
    long bytes() {
        return DslaFolder.FILES.stream().mapToLong(name -> size(source.resolve(name))).sum();
    }

    /** Copies the layers into a folder that is made. */
    void copy(Path folder) {
        try {
            copyFiles(Files.createDirectory(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be made: " + e, e);
        }
    }

    private void copyFiles(Path folder) {
        for (String name : DslaFolder.FILES) {
            // As a stream: the copy need not be as write-protected as the original.
            try (InputStream in = Files.newInputStream(source.resolve(name))) {
                Files.copy(in, folder.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(folder.resolve(name) + ": cannot be written: " + e, e);
            }
        }
        if (added != null) {
            DslaConfigFile.addFingerprint(folder.resolve(DslaFolder.CONFIG), added);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
    }
}
