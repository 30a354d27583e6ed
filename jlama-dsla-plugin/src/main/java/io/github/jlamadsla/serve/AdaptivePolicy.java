package io.github.jlamadsla.serve;

import java.util.Locale;

/** Up by one while the queue would wait long or memory is short, down by one when it would not. */
public final class AdaptivePolicy implements LevelPolicy {
    /** With the default thresholds. */
    public static final AdaptivePolicy DEFAULT = new AdaptivePolicy();

    private static final double UP_SECONDS = 2;
    private static final double DOWN_SECONDS = .5;
    private static final long UP_PAUSE = 1_000_000_000L;
    private static final long DOWN_PAUSE = 10_000_000_000L;

    private AdaptivePolicy() {}

    @Override
    public LevelMove decide(LoadSnapshot load) {
        LoadSnapshot.Level level = load.level();
        double now = load.predictedSeconds().get(level.global());
        String numbers = String.format(Locale.ROOT, "%.2f s to the first token predicted, %d requests stalled", now,
                load.memory().stalled());
        boolean up = now > UP_SECONDS || load.memory().stalled() > 0;
        if (up && level.global() < level.top() && level.sinceUp() >= UP_PAUSE) {
            return new LevelMove(level.global(), level.global() + 1, numbers);
        }
        boolean down = load.memory().stalled() == 0 && level.global() > 0
                && load.predictedSeconds().get(level.global() - 1) < DOWN_SECONDS;
        if (down && Math.min(level.sinceUp(), level.sinceDown()) >= DOWN_PAUSE) {
            return new LevelMove(level.global(), level.global() - 1, numbers);
        }
        return LevelMove.stay(level.global());
    }
}
