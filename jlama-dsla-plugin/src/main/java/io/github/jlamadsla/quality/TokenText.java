package io.github.jlamadsla.quality;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.jlamadsla.text.TextCodec;

/**
 * A text file as tokens: documents are separated by NUL, each begins with a token of its own, and is encoded in pieces
 * of 100,000 characters (code points), as the published figures were taken. Read and encoded only as far as tokens are
 * asked for.
 */
public final class TokenText {
    /** Most tokens: an int array of 64 MB. */
    public static final int MOST_TOKENS = 1 << 24;
    /** Says that documents begin with no token of their own. */
    public static final int NO_TOKEN = -1;

    private static final int PIECE = 100_000;

    private final TextCodec codec;
    private final int beginToken;
    private final int most;
    private final StringBuilder piece = new StringBuilder();
    private int characters; // code points in the piece
    private boolean begun; // whether the document has its first token
    private int[] tokens = new int[1 << 12];
    private int count;

    private TokenText(TextCodec codec, int beginToken, int most) {
        this.codec = codec;
        this.beginToken = beginToken;
        this.most = most;
    }

    /**
     * Reads a file. Text that spells a special token stays text.
     *
     * @param file UTF-8, plain or in gzip
     * @param beginToken first token of each document, or {@link #NO_TOKEN}
     * @param most tokens at most, 1 to {@link #MOST_TOKENS}; the rest of the file is not encoded
     * @throws IllegalArgumentException if the file cannot be read or has no text; names it
     */
    public static int[] read(Path file, TextCodec codec, int beginToken, int most) {
        if (most < 1 || most > MOST_TOKENS) {
            throw new IllegalArgumentException(most + " tokens; allowed: 1 to " + MOST_TOKENS);
        }
        TokenText text = new TokenText(codec, beginToken, most);
        int[] read = InputFile.read(file, text::readAll);
        if (read.length == 0) {
            throw new IllegalArgumentException(file + " is empty; allowed: a file with text in it");
        }
        return read;
    }

    private int[] readAll(Reader in) throws IOException {
        char[] buffer = new char[1 << 14];
        for (int n = in.read(buffer); n >= 0 && count < most; n = in.read(buffer)) {
            for (int i = 0; i < n && count < most; i++) {
                take(buffer[i]);
            }
        }
        endPiece();
        return Arrays.copyOf(tokens, Math.min(count, most));
    }

    private void take(char c) {
        if (c == 0) {
            endPiece();
            begun = false;
            return;
        }
        // A pair counts when its first half comes, so that a piece never ends inside of it.
        if (!Character.isLowSurrogate(c)) {
            if (characters == PIECE) {
                endPiece();
            }
            characters++;
        }
        piece.append(c);
    }

    private void endPiece() {
        if (piece.isEmpty()) {
            return;
        }
        if (!begun && beginToken != NO_TOKEN) {
            append(new int[]{beginToken});
        }
        begun = true;
        append(codec.encodePlain(piece.toString()));
        piece.setLength(0);
        characters = 0;
    }

    private void append(int[] more) {
        if (tokens.length < count + more.length) {
            tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, count + more.length));
        }
        System.arraycopy(more, 0, tokens, count, more.length);
        count += more.length;
    }
}
