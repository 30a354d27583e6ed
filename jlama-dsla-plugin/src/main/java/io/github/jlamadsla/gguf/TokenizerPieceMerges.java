package io.github.jlamadsla.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Merges out of pieces and their scores: for each piece all its halves that are pieces, the highest score first, as
 * Hugging Face's converter orders them. Then each step of the byte-pair encoding merges what SentencePiece merges.
 *
 * <p>SentencePiece takes the leftmost of two pairs with equal scores, which an order of merges cannot say. Vocabularies
 * trained by it have no equal scores among the pieces that merge; where a file has some, longer left halves go first,
 * as in that converter. A file with one score for all has lost the order and is refused.
 */
final class TokenizerPieceMerges {
    // Bounds of work and memory; SentencePiece's own pieces have 16 characters, runs of spaces somewhat more.
    static final int MAX_PIECE_CHARACTERS = 512;
    static final int MAX_CHARACTERS = 1 << 22;
    static final int MAX_MERGES = 1 << 20;

    private final GgufMetadata metadata;
    private final TokenizerVocabulary vocabulary;
    private final double[] scores; // [tokens]
    private final List<Half> found = new ArrayList<>();
    private long characters;

    /** A piece and its halves, by id; the lengths of the halves in code points. */
    private record Half(double score, int left, int right, int leftLength, int rightLength) {}

    private TokenizerPieceMerges(GgufMetadata metadata, TokenizerVocabulary vocabulary, double[] scores) {
        this.metadata = metadata;
        this.vocabulary = vocabulary;
        this.scores = scores;
    }

    /** @throws io.github.jlamadsla.safetensors.InvalidModelException if scores or pieces do not give an order */
    static List<TokenizerMerge> derive(GgufMetadata metadata, TokenizerVocabulary vocabulary) {
        return new TokenizerPieceMerges(metadata, vocabulary, scores(metadata, vocabulary)).derive();
    }

    private static double[] scores(GgufMetadata metadata, TokenizerVocabulary vocabulary) {
        String key = SentencePieceTokenizer.SCORES;
        double[] scores = metadata.numbers(key);
        if (scores.length != vocabulary.size()) {
            throw metadata.refuse(key, "an array of " + scores.length,
                    vocabulary.size() + " numbers, one for each of " + TokenizerVocabulary.TOKENS);
        }
        for (int id = 0; id < scores.length; id++) {
            if (!Double.isFinite(scores[id])) {
                throw metadata.refuse(TokenizerVocabulary.at(key, id), scores[id], "finite numbers");
            }
        }
        return scores;
    }

    private List<TokenizerMerge> derive() {
        for (int id = 0; id < vocabulary.size(); id++) {
            TokenizerTokenType type = vocabulary.type(id);
            if (type == TokenizerTokenType.NORMAL || type == TokenizerTokenType.UNUSED) {
                checkLength(id);
                if (type == TokenizerTokenType.NORMAL) {
                    addHalves(id);
                } else {
                    refuseIfReached(id);
                }
            }
        }
        refuseOneScore();
        found.sort(Comparator.comparingDouble(Half::score).thenComparingInt(Half::leftLength)
                .thenComparingInt(Half::rightLength).reversed()); // stable: then by id of the piece
        return found.stream().map(half -> new TokenizerMerge(half.left(), half.right())).toList();
    }

    private void checkLength(int id) {
        int length = vocabulary.token(id).length();
        characters += length;
        if (length > MAX_PIECE_CHARACTERS) {
            throw metadata.refuse(TokenizerVocabulary.at(TokenizerVocabulary.TOKENS, id),
                    "a piece of " + length + " characters", "at most " + MAX_PIECE_CHARACTERS);
        }
        if (characters > MAX_CHARACTERS) {
            throw metadata.refuse(TokenizerVocabulary.TOKENS, "more than " + MAX_CHARACTERS + " characters together",
                    "at most " + MAX_CHARACTERS + " in normal and unused tokens");
        }
    }

    private void addHalves(int id) {
        String piece = vocabulary.token(id);
        for (int at = 1; at < piece.length(); at++) {
            int left = normal(piece.substring(0, at));
            int right = left < 0 ? -1 : normal(piece.substring(at));
            if (right >= 0) {
                found.add(new Half(scores[id], left, right, piece.codePointCount(0, at),
                        piece.codePointCount(at, piece.length())));
            }
        }
        if (found.size() > MAX_MERGES) {
            throw metadata.refuse(TokenizerVocabulary.TOKENS,
                    "pieces with more than " + MAX_MERGES + " pairs of halves",
                    "at most " + MAX_MERGES);
        }
    }

    /** SentencePiece merges through unused pieces and takes them apart at the end, which tokenizer.json cannot say. */
    private void refuseIfReached(int id) {
        int merges = found.size();
        addHalves(id);
        String piece = vocabulary.token(id);
        if (found.size() > merges || piece.codePointCount(0, piece.length()) == 1) {
            throw metadata.refuse(TokenizerVocabulary.at(TokenizerVocabulary.TYPES, id),
                    "5 for " + TokenizerVocabulary.quoted(piece), "unused tokens that no text becomes");
        }
    }

    private void refuseOneScore() {
        if (found.size() > 1 && found.stream().mapToDouble(Half::score).distinct().count() == 1
                && found.stream().map(half -> vocabulary.token(half.left()) + vocabulary.token(half.right()))
                        .distinct().count() > 1) {
            throw metadata.refuse(SentencePieceTokenizer.SCORES, found.getFirst().score() + " for all pieces",
                    "scores that order the pieces");
        }
    }

    private int normal(String piece) {
        int id = vocabulary.id(piece);
        return id >= 0 && vocabulary.type(id) == TokenizerTokenType.NORMAL ? id : -1;
    }
}
