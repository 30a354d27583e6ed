package io.github.jlamadsla.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.safetensors.SafetensorsFile;
import io.github.jlamadsla.safetensors.TensorInfo;

/** A file of reference tensors from src/test/resources/golden (its README says what they are). */
public final class Golden implements AutoCloseable {
    private final SafetensorsFile file;

    private Golden(SafetensorsFile file) {
        this.file = file;
    }

    /** @param name without ending */
    public static Golden open(String name) {
        try {
            return new Golden(SafetensorsFile
                    .open(Path.of(Golden.class.getResource("/golden/" + name + ".safetensors").toURI())));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public boolean has(String tensor) {
        return file.tensors().containsKey(tensor);
    }

    public List<Long> shape(String tensor) {
        return info(tensor).shape();
    }

    public float[] floats(String tensor) {
        return file.data(info(tensor)).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    public int[] ints(String tensor) {
        return file.data(info(tensor)).toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    /** An F32 matrix as a weight. */
    public RawMatrix matrix(String tensor) {
        TensorInfo info = info(tensor);
        MemorySegment data = file.data(info);
        return new RawMatrix(data, WeightType.F32, info.shape().get(0).intValue(), info.shape().get(1).intValue());
    }

    private TensorInfo info(String tensor) {
        TensorInfo info = file.tensors().get(tensor);
        if (info == null) {
            throw new IllegalArgumentException("no tensor " + tensor + " in " + file.path());
        }
        return info;
    }

    @Override
    public void close() {
        file.close();
    }
}
