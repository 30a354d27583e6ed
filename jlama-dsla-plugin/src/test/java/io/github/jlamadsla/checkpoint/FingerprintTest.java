package io.github.jlamadsla.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.bridge.WeightFiles;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.SafetensorsWriter;
import io.github.jlamadsla.safetensors.TensorSpec;
import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;

/** The fingerprint is that of DESIGN section 3; {@link DemoModelTest} has the value that another program computed. */
class FingerprintTest {
    @TempDir
    private Path directory;

    @Test
    void isTheDigestThatTheDesignSpellsOut() throws Exception {
        byte[] large = new byte[10_001];
        byte[] small = new byte[4_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        Arrays.fill(small, (byte) 3);
        Path file = directory.resolve("two.safetensors");
        try (SafetensorsWriter writer = SafetensorsWriter.create(file,
                List.of(new TensorSpec("b.large", DType.U8, List.of(10_001L)),
                        new TensorSpec("a.small", DType.BF16, List.of(20L, 100L))),
                Map.of())) {
            writer.append(MemorySegment.ofArray(large));
            writer.append(MemorySegment.ofArray(small));
            writer.finish();
        }

        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        expected.update("a.small BF16 20,100\n".getBytes(StandardCharsets.UTF_8));
        expected.update(small);
        expected.update(small);
        expected.update("b.large U8 10001\n".getBytes(StandardCharsets.UTF_8));
        expected.update(Arrays.copyOf(large, 4_096));
        expected.update(Arrays.copyOfRange(large, 10_001 - 4_096, 10_001));
        try (WeightFiles weights = WeightFiles.single(file)) {
            assertThat(Fingerprint.of(weights)).isEqualTo("sha256:" + HexFormat.of().formatHex(expected.digest()));
        }
    }

    @Test
    void doesNotDependOnShards() {
        assertThat(fingerprint(TestModels.llama().shards(3), "a")).isEqualTo(fingerprint(TestModels.llama(), "b"))
                .isNotEqualTo(fingerprint(TestModels.llama().seed(2), "c"))
                .isNotEqualTo(fingerprint(TestModels.llama().dtype(DType.F16), "d"));
    }

    @Test
    void seesTheFirstAndTheLastByteOfATensor() {
        Path model = TestModels.llama().write(directory);
        Path file = model.resolve("model.safetensors");
        String before = of(model);
        TestFiles.editTensor(file, "model.embed_tokens.weight", data -> data.put(0, (byte) ~data.get(0)));
        String first = of(model);
        TestFiles.editTensor(file, "model.embed_tokens.weight",
                data -> data.put(data.limit() - 1, (byte) ~data.get(data.limit() - 1)));
        assertThat(List.of(before, first, of(model))).doesNotHaveDuplicates();
    }

    @Test
    void samplesOfTensorsAreEnough() {
        Path model = TestModels.llama().write(directory);
        try (WeightFiles weights = WeightFiles.inDirectory(model)) {
            assertThat(Fingerprint.of(weights.names().stream().sorted(Comparator.reverseOrder()).toList(), name -> {
                byte[] all = weights.data(name).toArray(ValueLayout.JAVA_BYTE);
                int sample = Math.min(4_096, all.length);
                return new TensorSample(DType.F32, weights.info(name).shape(),
                        MemorySegment.ofArray(Arrays.copyOf(all, sample)),
                        MemorySegment.ofArray(Arrays.copyOfRange(all, all.length - sample, all.length)));
            })).isEqualTo(Fingerprint.of(weights));
        }
    }

    private String fingerprint(TestModels model, String name) {
        return of(model.write(directory.resolve(name)));
    }

    private static String of(Path model) {
        try (WeightFiles weights = WeightFiles.inDirectory(model)) {
            return Fingerprint.of(weights);
        }
    }
}
