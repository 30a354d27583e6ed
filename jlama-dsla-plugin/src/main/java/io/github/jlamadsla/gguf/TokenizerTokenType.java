package io.github.jlamadsla.gguf;

/** What a token of a GGUF vocabulary is for. The file's numbers begin with 1, in this order. */
enum TokenizerTokenType {
    /** A piece of text. */
    NORMAL,
    /** Stands for what the vocabulary cannot spell. */
    UNKNOWN,
    /** Steers the model; text does not contain it. */
    CONTROL,
    /** A text that is always a token of its own. */
    USER_DEFINED,
    /** Only fills a number. */
    UNUSED,
    /** One byte, spelled {@code <0x0A>}. */
    BYTE;

    private static final TokenizerTokenType[] ALL = values();

    static final String ALLOWED = "1 to " + ALL.length;

    /** The type of a number in a file, null if there is none. */
    static TokenizerTokenType of(long number) {
        return number < 1 || number > ALL.length ? null : ALL[(int) number - 1];
    }
}
