package io.github.jlamadsla.gguf;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TokenizerPieceMergesTest {
    @TempDir
    Path directory;

    @Test
    void mergesWhatSentencePieceMerges() {
        Random random = new Random(7);
        for (int round = 0; round < 12; round++) {
            List<String> pieces = trainedLike(random, "abc\u00e9\ud83d\ude42", 40);
            Map<String, Object> values = vocabulary(pieces);
            values.put(SentencePieceTokenizer.SPACE_PREFIX, false);
            try (TextCodec codec = TokenizerReferences.codec(directory.resolve("r" + round), values)) {
                for (int i = 0; i < 200; i++) {
                    String text = text(random, "abc\u00e9\ud83d\ude42", random.nextInt(1, 25));
                    assertThat(codec.encode(text)).as("%s by %s", text, pieces)
                            .containsExactly(leftmostHighest(pieces, text));
                }
            }
        }
    }

    /** SentencePiece's rule, one merge at a time: the adjacent pair that makes the highest piece, the leftmost of them. */
    private static int[] leftmostHighest(List<String> pieces, String text) {
        List<String> symbols = new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
        while (true) {
            int best = -1;
            int bestPiece = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int piece = pieces.indexOf(symbols.get(i) + symbols.get(i + 1)); // the scores fall with the index
                if (piece >= 0 && piece < bestPiece) {
                    best = i;
                    bestPiece = piece;
                }
            }
            if (best < 0) {
                return symbols.stream().mapToInt(symbol -> 1 + pieces.indexOf(symbol)).toArray();
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
    }

    /** Pieces as a training makes them: each of two earlier ones, the characters last. */
    private static List<String> trainedLike(Random random, String letters, int merged) {
        List<String> characters = letters.codePoints().mapToObj(Character::toString).toList();
        List<String> pieces = new ArrayList<>(characters);
        Set<String> longer = new LinkedHashSet<>();
        while (longer.size() < merged) {
            String piece = pieces.get(random.nextInt(pieces.size())) + pieces.get(random.nextInt(pieces.size()));
            if (piece.length() <= 12 && longer.add(piece)) {
                pieces.add(piece);
            }
        }
        List<String> ordered = new ArrayList<>(longer);
        ordered.addAll(characters);
        return ordered;
    }

    private static String text(Random random, String letters, int length) {
        int[] characters = letters.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    /** A vocabulary of an unknown token and the pieces, their scores falling. */
    private static Map<String, Object> vocabulary(List<String> pieces) {
        List<String> tokens = new ArrayList<>(List.of("<unk>"));
        tokens.addAll(pieces);
        long[] types = new long[tokens.size()];
        double[] scores = new double[tokens.size()];
        Arrays.fill(types, 1);
        types[0] = 2;
        Arrays.setAll(scores, id -> -id);
        Map<String, Object> values = new HashMap<>();
        values.put("llama.context_length", 512L);
        values.put(TokenizerFiles.MODEL, "llama");
        values.put(TokenizerVocabulary.TOKENS, tokens);
        values.put(TokenizerVocabulary.TYPES, types);
        values.put(SentencePieceTokenizer.SCORES, scores);
        values.put(TokenizerSpecials.UNKNOWN, 0L);
        values.put(TokenizerSpecials.ADD_BOS, false);
        return values;
    }

    private static List<TokenizerMerge> merges(Map<String, Object> values) {
        GgufMetadata metadata = TokenizerReferences.metadata(values);
        return TokenizerPieceMerges.derive(metadata, TokenizerVocabulary.read(metadata));
    }

    @Test
    void ordersHalvesOfEqualScoresByTheirLengths() {
        Map<String, Object> values = vocabulary(List.of("abc", "ab", "bc", "a", "b", "c"));
        double[] scores = {0, -1, -1, -1, -5, -6, -7};
        values.put(SentencePieceTokenizer.SCORES, scores);
        // All of one score: refused. Another score for one of them: longer left halves first.
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> merges(values))
                .withMessageContaining(SentencePieceTokenizer.SCORES).withMessageContaining("order");
        scores[3] = -2;
        assertThat(merges(values)).containsExactly(new TokenizerMerge(2, 6), new TokenizerMerge(4, 3),
                new TokenizerMerge(4, 5), new TokenizerMerge(5, 6));
    }

    @Test
    void takesOnlyNormalPieces() {
        Map<String, Object> values = vocabulary(List.of("ab", "abab", "a", "b", "zz"));
        long[] types = {2, 3, 1, 1, 1, 5}; // ab is a control token; zz is unused and no text becomes it
        values.put(TokenizerVocabulary.TYPES, types);
        assertThat(merges(values)).isEmpty();
        types[1] = 5;
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> merges(values))
                .withMessageContaining("token_type[1]").withMessageContaining("'ab'");
        types[1] = 1;
        types[4] = 5;
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> merges(values))
                .withMessageContaining("token_type[4]").withMessageContaining("'b'");
    }

    @Test
    void isQuickForVocabulariesOfRealSize() {
        List<String> pieces = trainedLike(new Random(1), "abcdefghijklmnopqrstuvwxyz\u2581", 32_000);
        Map<String, Object> values = vocabulary(pieces);
        var threads = ManagementFactory.getThreadMXBean(); // processor time: other load does not count
        long before = threads.getCurrentThreadCpuTime();
        List<TokenizerMerge> merges = merges(values);
        assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(2_000_000_000L);
        assertThat(merges).hasSizeGreaterThan(32_000);
    }

    @Test
    void refusesMoreMergesThanItHolds() {
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> merges(vocabulary(runs(9))))
                .withMessageContaining(TokenizerVocabulary.TOKENS)
                .withMessageContaining("" + TokenizerPieceMerges.MAX_MERGES);
    }

    @Test
    void refusesAFileThatWouldBeTooLarge() {
        // Half a million characters of pieces, a hundred million of merges.
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> TokenizerReferences.files(vocabulary(runs(4))))
                .withMessageContaining(TokenizerVocabulary.TOKENS).withMessageContaining("" + (64 << 20));
    }

    /** Runs of letters of every length. Every half of one is a piece, so n runs have n²/2 pairs. */
    private static List<String> runs(int letters) {
        List<String> pieces = new ArrayList<>();
        for (int letter = 'a'; letter < 'a' + letters; letter++) {
            for (int length = TokenizerPieceMerges.MAX_PIECE_CHARACTERS; length > 0; length--) {
                pieces.add(Character.toString(letter).repeat(length));
            }
        }
        return pieces;
    }

    @Test
    void refusesPiecesTooLongToTakeApart() {
        List<String> tooLong = List.of("a", "a".repeat(TokenizerPieceMerges.MAX_PIECE_CHARACTERS + 1));
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> merges(vocabulary(tooLong)))
                .withMessageContaining("tokens[2]").withMessageContaining("513");
    }
}
