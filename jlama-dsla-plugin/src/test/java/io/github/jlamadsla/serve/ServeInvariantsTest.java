package io.github.jlamadsla.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.QueueLimits;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * DESIGN section 7 on random workloads. That a plan names nobody twice, raises one layer at most, keeps to caps and
 * limits, and that no byte goes beyond the budget is held by {@link FakeEngine} at every step.
 */
class ServeInvariantsTest {
    private static final List<LevelPolicy> POLICIES = List.of(AdaptivePolicy.DEFAULT, FakeSetup.STILL,
            load -> new LevelMove(load.level().global(), load.level().top(), "up"),
            load -> new LevelMove(load.level().global(), (int) (load.now() / 7 % 9) - 1, "anywhere"));

    private static LevelMode mode(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> LevelMode.fixed(random.nextInt(7));
            case 1 -> LevelMode.lengthClasses(LengthCaps.PAPER, QualityLimit.DEFAULT);
            case 2 -> LevelMode.adaptive(LengthCaps.PAPER, QualityLimit.DEFAULT,
                    POLICIES.get(random.nextInt(POLICIES.size())));
            case 3 -> LevelMode.lengthClasses(caps(random), FakeSetup.ANY);
            case 4, 5 -> LevelMode.adaptive(caps(random), FakeSetup.ANY, POLICIES.get(random.nextInt(POLICIES.size())));
            default -> LevelMode.adaptive(FakeSetup.WIDE, FakeSetup.ANY, POLICIES.get(random.nextInt(POLICIES.size())));
        };
    }

    /** Many borders, also within pages, and bounds that fall. */
    private static LengthCaps caps(Random random) {
        List<LengthCaps.LengthClass> classes = new ArrayList<>();
        for (int from = 0; classes.size() < 6; from += 1 + random.nextInt(150)) {
            classes.add(new LengthCaps.LengthClass(from, random.nextInt(4) * .25));
        }
        return new LengthCaps(classes);
    }

    private static FakeSetup setup(Random random) {
        FakeModel model = new FakeModel(8, 6, 100, 50 + random.nextInt(800), random.nextInt(4) > 0);
        return new FakeSetup(model, mode(random), 2_000 + random.nextInt(60_000), 1 + random.nextInt(200),
                new QueueLimits(1 + random.nextInt(20), 1 + random.nextInt(50_000)));
    }

    private static FakeEngine.Ask ask(Random random) {
        FakeEngine.Ask ask = FakeEngine.Ask.of(1 + random.nextInt(random.nextInt(10) == 0 ? 9_000 : 500),
                1 + random.nextInt(100)).priority(random.nextInt(5) - 2);
        ask = random.nextInt(5) == 0 ? ask.pin(random.nextInt(7)) : ask;
        return random.nextInt(5) == 0 ? ask.timeoutMillis(1 + random.nextInt(5_000)) : ask;
    }

    @Property(tries = 150)
    void everyRequestEndsOnceAndNothingIsLeft(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed,
            @ForAll @IntRange(min = 1, max = 40) int count) {
        Random random = new Random(seed);
        FakeSetup setup = setup(random);
        FakeEngine engine = setup.engine();
        engine.prefixes = random.nextInt(2) * random.nextLong(setup.limit());
        engine.used = engine.prefixes;
        boolean sharing = random.nextInt(3) == 0;
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = engine.submit(ask(random));
            if (id >= 0) {
                taken.add(id);
                engine.sequence(id).shared = sharing && random.nextBoolean();
            }
            assertThat(engine.alive()).isLessThanOrEqualTo(setup.limits().requests());
            for (int turns = random.nextInt(30); turns > 0; turns--) {
                engine.turn();
            }
            disturb(engine, taken, random);
        }
        taken.forEach(id -> {
            if (engine.sequence(id) != null) {
                engine.sequence(id).paused = false;
            }
        });
        engine.drain();
        assertThat(engine.ends.keySet()).containsExactlyInAnyOrderElementsOf(taken);
        assertThat(engine.used).isEqualTo(engine.prefixes);
        // Who was taken finds memory: nobody asked for more than was promised.
        assertThat(engine.ends.values()).doesNotContain("no memory");
    }

    /** Cancels, pauses, lets the clock jump. */
    private static void disturb(FakeEngine engine, List<Long> taken, Random random) {
        if (taken.isEmpty()) {
            return;
        }
        FakeSequence s = engine.sequence(taken.get(random.nextInt(taken.size())));
        switch (random.nextInt(8)) {
            case 0 -> engine.now += (random.nextInt(21) - 10) * 1_000_000_000L;
            case 1 -> {
                if (s != null) {
                    s.cancelled = true;
                }
            }
            case 2 -> {
                if (s != null && s.begun()) {
                    s.paused = !s.paused;
                }
            }
            default -> {
            }
        }
    }

    @Property(tries = 100)
    void ownersRaisesAreDoneAtOnceAndWhole(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed) {
        Random random = new Random(seed);
        FakeEngine engine = FakeSetup.adaptive(POLICIES.get(random.nextInt(POLICIES.size()))).engine();
        List<FakeSequence> sequences = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sequences.add(engine.sequence(engine.submit(FakeEngine.Ask.of(1 + random.nextInt(300), 50)
                    .pin(random.nextBoolean() ? GenerationRequest.UNPINNED : random.nextInt(4)))));
        }
        for (int turns = random.nextInt(20); turns >= 0; turns--) {
            engine.turn();
        }
        List<FakeSequence> alive = sequences.stream().filter(s -> s.begun() && engine.sequence(s.id) == s).toList();
        alive.forEach(s -> s.asked = Math.max(s.level, random.nextInt(7)));
        engine.turn();
        assertThat(alive).allMatch(s -> s.level >= s.asked);
        engine.drain();
        assertThat(engine.ends.values()).hasSize(10).containsOnly("done");
    }
}
