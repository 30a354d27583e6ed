package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * dsla_config.json, checked (DESIGN section 3).
 *
 * @param file where it came from, for messages
 * @param form source of k, v and gates
 * @param order conversion order
 * @param orderSource {@code kl}, {@code entropy}, {@code needle}, {@code manual}
 * @param window newest keys kept exact; 0 to 4,096
 * @param sinks first keys kept exact; 0 to 64
 * @param gateLogitNormalizer divisor of the log-sigmoid, above 0
 * @param logGateMin lower bound of a log gate, below 0
 * @param baseFingerprints fingerprints of the base models it fits; empty in a checkpoint of the authors' style
 * @param sensitivity name to one number per base layer
 * @param quality measured levels, ascending; may be empty
 */
public record DslaConfig(Path file, DslaForm form, LayerOrder order, String orderSource, int window, int sinks,
        float gateLogitNormalizer, float logGateMin, List<String> baseFingerprints,
        Map<String, List<Double>> sensitivity, List<QualityPoint> quality) {
    public DslaConfig {
        baseFingerprints = List.copyOf(baseFingerprints);
        sensitivity = Map.copyOf(sensitivity);
        quality = List.copyOf(quality);
    }
}
