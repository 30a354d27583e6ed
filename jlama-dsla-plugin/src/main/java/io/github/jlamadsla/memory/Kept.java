package io.github.jlamadsla.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.jlamadsla.kernel.KvLayout;

/** What of a sequence's memory the prefix cache keeps, by kind of layer. */
final class Kept {

    private Kept() {}

    private static Stream<LayerMemory> layers(SequenceMemory memory) {
        return IntStream.range(0, memory.layers()).mapToObj(memory::layer);
    }

    /** Whether all layers remember in a way that can be kept. */
    static boolean possible(SequenceMemory memory) {
        return layers(memory).allMatch(m -> m instanceof PagedKeyValues || m instanceof CopyableMemory);
    }

    static boolean allPaged(SequenceMemory memory) {
        return layers(memory).allMatch(PagedKeyValues.class::isInstance);
    }

    static boolean anyPaged(SequenceMemory memory) {
        return layers(memory).anyMatch(PagedKeyValues.class::isInstance);
    }

    /** @return {@code [layers]} pages of one index, null where a layer has none */
    static SharedPage[] pages(SequenceMemory memory, int index) {
        return layers(memory).map(m -> m instanceof PagedKeyValues paged ? paged.sharedPage(index) : null)
                .toArray(SharedPage[]::new);
    }

    /** Bytes of {@link #copies}. */
    static long snapshotBytes(SequenceMemory memory) {
        boolean part = memory.position() % KvLayout.POSITIONS != 0;
        return layers(memory).mapToLong(
                m -> m instanceof PagedKeyValues paged ? part ? paged.layout().pageBytes() : 0 : m.bytes()).sum();
    }

    /** @return {@code [layers]} what each remembers besides complete pages */
    static LayerMemory[] copies(SequenceMemory memory, MemoryBudget budget) {
        List<LayerMemory> copies = new ArrayList<>();
        try {
            layers(memory).forEach(m -> copies.add(m instanceof PagedKeyValues paged
                    ? paged.copyOfPart(memory.position())
                    : ((CopyableMemory) m).copy(budget)));
            return copies.toArray(LayerMemory[]::new);
        } catch (RuntimeException | Error e) {
            copies.forEach(LayerMemory::close);
            throw e;
        }
    }
}
