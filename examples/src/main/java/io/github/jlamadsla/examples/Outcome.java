package io.github.jlamadsla.examples;

/**
 * A question that was asked.
 *
 * @param textTokens tokens of the text that was read, as planned: 2,000 stands for a little less
 * @param level the level it was asked at
 * @param answer what came back
 * @param verdict whether that is right
 */
record Outcome(int textTokens, int level, Answer answer, Verdict verdict) {

    /** UNKNOWN: the person asked, only they know. */
    enum Verdict {
        RIGHT, WRONG, UNKNOWN;

        static Verdict of(HiddenFact fact, Answer answer) {
            return Judge.isRight(fact.answer(), answer.text()) ? RIGHT : WRONG;
        }
    }
}
