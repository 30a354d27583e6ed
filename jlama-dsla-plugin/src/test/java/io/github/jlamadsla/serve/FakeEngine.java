package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.engine.Admission;
import io.github.jlamadsla.engine.EngineView;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.SequenceView;
import io.github.jlamadsla.engine.StepPlan;
import io.github.jlamadsla.engine.StepReport;
import io.github.jlamadsla.memory.MemoryBudgetException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The engine's loop in simulated time, without a model: sequences are numbers, bytes are counted, steps cost what a
 * table says. Every plan is held to what a plan may be.
 */
final class FakeEngine {
    static final long MILLI = 1_000_000;
    private static final int PAGE = 64;

    private final FakeModel model;
    private final LevelBounds bounds;
    private final ServeScheduler scheduler;
    private final AdmissionQueue admission;
    private final long limit;
    private final Map<Long, FakeSequence> sequences = new LinkedHashMap<>();
    private long ids;
    private long promptTokens;

    long now = 1_000 * MILLI;
    long used;
    long peak;
    long prefixes; // bytes of cached prefixes, part of used
    int automaticRaises;
    StepPlan lastPlan = StepPlan.NOTHING;
    final Map<Long, String> ends = new LinkedHashMap<>(); // by id
    final Map<Long, List<Integer>> levels = new LinkedHashMap<>(); // by id
    final List<LevelMove> moves = new ArrayList<>();
    final List<RuntimeException> refusals = new ArrayList<>();

    FakeEngine(FakeSetup setup) {
        this.model = setup.model();
        this.limit = setup.limit();
        this.bounds = setup.bounds();
        SequenceSizes sizes = new SequenceSizes(model::bytes, bounds, model.canRaise(), limit);
        this.scheduler = new ServeScheduler(sizes, setup.chunk(),
                StepCosts.measured(model.layers(), model.top(), setup.model().samples()), moves::add);
        this.admission = new AdmissionQueue(sizes, setup.limits(), scheduler, () -> now);
    }

    ServeScheduler scheduler() {
        return scheduler;
    }

    AdmissionQueue admission() {
        return admission;
    }

    /** @return its id, or -1 if it was refused */
    long submit(Ask ask) {
        Admission.Arrival arrival = new Admission.Arrival(ask.prompt(), ask.prompt() + ask.output(), ask.pinned(),
                ask.priority(), ask.timeout());
        try {
            long need = admission.admit(arrival, new Admission.Queue(sequences.size(), promptTokens));
            FakeSequence s = new FakeSequence(ids++, ask, model, now, need);
            sequences.put(s.id, s);
            promptTokens += ask.prompt();
            return s.id;
        } catch (RequestRejectedException | MemoryBudgetException e) {
            refusals.add(e);
            return -1;
        }
    }

    FakeSequence sequence(long id) {
        return sequences.get(id);
    }

    int alive() {
        return sequences.size();
    }

    EngineView view() {
        return new EngineView(now, sequences.values().stream().map(FakeSequence::view).toList(),
                new EngineView.Memory(limit, used, prefixes, 0));
    }

    /** One turn of the loop. @return whether there was anything to do; if not, the scheduler's patience has passed */
    boolean turn() {
        for (FakeSequence s : List.copyOf(sequences.values())) {
            if (s.cancelled || now >= s.deadline()) {
                end(s, s.cancelled ? "cancelled" : "timeout");
            }
        }
        EngineView view = view();
        StepPlan plan = scheduler.schedule(view);
        lastPlan = plan;
        check(plan);
        if (plan.entries().isEmpty()) {
            now += Math.min(scheduler.patience(), 1_000 * MILLI);
            return false;
        }
        run(plan);
        return true;
    }

    /** @param millis of simulated time */
    void runFor(long millis) {
        for (long end = now + millis * MILLI; now < end;) {
            turn();
        }
    }

    /** Until nobody is left. */
    void drain() {
        for (int turns = 0; !sequences.isEmpty(); turns++) {
            assertThat(turns).as("turns without an end").isLessThan(200_000);
            turn();
        }
    }

