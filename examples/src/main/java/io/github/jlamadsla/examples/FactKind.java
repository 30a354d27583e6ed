package io.github.jlamadsla.examples;

/** The five kinds of facts that the demo model can find in a text. */
enum FactKind {
    SECRET_NUMBER, PLACE, JOB, FIRST_PASSWORD, LATEST_PASSWORD;

    /** The kinds in turn: any two neighbours differ, five in a row are all of them. */
    static FactKind of(long turn) {
        return values()[(int) Math.floorMod(turn, (long) values().length)];
    }
}
