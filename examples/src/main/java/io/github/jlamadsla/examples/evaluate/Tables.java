package io.github.jlamadsla.examples.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.jlamadsla.quality.Estimate;
import io.github.jlamadsla.quality.FactFigures;
import io.github.jlamadsla.quality.PromptFigures;
import io.github.jlamadsla.quality.Share;
import io.github.jlamadsla.quality.TextFigures;
import io.github.jlamadsla.quality.TextMeasurement;

/** Results as Markdown tables, which also read well on a screen. */
final class Tables {
    private static final String NONE = "-";

    private Tables() {}

    static List<String> lines(Results results) {
        List<String> lines = new ArrayList<>();
        results.texts().forEach(text -> lines.addAll(text(text)));
        if (!results.facts().isEmpty()) {
            lines.addAll(facts(results.facts()));
        }
        if (!results.prompts().isEmpty()) {
            lines.addAll(prompts(results));
        }
        return lines;
    }

    private static List<String> text(TextMeasurement text) {
        List<String> lines = new ArrayList<>();
        lines.add(format("**Text**, %,d tokens in %,d blocks of %,d, each alone, first token of a block not scored",
                text.tokens(), text.tokens() / text.context(), text.context()));
        lines.add("");
        lines.add("| level | nats per token | perplexity | nats above level 0 | KL(level 0, level) | equal argmax |");
        lines.add("|---|---|---|---|---|---|");
        for (TextFigures level : text.levels()) {
            lines.add(format("| %d | %s | %.3f | %s | %s | %s |", level.level(), estimate(level.nats(), 4),
                    level.perplexity(), estimate(level.above(), 4), estimate(level.divergence(), 5),
                    estimate(level.equal(), 4)));
        }
        lines.add("");
        return lines;
    }

    private static List<String> facts(List<FactFigures> sets) {
        List<String> lines = new ArrayList<>();
        lines.add("**Hidden facts**, share of questions answered right, 95 % interval after Wilson");
        lines.add("");
        lines.add("| set | chats | questions | level | teacher-forced | generated |");
        lines.add("|---|---|---|---|---|---|");
        for (FactFigures set : sets) {
            for (FactFigures.OfLevel level : set.levels()) {
                lines.add(format("| %s | %,d | %,d | %d | %s | %s |", set.set(), set.chats(),
                        level.teacherForced().of(), level.level(), share(level.teacherForced()),
                        share(level.generated())));
            }
        }
        lines.add("");
        return lines;
    }

    private static List<String> prompts(Results results) {
        List<String> lines = new ArrayList<>();
        lines.add(format("**Prompts**, %,d answered greedily, %d tokens at most; 95 %% interval after Wilson",
                results.promptCount(), PromptFigures.WRITTEN));
        lines.add("");
        lines.add(
                format("| level | equal to level 0 in the first %d tokens | in common, tokens of %d | ends in a loop |",
                        PromptFigures.COMPARED, PromptFigures.COMPARED));
        lines.add("|---|---|---|---|");
        for (PromptFigures level : results.prompts()) {
            lines.add(format("| %d | %s | %s | %s |", level.level(), share(level.equal()), estimate(level.common(), 1),
                    share(level.loops())));
        }
        lines.add("");
        return lines;
    }

    private static String estimate(Estimate estimate, int decimals) {
        if (Double.isNaN(estimate.mean())) {
            return NONE;
        }
        String mean = format("%." + decimals + "f", estimate.mean());
        return Double.isNaN(estimate.standardError())
                ? mean
                : mean + format(" ± %." + decimals + "f", estimate.standardError());
    }

    private static String share(Share share) {
        return share.of() == 0 ? NONE : format("%.3f (%.3f to %.3f)", share.value(), share.low(), share.high());
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
