package io.github.jlamadsla.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.jlamadsla.checkpoint.DslaConfig;
import io.github.jlamadsla.checkpoint.DslaForm;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.QueueLimits;
import io.github.jlamadsla.serve.LengthCaps.LengthClass;

/**
 * What a {@link FakeEngine} is made with.
 *
 * @param limit bytes
 * @param chunk tokens of a step
 */
record FakeSetup(FakeModel model, LevelMode mode, long limit, int chunk, QueueLimits limits) {
    /** All levels at any length. */
    static final LengthCaps WIDE = new LengthCaps(List.of(new LengthClass(0, 1)));
    static final QualityLimit ANY = new QualityLimit(9, 9);

    /** Never moves by itself. */
    static final LevelPolicy STILL = load -> LevelMove.stay(load.level().global());

    static FakeSetup of(LevelMode mode) {
        return new FakeSetup(FakeModel.USUAL, mode, 1 << 30, 64, new QueueLimits(1_000, 1 << 30));
    }

    static FakeSetup adaptive(LevelPolicy policy) {
        return of(LevelMode.adaptive(WIDE, ANY, policy));
    }

    FakeSetup model(FakeModel other) {
        return new FakeSetup(other, mode, limit, chunk, limits);
    }

    FakeSetup limit(long bytes) {
        return new FakeSetup(model, mode, bytes, chunk, limits);
    }

    FakeSetup limits(int requests, long promptTokens) {
        return new FakeSetup(model, mode, limit, chunk, new QueueLimits(requests, promptTokens));
    }

    LevelBounds bounds() {
        DslaConfig dsla = new DslaConfig(Path.of("dsla_config.json"), DslaForm.FOLDING,
                new LayerOrder(IntStream.range(0, model.top()).boxed().toList(), false), "kl", 0, 0, 16, -1, List.of(),
                Map.of(), List.of());
        return new LevelBounds(mode, dsla, model.layers());
    }

    FakeEngine engine() {
        return new FakeEngine(this);
    }
}
