package io.github.jlamadsla.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.github.jlamadsla.kernel.KvLayout;

/** The entries of a prefix cache by the tokens they follow, so that those of all level histories are found. */
final class PrefixIndex {
    private final Map<String, List<PrefixNode>> nodes = new HashMap<>(); // by name of the complete blocks

    /**
     * A point from which a sequence could go on.
     *
     * @param snapshot null if pages alone are enough
     */
    record Point(int position, LevelHistory history, PrefixNode.Snapshot snapshot) {}

    void add(PrefixNode node) {
        nodes.computeIfAbsent(node.key().blocks(), _ -> new ArrayList<>(1)).add(node);
    }

    void remove(PrefixNode node) {
        nodes.computeIfPresent(node.key().blocks(), (_, list) -> {
            list.remove(node);
            return list.isEmpty() ? null : list;
        });
    }

    /**
     * Finds all points of which everything is there: pages of all blocks before and, where a layer has no pages, a
     * snapshot.
     *
     * @param most tokens that a point may have
     */
    void points(TokenChain chain, int[] tokens, int most, Consumer<Point> found) {
        Set<LevelHistory> whole = Set.of(); // histories whose blocks are all there so far
        for (int blocks = 0; blocks * KvLayout.POSITIONS <= most; blocks++) {
            int end = blocks * KvLayout.POSITIONS;
            List<PrefixNode> here = nodes.getOrDefault(chain.name(tokens, blocks), List.of());
            whole = follow(here, blocks, whole, found);
            for (PrefixNode node : here) {
                if (node instanceof PrefixNode.Snapshot snapshot && node.key().tailFits(tokens, end, most)
                        && (blocks == 0 || !snapshot.paged() || whole.contains(node.key().history().before(end)))) {
                    found.accept(new Point(node.position(), node.key().history(), snapshot));
                }
            }
        }
    }

    /** @return of the histories that were whole before these blocks, those that still are */
    private static Set<LevelHistory> follow(List<PrefixNode> here, int blocks, Set<LevelHistory> before,
            Consumer<Point> found) {
        Set<LevelHistory> whole = new HashSet<>();
        int start = (blocks - 1) * KvLayout.POSITIONS;
        for (PrefixNode node : here) {
            if (node instanceof PrefixNode.Block block) {
                LevelHistory history = node.key().history();
                if (blocks == 1 || before.contains(history.before(start))) {
                    whole.add(history);
                    if (block.complete()) {
                        found.accept(new Point(node.position(), history, null));
                    }
                }
            }
        }
        return whole;
    }
}
