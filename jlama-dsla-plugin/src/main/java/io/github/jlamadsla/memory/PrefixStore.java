package io.github.jlamadsla.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;

/**
 * The entries of a prefix cache within their share of the budget, and which of them give way: the least recently used
 * first, of one beginning the end first.
 */
final class PrefixStore {
    private final MemoryBudget budget;
    private final long most;
    private final PrefixBytes heldAlone = new PrefixBytes();
    private final PrefixIndex index = new PrefixIndex();
    private final TreeSet<PrefixNode> order = new TreeSet<>(Comparator.comparingLong(PrefixNode::lastUsed));
    private final Cache<PrefixKey, PrefixNode> nodes;
    private long bytes;
    private long evictions;
    private long tick; // one per use of an entry

    /** @param most bytes of the entries */
    PrefixStore(MemoryBudget budget, long most) {
        this.budget = budget;
        this.most = most;
        // Room is made before anything is put in, so that Caffeine's own choice, which is by frequency, never comes to
        // it: it turns away what comes new into a full cache, and the first turn of a chat always does.
        this.nodes = Caffeine.newBuilder().executor(Runnable::run).maximumWeight(most)
                .weigher((PrefixKey _, PrefixNode node) -> (int) Math.min(Integer.MAX_VALUE, node.bytes()))
                .removalListener((PrefixKey _, PrefixNode node, RemovalCause _) -> removed(node)).build();
    }

    /** Counts the bytes of entries that no sequence holds. */
    PrefixBytes heldAlone() {
        return heldAlone;
    }

    PrefixIndex index() {
        return index;
    }

    /** Bytes of the entries. */
    long bytes() {
        return bytes;
    }

    int entries() {
        return order.size();
    }

    /** Entries that gave way so far. */
    long evictions() {
        return evictions;
    }

    /** A mark: what is used or put after it is newer. */
    long now() {
        return tick;
    }

    /** @return null if it is not there */
    PrefixNode get(PrefixKey key) {
        return nodes.getIfPresent(key);
    }

    /** Adds what there is room for. */
    void put(PrefixNode node) {
        node.used(++tick);
        bytes += node.bytes();
        order.add(node);
        index.add(node);
        nodes.put(node.key(), node);
    }

    /** The first block counts as used last, so that of one beginning the end gives way first. */
    void use(List<? extends PrefixNode> used) {
        for (PrefixNode node : used.reversed()) {
            order.remove(node);
            node.used(++tick);
            order.add(node);
        }
    }

    /** Lets entries go until there is room for more within the share; those newer than the mark stay. */
    boolean makeRoom(long more, long mark) {
        while (more <= most && bytes + more > most && order.first().lastUsed() <= mark) {
            evict(order.first());
        }
        return bytes + more <= most;
    }

    /** Lets entries go until the budget has so much free; those newer than the mark stay. */
    boolean makeFree(long more, long mark) {
        long missing = more - (budget.limit() - budget.used());
        if (missing > 0) {
            free(missing, mark);
        }
        return more <= budget.limit() - budget.used();
    }

    /**
     * Frees bytes, or nothing if there are not so many. What sequences hold too frees nothing and stays.
     *
     * @param mark entries newer than it stay
     * @return entries that gave way
     */
    int free(long missing, long mark) {
        if (missing > heldAlone.get()) {
            return 0;
        }
        List<PrefixNode> victims = new ArrayList<>();
        long freed = 0;
        for (Iterator<PrefixNode> next = order.iterator(); freed < missing && next.hasNext();) {
            PrefixNode node = next.next();
            if (node.lastUsed() <= mark && node.heldAlone() > 0) {
                victims.add(node);
                freed += node.heldAlone();
            }
        }
        if (freed < missing) {
            return 0;
        }
        victims.forEach(this::evict);
        return victims.size();
    }

    private void evict(PrefixNode node) {
        evictions++;
        nodes.invalidate(node.key());
    }

    private void removed(PrefixNode node) {
        order.remove(node);
        index.remove(node);
        bytes -= node.bytes();
        node.close();
    }

    /** Lets everything go. */
    void clear() {
        nodes.invalidateAll();
    }
}
