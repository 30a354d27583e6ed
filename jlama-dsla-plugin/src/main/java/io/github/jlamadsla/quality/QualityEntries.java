package io.github.jlamadsla.quality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.checkpoint.DslaConfigFile;
import io.github.jlamadsla.checkpoint.DslaConfigReader;
import io.github.jlamadsla.checkpoint.QualityPoint;

/** Measured levels as the entries of dsla_config.json that the scheduler's quality limit reads. */
public final class QualityEntries {
    /** Tokens of the blocks behind {@code nll_2k} and {@code kl_2k}. */
    public static final int SHORT_CONTEXT = 2_048;
    /** Tokens of the blocks behind {@code nll_8k}. */
    public static final int LONG_CONTEXT = 8_192;

    private static final double DECIMALS = 1e5;

    private QualityEntries() {}

    /**
     * Puts figures together.
     *
     * @param texts with blocks of 2,048 and of 8,192 tokens, both at the same levels, level 0 among them
     * @param facts sets whose names have a context length; may be empty. The teacher-forced share counts, as in the
     *        published figures
     * @return one per level, ascending, to five decimals
     * @throws IllegalArgumentException if a context is missing, or as {@link #checkSets}
     */
    public static List<QualityPoint> of(List<TextMeasurement> texts, List<FactFigures> facts) {
        checkSets(facts.stream().map(FactFigures::set).toList());
        List<TextFigures> at2k = at(texts, SHORT_CONTEXT);
        List<TextFigures> at8k = at(texts, LONG_CONTEXT);
        List<QualityPoint> points = new ArrayList<>();
        for (int i = 0; i < at2k.size(); i++) {
            int index = i;
            Map<Integer, Double> shares = new HashMap<>();
            for (FactFigures set : facts) {
                shares.put(length(set.set()), rounded(set.levels().get(index).teacherForced().value()));
            }
            // Rounding in the last place may make the divergence of equal predictions a little less than 0.
            double divergence = Math.max(0, at2k.get(i).divergence().mean());
            points.add(new QualityPoint(at2k.get(i).level(), rounded(at2k.get(i).nats().mean()),
                    rounded(at8k.get(i).nats().mean()), rounded(divergence), shares));
        }
        return points;
    }

    /**
     * Finds out, before the work too, whether sets can be entries.
     *
     * @throws IllegalArgumentException if one has no context length in its name, or two have the same
     */
    public static void checkSets(List<String> sets) {
        Set<Integer> lengths = new HashSet<>();
        for (String set : sets) {
            if (!lengths.add(length(set))) {
                throw new IllegalArgumentException(
                        "two sets have a context of " + length(set) + " tokens; allowed: one");
            }
        }
    }

    private static int length(String set) {
        return FactMeasurement.contextLength(set).orElseThrow(() -> new IllegalArgumentException(
                "set " + set + " has no context length in its name; allowed: names as ev512 or ev2k"));
    }

    private static List<TextFigures> at(List<TextMeasurement> texts, int context) {
        return texts.stream().filter(text -> text.context() == context).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no figures in blocks of " + context
                        + " tokens; allowed: " + SHORT_CONTEXT + " and " + LONG_CONTEXT + ", both"))
                .levels();
    }

    private static double rounded(double value) {
        return Math.rint(value * DECIMALS) / DECIMALS;
    }

    /**
     * Writes entries in place of all that are there, atomically, and reads the file back. All are replaced, since each
     * is compared with level 0 of the same file, and figures of another text must not stand beside it.
     *
     * @param file dsla_config.json
     * @param base the model it is for
     * @throws IllegalStateException if what is read back is not what was written
     */
    public static void write(Path file, ModelConfig base, List<QualityPoint> points) {
        DslaConfigFile.setQuality(file, points);
        List<QualityPoint> back = DslaConfigReader.read(file, base).quality();
        if (!back.equals(points)) {
            throw new IllegalStateException(file + ": quality is read back as " + back + ", written was " + points);
        }
    }
}
