package io.github.jlamadsla.quality;

import java.util.ArrayList;
import java.util.List;

/**
 * Greedy answers of one level beside those of level 0.
 *
 * @param level DSLA layers
 * @param equal answers equal to level 0 in the first {@value #COMPARED} tokens; of none without level 0
 * @param loops answers that end in a loop
 * @param common tokens, of the first {@value #COMPARED}, that an answer begins with as level 0 does, on average over
 *        the prompts; NaN without level 0
 */
public record PromptFigures(int level, Share equal, Share loops, Estimate common) {
    /** Tokens that are written. */
    public static final int WRITTEN = 64;
    /** Tokens that are compared with level 0. */
    public static final int COMPARED = 32;

    /**
     * Of answers.
     *
     * @param levels ascending
     * @param answers {@code [prompt][level]}, {@value #WRITTEN} tokens at most
     */
    public static List<PromptFigures> of(List<Integer> levels, List<List<GreedyAnswer>> answers) {
        boolean compared = levels.getFirst() == 0;
        List<PromptFigures> figures = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            int index = i;
            int equal = 0;
            double[] common = new double[answers.size()];
            for (int prompt = 0; prompt < common.length; prompt++) {
                GreedyAnswer answer = answers.get(prompt).get(index);
                GreedyAnswer base = answers.get(prompt).getFirst();
                equal += answer.equal(base, COMPARED) ? 1 : 0;
                common[prompt] = compared ? answer.common(base, COMPARED) : Double.NaN;
            }
            int loops = (int) answers.stream().filter(ofPrompt -> ofPrompt.get(index).loops()).count();
            figures.add(new PromptFigures(levels.get(i),
                    compared ? new Share(equal, answers.size()) : new Share(0, 0),
                    new Share(loops, answers.size()), Estimate.of(common)));
        }
        return figures;
    }
}
