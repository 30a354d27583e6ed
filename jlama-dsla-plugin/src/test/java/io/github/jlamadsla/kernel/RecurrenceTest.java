package io.github.jlamadsla.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.jlamadsla.kernel.Recurrence.Head;
import io.github.jlamadsla.kernel.Recurrence.Tokens;

import static io.github.jlamadsla.kernel.PoisonedRows.assertGapsUntouched;
import static io.github.jlamadsla.kernel.PoisonedRows.relativeError;
import static io.github.jlamadsla.kernel.PoisonedRows.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecurrenceTest {

    private static final int[] TOKEN_COUNTS = {1, 3, 15, 16, 17, 63, 64, 65, 200};
    private static final float[] GATES = {0, -1e-5f, -0.04f, -1, -50, Float.NaN}; // NaN: mixed
    private static final long OFFSET = 128;

    private final Random random = new Random(3);

    private Head head(int keySize, int valueSize, int queryHeads) {
        return new Head(keySize, valueSize, queryHeads, (float) (1 / Math.sqrt(keySize)), 0.3f, 0.7f);
    }

    private Rows decays(int tokens, int n, float gate) {
        Rows d = PoisonedRows.empty(tokens, n);
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < n; i++) {
                float g = Float.isNaN(gate) ? GATES[random.nextInt(GATES.length - 1)] : gate;
                d.data()[d.at(t) + i] = (float) Math.exp(g);
            }
        }
        return d;
    }

    private Tokens tokens(Head head, int tokens, float gate) {
        Rows q = head.queryHeads() == 0
                ? null
                : PoisonedRows.gaussian(random, tokens, head.queryHeads() * head.keySize());
        Rows out = head.queryHeads() == 0 ? null : PoisonedRows.empty(tokens, head.queryHeads() * head.valueSize());
        return new Tokens(tokens, PoisonedRows.gaussian(random, tokens, head.keySize()),
                PoisonedRows.gaussian(random, tokens, head.valueSize()), decays(tokens, head.keySize(), gate),
                decays(tokens, head.keySize(), gate), q, out);
    }

    private static Tokens part(Tokens x, int first, int count) {
        return new Tokens(count, x.k().from(first), x.v().from(first), x.historyDecay().from(first),
                x.recencyDecay().from(first), x.q() == null ? null : x.q().from(first),
                x.out() == null ? null : x.out().from(first));
    }

    private static Tokens withOwnOutput(Tokens x, Head head) {
        Rows out = x.out() == null ? null : PoisonedRows.empty(x.tokens(), head.queryHeads() * head.valueSize());
        return new Tokens(x.tokens(), x.k(), x.v(), x.historyDecay(), x.recencyDecay(), x.q(), out);
    }

    private MemorySegment state(Head head, Arena arena) {
        long count = 2L * head.keySize() * head.valueSize();
        MemorySegment state = arena.allocate(OFFSET + 4 * count + 64, 64);
        for (long at = 0; at < state.byteSize(); at += 4) {
            boolean inside = at >= OFFSET && at < OFFSET + 4 * count;
            state.set(ValueLayout.JAVA_FLOAT, at, inside ? (float) random.nextGaussian() : Float.NaN);
        }
        return state;
    }

    private static MemorySegment copy(MemorySegment state, Arena arena) {
        return arena.allocate(state.byteSize(), 64).copyFrom(state);
    }

    private static float[] stateValues(MemorySegment state, Head head, int which) {
        long bytes = 4L * head.keySize() * head.valueSize();
        return state.asSlice(OFFSET + which * bytes, bytes).toArray(ValueLayout.JAVA_FLOAT);
    }

    private static void assertSameBits(MemorySegment actual, MemorySegment expected) {
        assertThat(actual.mismatch(expected)).as("first byte at which states differ").isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"32,32", "64,64", "96,96", "128,128", "64,48", "48,80", "16,16"})
    void vectorEqualsScalar(int keySize, int valueSize) {
        for (int queryHeads = 0; queryHeads <= 4; queryHeads++) {
            Head head = head(keySize, valueSize, queryHeads);
            for (int i = 0; i < TOKEN_COUNTS.length; i++) {
                // Each count with two of the gate cases; over the head counts every pair occurs.
                for (int g = 0; g < 2; g++) {
                    compare(head, TOKEN_COUNTS[i], GATES[(i + 2 * queryHeads + 3 * g) % GATES.length]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1e-5f, -0.04f, -1, -50, Float.NaN})
    void vectorEqualsScalarForEveryGate(float gate) {
        for (int tokens : TOKEN_COUNTS) {
            compare(head(64, 64, 1), tokens, gate);
            compare(head(64, 64, 2), tokens, gate);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8, 13, 16})
    void vectorEqualsScalarForLargeGroups(int queryHeads) {
        compare(head(32, 32, queryHeads), 17, Float.NaN);
        compare(head(32, 32, queryHeads), 1, Float.NaN);
    }

    private void compare(Head head, int count, float gate) {
        try (Arena arena = Arena.ofConfined()) {
            Tokens tokens = tokens(head, count, gate);
            MemorySegment expected = state(head, arena);
            MemorySegment actual = copy(expected, arena);
            Recurrence scalar = new ScalarRecurrence();
            scalar.run(expected, OFFSET, head, tokens, scalar.newScratch());
            Tokens mine = withOwnOutput(tokens, head);
            Recurrence vector = new VectorRecurrence();
            vector.run(actual, OFFSET, head, mine, vector.newScratch());
            for (int which = 0; which < 2; which++) {
                assertThat(relativeError(stateValues(actual, head, which), stateValues(expected, head, which)))
                        .as("state %d, %s, %d tokens, gate %s", which, head, count, gate).isLessThan(1e-6);
            }
            assertThat(actual.get(ValueLayout.JAVA_FLOAT, OFFSET - 4)).isNaN();
            assertThat(actual.get(ValueLayout.JAVA_FLOAT, actual.byteSize() - 64)).isNaN();
            if (head.queryHeads() > 0) {
                int n = head.queryHeads() * head.valueSize();
                assertThat(relativeError(values(mine.out(), count, n), values(tokens.out(), count, n)))
                        .as("output, %s, %d tokens, gate %s", head, count, gate).isLessThan(2e-6);
                assertGapsUntouched(mine.out(), count, n);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"64,0", "64,1", "64,2", "64,3", "64,4", "64,9", "96,1", "128,2", "48,1"})
    void chunksDoNotShow(int size, int queryHeads) {
        Head head = head(size, size, queryHeads);
        int count = 515;
        int n = queryHeads * size;
        try (Arena arena = Arena.ofConfined()) {
            Tokens tokens = tokens(head, count, Float.NaN);
            MemorySegment start = state(head, arena);
            MemorySegment whole = copy(start, arena);
            Recurrence vector = new VectorRecurrence();
            vector.run(whole, OFFSET, head, tokens, vector.newScratch());
            Recurrence.Scratch used = vector.newScratch();
            for (int chunk : new int[]{1, 3, 7, 64, 512}) {
                MemorySegment state = copy(start, arena);
                Tokens mine = withOwnOutput(tokens, head);
                for (int t = 0; t < count; t += chunk) {
                    vector.run(state, OFFSET, head, part(mine, t, Math.min(chunk, count - t)), used);
                }
                assertSameBits(state, whole);
                if (n > 0) {
                    assertThat(values(mine.out(), count, n)).as("chunks of %d", chunk)
                            .isEqualTo(values(tokens.out(), count, n));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 64, 200})
    void tilesForManyRegistersGiveTheSameBits(int count) {
        Head head = head(64, 48, 1);
        try (Arena arena = Arena.ofConfined()) {
            Tokens tokens = tokens(head, count, Float.NaN);
            MemorySegment few = state(head, arena);
            MemorySegment many = copy(few, arena);
            Tokens mine = withOwnOutput(tokens, head);
            Recurrence forFew = new VectorRecurrence(false);
            forFew.run(few, OFFSET, head, tokens, forFew.newScratch());
            Recurrence forMany = new VectorRecurrence(true);
            forMany.run(many, OFFSET, head, mine, forMany.newScratch());
            assertSameBits(many, few);
            assertThat(values(mine.out(), count, 48)).isEqualTo(values(tokens.out(), count, 48));
        }
    }

    /** What a call leaves behind is used by no later one: nothing hides a NaN, as 0 x finite would hide leftovers. */
    @ParameterizedTest
    @CsvSource({"64,64,1,17", "64,48,2,1", "32,32,0,65", "128,128,4,6", "48,80,3,200"})
    void aScratchFullOfNaNDoesNotShow(int keySize, int valueSize, int queryHeads, int count) {
        Head head = head(keySize, valueSize, queryHeads);
        int n = queryHeads * valueSize;
        try (Arena arena = Arena.ofConfined()) {
            Tokens tokens = tokens(head, count, Float.NaN);
            for (Recurrence form : new Recurrence[]{new ScalarRecurrence(), new VectorRecurrence()}) {
                Recurrence.Scratch used = form.newScratch();
                MemorySegment ruined = state(head, arena);
                form.run(ruined, OFFSET, head, nothingButNaN(head, 203), used);
                assertThat(stateValues(ruined, head, 0)).containsOnly(Float.NaN);
                MemorySegment reused = state(head, arena);
                MemorySegment fresh = copy(reused, arena);
                Tokens mine = withOwnOutput(tokens, head);
                Tokens expected = withOwnOutput(tokens, head);
                form.run(reused, OFFSET, head, mine, used);
                form.run(fresh, OFFSET, head, expected, form.newScratch());
                assertSameBits(reused, fresh);
                assertThat(stateValues(reused, head, 1)).doesNotContain(Float.NaN);
                if (queryHeads > 0) {
                    assertThat(values(mine.out(), count, n)).doesNotContain(Float.NaN)
                            .isEqualTo(values(expected.out(), count, n));
                }
            }
        }
    }

    private static Tokens nothingButNaN(Head head, int count) {
        Rows keys = PoisonedRows.empty(count, head.keySize());
        boolean reads = head.queryHeads() > 0;
        return new Tokens(count, keys, PoisonedRows.empty(count, head.valueSize()), keys, keys,
                reads ? PoisonedRows.empty(count, head.queryHeads() * head.keySize()) : null,
                reads ? PoisonedRows.empty(count, head.queryHeads() * head.valueSize()) : null);
    }

    @ParameterizedTest
    @CsvSource({"keySize,20,64,1", "valueSize,64,8,1", "queryHeads,64,64,17", "queryHeads,64,64,-1"})
    void impossibleShapesAreRefused(String name, int keySize, int valueSize, int queryHeads) {
        Head head = head(keySize, valueSize, queryHeads);
        for (Recurrence form : new Recurrence[]{new ScalarRecurrence(), new VectorRecurrence()}) {
            assertThatThrownBy(() -> form.run(MemorySegment.NULL, 0, head, new Tokens(1, null, null, null, null, null,
                    null), form.newScratch())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(name);
        }
    }
}
