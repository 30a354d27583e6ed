package io.github.jlamadsla.it.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;

/**
 * Compares all answers of a server with those given alone at the same level history, as far as these are known: each is
 * computed once, at pauses, and kept. Thread-safe.
 */
final class SoakAnswers {
    /** Some 300 bytes each; beyond it the least recently used is forgotten. */
    private static final int MOST_KNOWN = 4_096;

    private final List<Said> said = new ArrayList<>();
    private final SequencedMap<Key, int[]> known = new LinkedHashMap<>(MOST_KNOWN, 0.75f, true);
    private long compared;
    private long notCompared;
    private long stopped;
    private long raised;

    private record Said(SoakRequest request, GenerationResult result) {
        Key key() {
            return new Key(request.promptDigest(), result.levels(), request.choice());
        }
    }

    private record Key(String prompt, List<LevelChange> levels, GreedyChoice choice) {
        boolean raised() {
            return levels.size() > 1;
        }
    }

    /** Remembers an answer until the next pause. */
    synchronized void add(SoakRequest request, GenerationResult result) {
        said.add(new Said(request, result));
    }

    /**
     * Compares what was said since the last pause; what nobody knows when the time is over is not compared.
     *
     * @param time for finding out what was not known
     * @throws IllegalStateException if an answer is another one alone
     */
    synchronized void compare(AloneAnswer alone, Duration time) {
        long begin = System.nanoTime();
        Map<Key, List<Said>> unknown = new LinkedHashMap<>();
        List<Said> now = List.copyOf(said);
        said.clear();
        for (Said each : now) {
            Key key = each.key();
            int[] answer = known.get(key);
            if (answer == null) {
                unknown.computeIfAbsent(key, _ -> new ArrayList<>()).add(each);
            } else {
                check(each, answer);
            }
        }
        for (Key key : inTurn(unknown)) {
            if (System.nanoTime() - begin < time.toNanos()) {
                SoakRequest request = unknown.get(key).getFirst().request;
                int[] answer = alone.answer(request.prompt(), key.levels, SoakChats.LONGEST_ANSWER, key.choice).stream()
                        .mapToInt(Integer::intValue).toArray();
                known.put(key, answer);
                unknown.get(key).forEach(each -> check(each, answer));
            } else {
                notCompared += unknown.get(key).size();
            }
        }
        while (known.size() > MOST_KNOWN) {
            known.pollFirstEntry();
        }
    }

    /** Histories with raises and those without by turns, so that neither kind is left out; the most said first. */
    private static List<Key> inTurn(Map<Key, List<Said>> unknown) {
        Comparator<Key> mostSaid = Comparator.comparingInt(key -> -unknown.get(key).size());
        List<Key> raised = unknown.keySet().stream().filter(Key::raised).sorted(mostSaid).toList();
        List<Key> still = unknown.keySet().stream().filter(key -> !key.raised()).sorted(mostSaid).toList();
        return IntStream.range(0, Math.max(raised.size(), still.size())).boxed()
                .flatMap(i -> Stream.of(raised, still).filter(keys -> i < keys.size()).map(keys -> keys.get(i)))
                .toList();
    }

    private void check(Said each, int[] alone) {
        ExpectedAnswer expected = ExpectedAnswer.of(each.request, alone);
        GenerationResult result = each.result;
        if (!expected.is(result)) {
            throw new IllegalStateException("an answer at levels " + result.levels() + " to "
                    + each.request.prompt().size() + " tokens is " + result.tokens() + ", " + result.finishReason()
                    + "; alone " + expected);
        }
        compared++;
        stopped += result.finishReason() == FinishReason.STOP ? 1 : 0;
        raised += result.levels().size() > 1 ? 1 : 0;
    }

    /** Numbers for people and for the test, each before its words. */
    @Override
    public synchronized String toString() {
        return compared + " answers compared, " + notCompared + " answers not compared, " + raised
                + " compared with raises, " + stopped + " compared that stopped, " + known.size() + " answers known";
    }
}
