package io.github.jlamadsla.it.e2e;

/**
 * An engine at a level.
 *
 * @param engine which
 * @param level DSLA layers; 0 for Jlama, which has none
 */
record Contender(EngineKind engine, int level) {
    static final Contender JLAMA = new Contender(EngineKind.JLAMA, 0);
    static final Contender LEVEL_0 = new Contender(EngineKind.OWN, 0);

    /** Name for people. */
    String title() {
        return engine == EngineKind.JLAMA ? engine.title() : engine.title() + " level " + level;
    }
}