    private void check(StepPlan plan) {
        Set<Long> seen = new HashSet<>();
        int raises = 0;
        for (StepPlan.Entry entry : plan.entries()) {
            FakeSequence s = sequences.get(entry.sequence());
            assertThat(s).isNotNull();
            assertThat(seen.add(entry.sequence())).as("once in a plan").isTrue();
            int tokensLeft = s.length - s.position;
            assertThat(entry.tokens()).isBetween(0, tokensLeft);
            assertThat(s.paused && entry.tokens() > 0).isFalse();
            assertThat(entry.prefixes().highestLevel()).isGreaterThanOrEqualTo(entry.level());
            assertThat(entry.prefixes().lowestLevel()).isLessThanOrEqualTo(entry.level());
            if (s.begun()) {
                assertThat(entry.level()).isGreaterThanOrEqualTo(s.level);
                boolean owners = s.asked > s.level;
                assertThat(entry.level()).isEqualTo(owners ? s.asked : Math.min(entry.level(), s.level + 1));
                raises += !owners && entry.level() > s.level ? 1 : 0;
                if (!owners && entry.level() > s.level) {
                    assertThat(s.ask.pinned()).isEqualTo(GenerationRequest.UNPINNED);
                    assertThat(entry.level()).isLessThanOrEqualTo(bounds.highest(s.length));
                }
            } else if (s.ask.pinned() != GenerationRequest.UNPINNED) {
                assertThat(entry.level()).isEqualTo(Math.max(s.asked, s.ask.pinned()));
            } else {
                assertThat(entry.prefixes().highestLevel())
                        .isLessThanOrEqualTo(Math.max(s.asked, bounds.highest(s.length)));
            }
        }
        assertThat(raises).as("automatic raises in a plan").isLessThanOrEqualTo(1);
        automaticRaises += raises;
    }

    private void run(StepPlan plan) {
        List<StepReport.Part> parts = new ArrayList<>();
        int raises = 0;
        double seconds = model.stepSeconds();
        for (StepPlan.Entry entry : plan.entries()) {
            FakeSequence s = sequences.get(entry.sequence());
            try {
                if (!s.begun()) {
                    s.begin(entry.level(), this::take);
                    levels.put(s.id, new ArrayList<>(List.of(entry.level())));
                }
                while (s.level < entry.level()) {
                    s.raise(this::take, bytes -> letGo(s, bytes));
                    levels.get(s.id).add(s.level);
                    raises++;
                    seconds += model.raiseSeconds();
                }
                if (entry.tokens() > 0) {
                    // What begins with a prefix has fewer left than were planned.
                    int tokens = Math.min(entry.tokens(), s.length - s.position);
                    s.reserve(tokens, this::take);
                    parts.add(new StepReport.Part(s.id, s.level, s.position, tokens,
                            s.position >= s.ask.prompt()));
                    seconds += tokens * model.tokenSeconds(s.level, s.position);
                    s.stalled = false;
                }
            } catch (MemoryBudgetException e) {
                s.stalled = true;
            }
        }
        if (parts.isEmpty() && raises == 0) {
            giveWay();
            return;
        }
        long nanos = (long) (seconds * 1e9);
        now += nanos;
        scheduler.ran(new StepReport(parts, raises, nanos));
        for (StepReport.Part part : parts) {
            FakeSequence s = sequences.get(part.sequence());
            if (s.advance(part.tokens())) {
                end(s, "done");
            }
        }
    }

    private void giveWay() {
        List<FakeSequence> stalled = sequences.values().stream().filter(s -> s.stalled).toList();
        if (!stalled.isEmpty()) {
            end(stalled.getLast(), "no memory");
        }
    }

    private void end(FakeSequence s, String how) {
        sequences.remove(s.id);
        promptTokens -= s.ask.prompt();
        letGo(s, s.pageBytes());
        give(s.bytes() - s.pageBytes());
        assertThat(ends.put(s.id, how)).as("ends once").isNull();
    }

    /** Shared pages stay in the cache. */
    private void letGo(FakeSequence s, long bytes) {
        if (s.shared) {
            prefixes += bytes;
        } else {
            give(bytes);
        }
    }

    private void take(long bytes) {
        long evicted = Math.clamp(used + bytes - limit, 0, prefixes);
        prefixes -= evicted;
        used -= evicted;
        if (used + bytes > limit) {
            throw new MemoryBudgetException("a test", bytes, used, limit);
        }
        used += bytes;
        peak = Math.max(peak, used);
        assertThat(used).isLessThanOrEqualTo(limit);
    }

    private void give(long bytes) {
        used -= bytes;
        assertThat(used).isGreaterThanOrEqualTo(0);
    }

    /** What a request asks for; {@code timeout} in nanoseconds. */
    record Ask(int prompt, int output, int pinned, int priority, long timeout) {

        static Ask of(int prompt, int output) {
            return new Ask(prompt, output, GenerationRequest.UNPINNED, 0, Long.MAX_VALUE);
        }

        Ask pin(int level) {
            return new Ask(prompt, output, level, priority, timeout);
        }

        Ask priority(int value) {
            return new Ask(prompt, output, pinned, value, timeout);
        }

        Ask timeoutMillis(long millis) {
            return new Ask(prompt, output, pinned, priority, millis * MILLI);
        }
    }

    static int pages(int tokens) {
        return Math.ceilDiv(tokens, PAGE);
    }
}
