package io.github.jlamadsla.serve;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;

import io.github.jlamadsla.memory.PrefixCache;

/**
 * What a server is doing, for programs and figures. A value, made between two steps when the last is 50 ms old: so while
 * requests run it is older than that by up to the step in progress, and while there are some of which none can run at
 * most a second old. Of an idle server it is the last there was, which is still right but for {@link LoadSnapshot#now}.
 *
 * @param load what the level is decided from: level, queue, memory, predicted time to first token
 * @param memory bytes of the budget, by kind
 * @param prediction of the time to first token, and how good it has been
 * @param counts since the start
 * @param prefixes hits, misses, evictions and bytes of the prefix cache; zeros without one
 */
public record ServerSnapshot(LoadSnapshot load, Memory memory, Prediction prediction, Counts counts,
        PrefixCache.Counts prefixes) {

    /** Why a request was not taken. */
    public enum Refusal {
        /** As many requests as may be had not ended. */
        REQUESTS,
        /** Their prompts had as many tokens as may be. */
        PROMPT_TOKENS,
        /** Its deadline would have passed before its first token. */
        DEADLINE,
        /** It could not have fitted the budget even alone, at its highest allowed level. */
        MEMORY
    }

    /**
     * @param limit bytes that may be in use
     * @param pages of keys and values that requests hold, those that the prefix cache holds too included
     * @param states of requests, with their exact windows
     * @param prefixes what only the prefix cache holds, of either kind
     */
    public record Memory(long limit, long pages, long states, long prefixes) {

        /** Bytes in use. */
        public long used() {
            return pages + states + prefixes;
        }
    }

    /**
     * @param seconds time to first token of the last in the queue, at the global level; 0 without a queue
     * @param error mean relative distance of the real times to first token from those predicted when the requests came,
     *        |real - predicted| / real, the latest counting most; 0 before the first
     * @param requests how many it has been measured on
     */
    public record Prediction(double seconds, double error, long requests) {}

    /**
     * @param moves of the global level
     * @param lastMove the latest, or one that stays before the first
     * @param raisedLayers of running requests, their owners' raises included
     * @param refusals by reason, every reason a key
     */
    public record Counts(long moves, LevelMove lastMove, long raisedLayers, Map<Refusal, Long> refusals) {
        public Counts {
            Map<Refusal, Long> all = none();
            all.putAll(refusals);
            refusals = Collections.unmodifiableMap(all);
        }

        /** Of all reasons together. */
        public long allRefusals() {
            return refusals.values().stream().mapToLong(Long::longValue).sum();
        }

        private static Map<Refusal, Long> none() {
            return counted(_ -> 0);
        }
    }

    /** The same with the refusals and prefixes, which are counted elsewhere. */
    public ServerSnapshot with(Map<Refusal, Long> refusals, PrefixCache.Counts prefixCounts) {
        return new ServerSnapshot(load, memory, prediction,
                new Counts(counts.moves(), counts.lastMove(), counts.raisedLayers(), refusals), prefixCounts);
    }

    static Map<Refusal, Long> counted(ToLongFunction<Refusal> count) {
        Map<Refusal, Long> all = new EnumMap<>(Refusal.class);
        Arrays.stream(Refusal.values()).forEach(reason -> all.put(reason, count.applyAsLong(reason)));
        return all;
    }
}
