package io.github.jlamadsla.sampling;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;

class TokenCountsTest {

    @Property(tries = 200)
    void countsAsAMapDoes(@ForAll long seed) {
        Random random = new Random(seed);
        TokenCounts counts = new TokenCounts();
        Map<Integer, Integer> expected = new LinkedHashMap<>();
        int distinct = 1 + random.nextInt(4_000);
        int stride = 1 + random.nextInt(500_000); // also one that a table of a power of two does not like
        for (int i = random.nextInt(6_000); i > 0; i--) {
            int token = random.nextInt(distinct) * stride & Integer.MAX_VALUE;
            int occurrences = random.nextInt(3);
            counts.add(token, occurrences);
            expected.merge(token, occurrences, Integer::sum);
        }
        assertSame(counts, expected);
    }

    @Example
    void growsPastItsFirstSize() {
        TokenCounts counts = new TokenCounts();
        Map<Integer, Integer> expected = new LinkedHashMap<>();
        Random random = new Random(6);
        for (int i = 0; i < 50_000; i++) {
            int token = random.nextInt(20_000) << random.nextInt(8);
            counts.add(token, 1);
            expected.merge(token, 1, Integer::sum);
        }
        assertSame(counts, expected);
        assertThat(counts.size()).isGreaterThan(10_000);
    }

    private static void assertSame(TokenCounts counts, Map<Integer, Integer> expected) {
        Map<Integer, Integer> actual = new LinkedHashMap<>();
        for (int place = 0; place < counts.size(); place++) {
            actual.put(counts.token(place), counts.count(place));
        }
        assertThat(actual).hasSize(counts.size()).containsExactlyEntriesOf(expected);
    }
}
