package io.github.jlamadsla.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.memory.PrefixIndex.Point;

/**
 * Beginnings of sequences that later ones need not read again (DESIGN section 4, "Prefix reuse"): pages of keys and
 * values per block of 64 positions, and, for layers that have none, snapshots of what they remember at a point. An entry
 * is known by model, scope, all tokens up to its end and the level history; a point is found with all that belongs to
 * it or not at all. Its bytes count in the budget of the sequences and give way when those need them, the least
 * recently used first and of one beginning the end first. Used by one thread, but for {@link #counts}.
 */
public final class PrefixCache implements AutoCloseable {
    /** Share of the budget unless another is wanted. */
    public static final double DEFAULT_SHARE = 0.5;

    private static final Logger LOG = LoggerFactory.getLogger(PrefixCache.class);

    private final MemoryBudget budget;
    private final String fingerprint;
    private final PrefixStore store;
    private final Shortage shortage = new Shortage();
    private long hits;
    private long misses;
    private long hitTokens;
    private volatile Counts counts = Counts.NONE;

    /**
     * What has happened, and what is held.
     *
     * @param hits sequences that began with a cached prefix
     * @param misses those that began with none
     * @param hitTokens tokens that the hits did not read
     * @param evictions entries that gave way
     * @param bytes held, those that sequences hold too included
     * @param entries blocks and snapshots held
     */
    public record Counts(long hits, long misses, long hitTokens, long evictions, long bytes, int entries) {

