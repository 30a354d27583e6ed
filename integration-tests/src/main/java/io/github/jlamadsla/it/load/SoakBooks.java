package io.github.jlamadsla.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;

/** What became of all requests, and answers that are to be compared with those given alone. Thread-safe. */
final class SoakBooks {
    /** Those beyond are not kept: a round is short, and the comparison must end. */
    private static final int MOST_CHECKED = 8;

    private final long budget;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong raised = new AtomicLong();
    private final AtomicLong cached = new AtomicLong();
    private final List<Said> said = new ArrayList<>();
    private long same;

    private record Said(List<Integer> prompt, List<Integer> answer, List<LevelChange> levels) {}

    /** @param budget most bytes that may ever be in use */
    SoakBooks(long budget) {
        this.budget = budget;
    }

    void asked() {
        asked.incrementAndGet();
    }

    /** @throws IllegalStateException if there are more than may be */
    void inUse(long bytes) {
        if (bytes > budget) {
            throw new IllegalStateException(bytes + " bytes in use; allowed: " + budget);
        }
    }

    void refused() {
        refused.incrementAndGet();
    }

    void late() {
        late.incrementAndGet();
    }

    void ended(GenerationResult result) {
        ended.incrementAndGet();
        raised.addAndGet(result.levels().getLast().level() - result.levels().getFirst().level());
        cached.addAndGet(result.cachedTokens());
    }

    /** Requests that have ended. */
    long requests() {
        return ended.get() + late.get();
    }

    synchronized void check(List<Integer> prompt, GenerationResult result) {
        if (said.size() < MOST_CHECKED) {
            said.add(new Said(List.copyOf(prompt), result.tokens(), result.levels()));
        }
    }

    /**
     * Closes a round: nothing is open.
     *
     * @throws IllegalStateException if a request got lost or ended twice, or an answer is another one alone
     */
    synchronized void balance(AloneAnswer alone) {
        if (asked.get() != requests()) {
            throw new IllegalStateException(asked + " requests asked, " + requests() + " ended");
        }
        for (Said each : said) {
            List<Integer> expected = alone.answer(each.prompt, each.levels, each.answer.size());
            if (!expected.equals(each.answer)) {
                throw new IllegalStateException("an answer at levels " + each.levels + " to " + each.prompt.size()
                        + " tokens is " + each.answer + ", alone " + expected);
            }
            same++;
        }
        said.clear();
    }

    /** For people. */
    @Override
    public synchronized String toString() {
        return asked + " requests, " + refused + " refused, " + late + " too late, " + raised + " layers raised, "
                + cached + " tokens from prefixes, " + same + " answers compared";
    }

    /** Answers that were the ones given alone. */
    synchronized long same() {
        return same;
    }
}
