package io.github.jlamadsla.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.safetensors.TensorInfo;

/** Names a base model by its weights (DESIGN section 3), independent of how they are cut into files. */
public final class Fingerprint {
    /** What every fingerprint begins with; 64 lower-case hexadecimal digits follow. */
    public static final String PREFIX = "sha256:";

    /** Bytes at either end of a tensor that count. */
    public static final int SAMPLE_BYTES = 4_096;

    private Fingerprint() {}

    /**
     * SHA-256 over the tensors sorted by name; of each the UTF-8 line {@code name dtype d0,d1\n}, then its first 4,096
     * and its last 4,096 bytes, the whole tensor twice if it is shorter.
     *
     * @return {@code sha256:} and 64 digits
     */
    public static String of(WeightFiles weights) {
        return of(weights.names(), name -> {
            TensorInfo tensor = weights.info(name);
            MemorySegment data = weights.data(name);
            long sample = Math.min(SAMPLE_BYTES, data.byteSize());
            return new TensorSample(tensor.dtype(), tensor.shape(), data.asSlice(0, sample),
                    data.asSlice(data.byteSize() - sample));
        });
    }

    /**
     * The same of tensors that need not be in files.
     *
     * @param names of all tensors
     * @param samples asked for each once, in the order of the names
     */
    public static String of(Collection<String> names, Function<String, TensorSample> samples) {
        MessageDigest digest = sha256();
        // ASCII names, as those of all known families are, sort alike by characters and by bytes.
        for (String name : new TreeSet<>(names)) {
            TensorSample tensor = samples.apply(name);
            String shape = tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
            digest.update((name + " " + tensor.dtype() + " " + shape + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(tensor.first().asByteBuffer());
            digest.update(tensor.last().asByteBuffer());
        }
        return PREFIX + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
