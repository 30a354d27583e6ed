package io.github.jlamadsla.gguf;

import java.util.List;

import io.github.jlamadsla.bridge.RopeScaling;

/** Reads how a GGUF file stretches its rotary frequencies: by keys, or by a tensor of divisors. */
final class GgufRopeScaling {
    private static final String TYPE = "llama.rope.scaling.type";
    private static final String FACTOR = "llama.rope.scaling.factor";
    /** The same in old files. */
    private static final String OLD_FACTOR = "llama.rope.scale_linear";
    private static final double MAX_FACTOR = 1e6;

    private final GgufFile file;
    private final GgufMetadata keys;
    private final int headSize;
    private final double theta;

    GgufRopeScaling(GgufFile file, int headSize, double theta) {
        this.file = file;
        this.keys = file.metadata();
        this.headSize = headSize;
        this.theta = theta;
    }

    RopeScaling read() {
        RopeScaling byKeys = byKeys();
        GgufTensor divisors = file.tensors().get(GgufConfig.ROPE_FREQUENCIES);
        if (divisors == null) {
            return byKeys;
        }
        RopeScaling byTensor = byTensor(divisors);
        if (byTensor instanceof RopeScaling.None) {
            return byKeys;
        }
        if (!(byKeys instanceof RopeScaling.None)) {
            throw keys.refuse(GgufConfig.ROPE_FREQUENCIES, "present", "absent besides " + FACTOR);
        }
        return byTensor;
    }

    private RopeScaling byKeys() {
        // As llama.cpp has it, a factor without a type is linear.
        String type = keys.has(TYPE) ? keys.string(TYPE) : "linear";
        if (!List.of("none", "linear").contains(type)) {
            throw keys.refuse(TYPE, GgufLimits.shown(type), "none, linear");
        }
        String key = keys.has(FACTOR) ? FACTOR : OLD_FACTOR;
        if (type.equals("none") || !keys.has(key)) {
            return new RopeScaling.None();
        }
        double factor = GgufConfig.shortest(keys.number(key));
        if (factor == 0 || factor == 1) {
            return new RopeScaling.None();
        }
        if (!(factor >= 1 && factor <= MAX_FACTOR)) {
            throw keys.refuse(key, factor, "0 (none), or 1 to " + MAX_FACTOR);
        }
        return new RopeScaling.Linear(factor);
    }

    private RopeScaling byTensor(GgufTensor tensor) {
        List<Long> shape = List.of((long) headSize / 2);
        if (!tensor.shape().equals(shape)) {
            throw keys.refuse(tensor.name(), "of shape " + tensor.shape(), shape.toString());
        }
        float[] divisors = new float[headSize / 2];
        byte[] raw = new byte[tensor.rowBytes()];
        file.copyRow(tensor, 0, raw);
        Dequantizer.of(tensor.type()).row(raw, divisors.length, divisors, 0);
        for (float divisor : divisors) {
            if (!(divisor >= 1 && divisor <= MAX_FACTOR)) {
                throw keys.refuse(tensor.name(), "with a divisor of " + divisor, "1 to " + MAX_FACTOR);
            }
        }
        RopeScaling scaling = new Llama3Fit(divisors, theta).find();
        if (scaling == null) {
            throw keys.refuse(tensor.name(), "a scaling that no llama3 parameters reproduce",
                    "divisors of rotary frequencies as Llama 3.1 has them");
        }
        return scaling;
    }
}
