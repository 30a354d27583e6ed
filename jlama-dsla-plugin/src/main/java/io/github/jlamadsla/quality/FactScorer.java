package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

import io.github.jlamadsla.kernel.Rows;

/**
 * Scores the answers of a chat. Teacher-forced: the chat is read once, at all levels side by side, and an answer is
 * right when every token of it and its end is the likeliest. Generated: the chat is cut before the answer and written
 * on greedily until an end token; right when the text is the answer's. An answer that is right teacher-forced is right
 * generated too, since writing then chooses exactly the tokens that were read, from the same bits; only the others are
 * really generated. Used by one thread.
 */
public final class FactScorer {
    private static final int CHUNK = 128;
    /** Tokens that a generated answer may have beyond twice the right one's. */
    private static final int SPARE = 8;

    private final MeasuredModel measured;
    private final List<Integer> levels;
    private final LogitRows rows;
    private final int[] positions; // [rows] of the gathered rows
    private final int[] rowLevels; // [rows]

    /** What came out of one answer at one level. */
    public record Outcome(boolean teacherForced, boolean generated) {}

    /** @param levels ascending */
    public FactScorer(MeasuredModel measured, List<Integer> levels) {
        this.measured = measured;
        this.levels = List.copyOf(levels);
        this.rows = new LogitRows(measured, 1);
        this.positions = new int[rows.capacity()];
        this.rowLevels = new int[rows.capacity()];
    }

    /**
     * Scores one chat.
     *
     * @param progress told how many tokens have been read teacher-forced, all levels counted
     * @return {@code [level][answer]}
     * @throws IllegalArgumentException if the chat does not fit
     * @throws IllegalStateException if a logit is NaN
     */
    public List<List<Outcome>> score(FactChat chat, IntConsumer progress) {
        measured.checkFits(chat.needed(), levels);
        int[][] predicted = predict(chat, progress);
        List<List<Outcome>> outcomes = new ArrayList<>();
        for (int level = 0; level < levels.size(); level++) {
            List<Outcome> ofLevel = new ArrayList<>();
            for (FactChat.Answer answer : chat.answers()) {
                boolean forced = Arrays.equals(predicted[level], answer.from(), answer.to(), chat.tokens(),
                        answer.from(), answer.to());
                ofLevel.add(new Outcome(forced, forced || generates(chat, answer, levels.get(level))));
            }
            outcomes.add(ofLevel);
        }
        return outcomes;
    }

    /** {@code [levels][needed]}: the likeliest token at each position of an answer, -1 elsewhere. */
    private int[][] predict(FactChat chat, IntConsumer progress) {
        int[][] predicted = new int[levels.size()][chat.needed()];
        for (int[] ofLevel : predicted) {
            Arrays.fill(ofLevel, -1);
        }
        // The last token of the last answer is predicted, but predicts nothing that counts.
        int read = chat.needed() - 1;
        boolean[] wanted = wanted(chat);
        try (LevelBatch batch = new LevelBatch(measured, levels)) {
            for (int done = 0; done < read; done += CHUNK) {
                int n = Math.min(CHUNK, read - done);
                Rows hidden = batch.read(chat.tokens(), done, n);
                rows.clear();
                for (int level = 0; level < levels.size(); level++) {
                    for (int i = 0; i < n; i++) {
                        if (wanted[done + i + 1]) {
                            gather(hidden, level * n + i, level, done + i + 1, predicted);
                        }
                    }
                }
                flush(predicted);
                progress.accept(n * levels.size());
            }
        }
        return predicted;
    }

    private static boolean[] wanted(FactChat chat) {
        boolean[] wanted = new boolean[chat.needed()];
        chat.answers().forEach(answer -> Arrays.fill(wanted, answer.from(), answer.to(), true));
        return wanted;
    }

    private void gather(Rows hidden, int row, int level, int position, int[][] predicted) {
        if (rows.count() == rows.capacity()) {
            flush(predicted);
        }
        rowLevels[rows.count()] = level;
        positions[rows.count()] = position;
        rows.add(hidden, row);
    }

    private void flush(int[][] predicted) {
        if (rows.count() == 0) {
            return;
        }
        int[] largest = rows.argmax();
        for (int i = 0; i < rows.count(); i++) {
            if (largest[i] < 0) {
                throw new IllegalStateException("a logit of level " + levels.get(rowLevels[i]) + " behind "
                        + positions[i] + " tokens is NaN; nothing can be measured");
            }
            predicted[rowLevels[i]][positions[i]] = largest[i];
        }
        rows.clear();
    }

    /** Whether the model, left to itself, writes the answer. */
    boolean generates(FactChat chat, FactChat.Answer answer, int level) {
        int[] right = chat.text(answer);
        int room = measured.model().config().contextLength() - answer.from();
        Set<Integer> stop = new HashSet<>(measured.stopTokens());
        stop.add(chat.endToken());
        // With this scorer's rows, which are free by now: a level may get many answers wrong, and rows are large.
        GreedyWriter writer = new GreedyWriter(measured, List.of(level), stop,
                Math.min(room, 2 * right.length + SPARE), rows);
        GreedyAnswer written = writer.answer(List.of(chat.before(answer)), _ -> {
        }).getFirst().getFirst();
        return written.ended()
                && measured.codec().decode(written.tokens()).strip().equals(measured.codec().decode(right).strip());
    }
}
