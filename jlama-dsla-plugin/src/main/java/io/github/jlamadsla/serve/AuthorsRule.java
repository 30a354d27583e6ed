package io.github.jlamadsla.serve;

import java.util.concurrent.TimeUnit;

/**
 * The rule of the method's authors, kept as a baseline (Ro et al., ICML 2025; their published server, one commit): from
 * 50 queued requests on, or with a queued prompt of 1,024 tokens or more, one more layer is converted, up to 75 % of
 * the layers; with fewer than half as many requests and no prompt of 0.8 times that length, one is taken back. It looks
 * every 5 s, and for 60 s after a change does nothing.
 *
 * <p>
 * Their look every 5 s needs no state here: since changes are 60 s apart, it only means that one comes up to 5 s later,
 * and whoever asks this rule asks at a beat of his own. Theirs starts with a pause of 60 s; here the first change may
 * come at once. What they count as queued has not begun, since they run one request at a time; here it has no token
 * yet.
 *
 * <p>
 * The rest of theirs lies elsewhere: the refusal at twice the queue limit is for admission, as {@link #MOST_QUEUED},
 * though the limit there counts requests that decode too; the order by attention entropy is the checkpoint's. Their
 * per-request level, their caps and their limit on quality do not exist: for those, give {@link LevelMode.Adaptive} caps
 * that allow every level and a limit that is infinite. That they convert layers under a running request, which then
 * reads keys and values as states, is not copied.
 *
 * @param layers of the base model, 1 or more
 */
public record AuthorsRule(int layers) implements LevelPolicy {

    /** Queued requests from which on a layer is converted. */
    public static final int QUEUE_LIMIT = 50;

    /** Most requests that they queue; one more is refused. */
    public static final int MOST_QUEUED = 2 * QUEUE_LIMIT;

    /** Length of a queued prompt, in tokens, from which on a layer is converted. */
    public static final int PROMPT_LIMIT = 1_024;

    private static final double CALM_PROMPT = .8 * PROMPT_LIMIT;
    private static final double CALM_QUEUE = .5 * QUEUE_LIMIT;
    private static final double MOST_SHARE = .75;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(60);

    public AuthorsRule {
        if (layers < 1) {
            throw new IllegalArgumentException("layers is " + layers + "; allowed: 1 or more");
        }
    }

    @Override
    public LevelMove decide(LoadSnapshot load) {
        LoadSnapshot.Level level = load.level();
        LoadSnapshot.Queue queue = load.queue();
        if (recent(level.sinceUp()) || recent(level.sinceDown())) {
            return LevelMove.stay(level.global());
        }
        String numbers = Reasons.text("%,d queued requests, longest prompt %,d tokens", queue.requests(),
                queue.longestPrompt());
        if (queue.longestPrompt() >= PROMPT_LIMIT || queue.requests() >= QUEUE_LIMIT) {
            boolean more = level.global() < level.top() && level.global() + 1 <= MOST_SHARE * layers;
            return more
                    ? new LevelMove(level.global(), level.global() + 1, "authors' rule: " + numbers)
                    : LevelMove.stay(level.global());
        }
        boolean calm = queue.longestPrompt() < CALM_PROMPT && queue.requests() < CALM_QUEUE;
        return calm && level.global() > 0
                ? new LevelMove(level.global(), level.global() - 1, "authors' rule: " + numbers)
                : LevelMove.stay(level.global());
    }

    /** A time below 0 is a clock that was put back: it says nothing. */
    private static boolean recent(long since) {
        return since >= 0 && since < PAUSE;
    }
}
