package io.github.jlamadsla.checkpoint;

/** Where a converted layer's keys, values and gate logits come from (DESIGN section 2). */
public enum DslaForm {
    /** Own k and v projections, gates from the layer's input: the form of the authors' code. */
    RELEASED,
    /** The base layer's k and v, gates from them: states can be made from a KV cache. */
    FOLDING
}
