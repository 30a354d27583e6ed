package io.github.jlamadsla.bridge;

import java.util.List;
import java.util.Map;

/** What a family of base models keeps in its weight files. One class per family. */
public interface BaseTensors {

    /** The {@code model_type} of config.json. */
    String family();

    /** The entry of {@code architectures} in config.json. */
    String architecture();

    /** Every tensor of such a model: name to shape. */
    Map<String, List<Long>> expected(ModelConfig config);

    /** Whether a tensor that is not expected may be there unused. */
    boolean tolerated(String name);

    /** All families of this version. */
    static List<BaseTensors> families() {
        return List.of(new LlamaTensors());
    }

    /** A family by its {@code model_type}, which must be one of {@link #families()}. */
    static BaseTensors of(String family) {
        return families().stream().filter(known -> known.family().equals(family)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such family: " + family));
    }
}
