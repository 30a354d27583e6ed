package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scores chats about hidden facts, set by set. */
public final class FactMeasurement {
    private static final Pattern LENGTH = Pattern.compile("[^0-9]*([0-9]{1,6})([kK]?)");

    private FactMeasurement() {}

    /** Tokens that {@link #of} will report as read. */
    public static long work(List<FactChat> chats, int levels) {
        return chats.stream().mapToLong(chat -> chat.needed() - 1L).sum() * levels;
    }

    /**
     * Scores all chats.
     *
     * @param levels ascending
     * @param progress as of {@link FactScorer#score}
     * @return one per set, in the order in which the sets first come
     */
    public static List<FactFigures> of(MeasuredModel measured, List<FactChat> chats, List<Integer> levels,
            IntConsumer progress) {
        chats.forEach(chat -> measured.checkFits(chat.needed(), levels));
        FactScorer scorer = new FactScorer(measured, levels);
        Map<String, List<List<List<FactScorer.Outcome>>>> bySet = new LinkedHashMap<>();
        for (FactChat chat : chats) {
            bySet.computeIfAbsent(chat.set(), _ -> new ArrayList<>()).add(scorer.score(chat, progress));
        }
        List<FactFigures> figures = new ArrayList<>();
        bySet.forEach((set, outcomes) -> figures.add(figures(set, outcomes, levels)));
        return figures;
    }

    private static FactFigures figures(String set, List<List<List<FactScorer.Outcome>>> chats, List<Integer> levels) {
        List<FactFigures.OfLevel> ofLevels = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            int index = i;
            List<FactScorer.Outcome> outcomes = chats.stream().flatMap(chat -> chat.get(index).stream()).toList();
            int forced = (int) outcomes.stream().filter(FactScorer.Outcome::teacherForced).count();
            int generated = (int) outcomes.stream().filter(FactScorer.Outcome::generated).count();
            ofLevels.add(new FactFigures.OfLevel(levels.get(i), new Share(forced, outcomes.size()),
                    new Share(generated, outcomes.size())));
        }
        return new FactFigures(set, chats.size(), ofLevels);
    }

    /** Context length in a set's name, as 512 of {@code ev512} and 2,048 of {@code ev2k}; none if it has none. */
    public static OptionalInt contextLength(String set) {
        Matcher length = LENGTH.matcher(set);
        if (!length.matches() || Integer.parseInt(length.group(1)) == 0) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(length.group(1)) * (length.group(2).isEmpty() ? 1 : 1_024));
    }
}