        /** Nothing has happened. */
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);
    }

    /** What gave way since the last report. */
    private static final class Shortage {
        private long bytes;
        private int entries;
        private String what;

        void add(long moreBytes, int moreEntries, String whose) {
            what = entries == 0 ? whose : what;
            bytes += moreBytes;
            entries += moreEntries;
        }

        void clear() {
            bytes = 0;
            entries = 0;
        }
    }

    /**
     * @param budget of the sequences whose prefixes these are: relieved by this cache from here on, and reserved from
     *        its thread alone
     * @param share of the budget's limit that the entries may take at most, above 0, at most 1
     * @param fingerprint of the model
     */
    public PrefixCache(MemoryBudget budget, double share, String fingerprint) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the share of prefixes is " + share + "; allowed: above 0, at most 1, or no cache");
        }
        this.budget = budget;
        this.fingerprint = fingerprint;
        this.store = new PrefixStore(budget, (long) (budget.limit() * share));
        budget.relief(this::relieve);
    }

    /** For a sequence of this scope. */
    public TokenChain chain(String scope) {
        return new TokenChain(fingerprint, scope);
    }

    /** Which points will do. */
    @FunctionalInterface
    public interface Usable {

        /** @param position tokens up to the point */
        boolean test(int position, LevelHistory history);
    }

    /** {@link #find(TokenChain, int[], int, Usable, int)} at any position. */
    public Prefix find(TokenChain chain, int[] tokens, int most, Predicate<LevelHistory> usable, int preferred) {
        return find(chain, tokens, most, (_, history) -> usable.test(history), preferred);
    }

    /**
     * Finds the longest usable prefix; of several equally long ones that whose level is nearest to the one preferred,
     * else the lower.
     *
     * @param tokens of the sequence
     * @param most tokens that may come from the cache
     * @param usable which points will do
     * @return null if there is none
     */
    public Prefix find(TokenChain chain, int[] tokens, int most, Usable usable, int preferred) {
        List<Point> points = new ArrayList<>();
        store.index().points(chain, tokens, most, point -> {
            if (usable.test(point.position(), point.history())) {
                points.add(point);
            }
        });
        return points.stream()
                .max(Comparator.comparingInt(Point::position)
                        .thenComparingInt(p -> -Math.abs(p.history().level() - preferred))
                        .thenComparingInt(p -> -p.history().level()))
                .map(p -> new Prefix(p.position(), p.history(),
                        p.snapshot() == null || p.snapshot().paged()
                                ? blocks(chain, tokens, p.position() / KvLayout.POSITIONS, p.history())
                                : List.of(),
                        p.snapshot()))
                .orElse(null);
    }

    /** The pages of the first blocks, as far as they are there. */
    private List<PrefixNode.Block> blocks(TokenChain chain, int[] tokens, int count, LevelHistory history) {
        List<PrefixNode.Block> found = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            PrefixNode node = store.get(blockKey(chain, tokens, i, history));
            if (node == null) {
                break;
            }
            found.add((PrefixNode.Block) node);
        }
        return found;
    }

    private static PrefixKey blockKey(TokenChain chain, int[] tokens, int blocks, LevelHistory history) {
        return PrefixKey.block(chain.name(tokens, blocks), history.before(blocks * KvLayout.POSITIONS));
    }

    /**
     * A memory that begins with a prefix: pages are shared, all else is copied.
     *
     * @throws MemoryBudgetException if the copies do not fit; then nothing is held
     */
    public SequenceMemory open(Prefix prefix) {
        PrefixNode.Snapshot snapshot = prefix.snapshot();
        if (snapshot == null) {
            store.use(prefix.blocks());
            return opened(prefix, prefix.open(budget));
        }
        store.use(List.of(snapshot));
        store.use(prefix.blocks());
        snapshot.inUse(true);
        try {
            return opened(prefix, prefix.open(budget));
        } finally {
            snapshot.inUse(false);
        }
    }

    private SequenceMemory opened(Prefix prefix, SequenceMemory memory) {
        hits++;
        hitTokens += prefix.position();
        publish();
        return memory;
    }

    /** Counts a sequence that began without a prefix. */
    public void missed() {
        misses++;
        publish();
    }

    /**
     * Keeps the complete blocks that a sequence has read since it had {@code from}, as far as there is room and those
     * before them are kept. What is there already takes the place of the sequence's own.
     *
     * @param tokens of the sequence
     * @param history up to its position; its present level is the one that these blocks were read at
     * @param from blocks that it had before
     */
    public void keepBlocks(TokenChain chain, int[] tokens, SequenceMemory memory, LevelHistory history, int from) {
        int complete = memory.position() / KvLayout.POSITIONS;
        if (complete == from || !Kept.possible(memory)) {
            return;
        }
        List<PrefixNode.Block> kept = blocks(chain, tokens, from, history);
        if (kept.size() < from) {
            return;
        }
        long mark = store.now();
        store.use(kept);
        for (int i = from; i < complete; i++) {
            PrefixNode.Block block = keepBlock(blockKey(chain, tokens, i + 1, history), memory, i, mark);
            if (block == null) {
                break;
            }
            kept.add(block);
        }
        store.use(kept);
        publish();
    }

    /** @return null if there are no pages or there is no room for them */
    private PrefixNode.Block keepBlock(PrefixKey key, SequenceMemory memory, int index, long mark) {
        if (store.get(key) instanceof PrefixNode.Block block) {
            block.replaceIn(memory, index);
            store.use(List.of(block));
            return block;
        }
        SharedPage[] pages = Kept.pages(memory, index);
        long size = PrefixNode.Block.bytes(pages);
        if (size == 0 || !store.makeRoom(size, mark)) {
            return null;
        }
        PrefixNode.Block block = new PrefixNode.Block(key, (index + 1) * KvLayout.POSITIONS, pages, store.heldAlone());
        store.put(block);
        return block;
    }

    /**
     * Keeps what a sequence remembers now, so that another can go on from here; where all layers have pages, blocks are
     * enough and nothing is done. Nothing is kept either if there is no room or a block before is not kept.
     *
     * @param tokens of the sequence
     * @param history up to its position
     */
    public void keepSnapshot(TokenChain chain, int[] tokens, SequenceMemory memory, LevelHistory history) {
        int position = memory.position();
        if (position == 0 || !Kept.possible(memory) || Kept.allPaged(memory)) {
            return;
        }
        int count = position / KvLayout.POSITIONS;
        List<PrefixNode.Block> blocks = List.of();
        if (Kept.anyPaged(memory)) {
            blocks = blocks(chain, tokens, count, history);
            if (blocks.size() < count) {
                return;
            }
        }
        PrefixKey key = PrefixKey.snapshot(chain.name(tokens, count), tokens, count * KvLayout.POSITIONS, position,
                history);
        long mark = store.now();
        store.use(blocks);
        PrefixNode node = store.get(key);
        if (node != null) {
            store.use(List.of(node));
        } else {
            long size = Kept.snapshotBytes(memory);
            if (store.makeRoom(size, mark) && store.makeFree(size, mark)) {
                store.put(new PrefixNode.Snapshot(key, position, Kept.copies(memory, budget), store.heldAlone()));
            }
        }
        store.use(blocks);
        publish();
    }

    private void relieve(long missing, String what) {
        long used = budget.used();
        int entries = store.free(missing, Long.MAX_VALUE);
        if (entries > 0) {
            shortage.add(used - budget.used(), entries, what);
            publish();
        }
    }

    /** Logs what gave way since the last call: one line for all that one step needed. */
    public void report() {
        if (shortage.entries > 0) {
            LOG.info(
                    "cached prefixes gave way: {} bytes in {} entries, for {} and what followed in the step; {} bytes in {} are left",
                    shortage.bytes, shortage.entries, shortage.what, store.bytes(), store.entries());
            shortage.clear();
        }
    }

    /** Bytes that only this holds: those that a sequence gets when it needs them. */
    public long heldAlone() {
        return store.heldAlone().get();
    }

    private void publish() {
        counts = new Counts(hits, misses, hitTokens, store.evictions(), store.bytes(), store.entries());
    }

    /** Of them, those of pages of keys and values. */
    public long pagesHeldAlone() {
        return store.heldAlone().pages();
    }

    /** What has happened so far. Any thread. */
    public Counts counts() {
        return counts;
    }

    /** Lets everything go; what sequences hold too stays theirs. */
    @Override
    public void close() {
        store.clear();
        publish();
    }
}
