package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.memory.SequenceMemory;
import io.github.jlamadsla.model.SequenceStep;

/**
 * Writes on greedily from several prompts at several levels, many sequences side by side in one step. What a sequence
 * writes does not depend on the others. Used by one thread.
 */
public final class GreedyWriter {
    private static final int CHUNK = 128;
    /** Sequences side by side: enough rows for full speed. */
    private static final int MOST_SEQUENCES = 64;

    private final MeasuredModel measured;
    private final List<Integer> levels;
    private final Set<Integer> stop;
    private final int mostTokens;
    private final LogitRows rows;

    /** One sequence on its way. */
    private static final class Line {
        private final SequenceMemory memory;
        private final int level; // index
        private final List<Integer> written = new ArrayList<>();
        private int last;
        private boolean ended;

        Line(SequenceMemory memory, int level) {
            this.memory = memory;
            this.level = level;
        }
    }

    /**
     * @param levels ascending
     * @param stop tokens that end an answer
     * @param mostTokens of an answer, 1 or more
     */
    public GreedyWriter(MeasuredModel measured, List<Integer> levels, Set<Integer> stop, int mostTokens) {
        this(measured, levels, stop, mostTokens, new LogitRows(measured, levels.size()));
    }

    /** @param rows scratch for at least one row per level, nobody else's while this writes */
    GreedyWriter(MeasuredModel measured, List<Integer> levels, Set<Integer> stop, int mostTokens, LogitRows rows) {
        this.measured = measured;
        this.levels = List.copyOf(levels);
        this.stop = new HashSet<>(stop);
        this.mostTokens = mostTokens;
        this.rows = rows;
    }

    /**
     * Answers prompts.
     *
     * @param prompts token ids, each with room for an answer in the model's context
     * @param progress told how many tokens have been read or written, all levels counted; an answer counts as one of
     *        greatest length, however early it ends
     * @return {@code [prompt][level]}
     * @throws IllegalArgumentException if a prompt is empty or does not fit
     */
    public List<List<GreedyAnswer>> answer(List<int[]> prompts, IntConsumer progress) {
        for (int[] prompt : prompts) {
            if (prompt.length == 0) {
                throw new IllegalArgumentException("a prompt is empty; allowed: at least one token");
            }
            measured.checkFits(prompt.length + mostTokens, levels);
        }
        List<List<GreedyAnswer>> answers = new ArrayList<>();
        while (answers.size() < prompts.size()) {
            List<int[]> group = group(prompts.subList(answers.size(), prompts.size()));
            answers.addAll(answerTogether(group, progress));
        }
        return answers;
    }

    /** As many prompts as may run side by side, by number and by memory; at least one. */
    private List<int[]> group(List<int[]> prompts) {
        long bytes = 0;
        int count = 0;
        while (count < prompts.size() && (count + 1) * levels.size() <= Math.max(MOST_SEQUENCES, levels.size())) {
            bytes += measured.bytes(prompts.get(count).length + mostTokens, levels);
            if (count > 0 && bytes > measured.budget().limit()) {
                break;
            }
            count++;
        }
        return prompts.subList(0, count);
    }

    private List<List<GreedyAnswer>> answerTogether(List<int[]> prompts, IntConsumer progress) {
        List<LevelBatch> batches = new ArrayList<>();
        try {
            List<List<Line>> lines = new ArrayList<>();
            for (int[] prompt : prompts) {
                LevelBatch batch = new LevelBatch(measured, levels);
                batches.add(batch);
                lines.add(read(prompt, batch, progress));
            }
            List<Line> all = lines.stream().flatMap(List::stream).sorted(Comparator.comparingInt(line -> line.level))
                    .toList();
            for (int step = 1; step < mostTokens; step++) {
                write(all.stream().filter(line -> !line.ended).toList());
                progress.accept(all.size());
            }
            progress.accept(all.size());
            return lines.stream().map(ofPrompt -> ofPrompt.stream().map(GreedyWriter::answer).toList()).toList();
        } finally {
            batches.forEach(LevelBatch::close);
        }
    }

    private static GreedyAnswer answer(Line line) {
        return new GreedyAnswer(line.written.stream().mapToInt(Integer::intValue).toArray(), line.ended);
    }

    /** Reads a prompt at every level and chooses the first tokens. */
    private List<Line> read(int[] prompt, LevelBatch batch, IntConsumer progress) {
        rows.clear();
        for (int done = 0; done < prompt.length; done += CHUNK) {
            int n = Math.min(CHUNK, prompt.length - done);
            Rows hidden = batch.read(prompt, done, n);
            if (done + n == prompt.length) {
                for (int level = 0; level < levels.size(); level++) {
                    rows.add(hidden, (level + 1) * n - 1);
                }
            }
            progress.accept(n * levels.size());
        }
        List<Line> lines = new ArrayList<>();
        for (int level = 0; level < levels.size(); level++) {
            lines.add(new Line(batch.memories().get(level), level));
        }
        choose(lines);
        return lines;
    }

    /** One token more for each line. */
    private void write(List<Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        Rows hidden = measured.model().forward(
                lines.stream().map(line -> new SequenceStep(line.memory, new int[]{line.last}, 0, 1)).toList(),
                measured.workspace());
        // The rows must be kept: choosing begins the workspace's next use.
        int width = measured.model().config().hiddenSize();
        float[] kept = new float[lines.size() * width];
        for (int i = 0; i < lines.size(); i++) {
            System.arraycopy(hidden.data(), hidden.at(i), kept, i * width, width);
        }
        for (int from = 0; from < lines.size(); from += rows.capacity()) {
            List<Line> some = lines.subList(from, Math.min(lines.size(), from + rows.capacity()));
            rows.clear();
            for (int i = 0; i < some.size(); i++) {
                rows.add(Rows.of(kept, width), from + i);
            }
            choose(some);
        }
    }

    /** The likeliest token of each line; its logits are those of the gathered rows. */
    private void choose(List<Line> lines) {
        int[] largest = rows.argmax();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (largest[i] < 0) {
                throw new IllegalStateException("a logit of level " + levels.get(line.level) + " behind "
                        + line.memory.position() + " tokens is NaN; nothing can be measured");
            }
            line.last = largest[i];
            line.ended = stop.contains(line.last);
            if (!line.ended) {
                line.written.add(line.last);
            }
        }
    }
}
