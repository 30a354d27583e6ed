package io.github.jlamadsla.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * Text to tokens and back, by the tokenizer that came with the model ({@code tokenizer.json}, run by Hugging Face's own
 * library through DJL). Nothing is truncated, padded or added. Thread-safe. Lone surrogates in a text count as U+FFFD.
 *
 * <p>Close it when no request needs it any more: it holds native memory. Every use after that is an
 * {@link IllegalStateException}.
 */
public final class TextCodec implements AutoCloseable {
    private static final Map<String, String> NO_TRUNCATION_NO_PADDING = Map.of("addSpecialTokens", "false",
            "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFile file;
    private final SpecialTokenSpellings spellings;
    private final BitSet specialIds = new BitSet();
    private final ReadWriteLock lock = new ReentrantReadWriteLock(); // close must not free what another thread uses

    private TextCodec(HuggingFaceTokenizer tokenizer, TokenizerFile file) {
        this.tokenizer = tokenizer;
        this.file = file;
        this.spellings = new SpecialTokenSpellings(file.special().keySet());
        file.special().values().forEach(specialIds::set);
    }

    /**
     * Opens a tokenizer.
     *
     * @param tokenizerJson path of a {@code tokenizer.json}, at most 64 MiB
     * @throws InvalidModelException if the file is missing or broken; the message names it
     */
    public static TextCodec open(Path tokenizerJson) {
        TokenizerFile file = TokenizerFile.read(tokenizerJson);
        NativeTokenizers.keepOffline();
        try (var json = new ByteArrayInputStream(file.json().getBytes(StandardCharsets.UTF_8))) {
            return new TextCodec(HuggingFaceTokenizer.newInstance(json, NO_TRUNCATION_NO_PADDING), file);
        } catch (IOException | RuntimeException e) {
            throw new InvalidModelException(tokenizerJson, "content", "refused (" + e.getMessage() + ")",
                    "a tokenizer that Hugging Face's tokenizers library reads");
        }
    }

    /** Token ids of a text. Special tokens written in it are recognised; none is added. */
    public int[] encode(String text) {
        String whole = WellFormed.of(text);
        if (whole.isEmpty()) {
            return new int[0];
        }
        return withHandle(handle -> {
            // Not HuggingFaceTokenizer.encode: it copies spans, masks and strings of every token to the heap.
            long encoding = TokenizersLibrary.LIB.encode(handle, whole, false);
            try {
                return toInts(TokenizersLibrary.LIB.getTokenIds(encoding));
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        });
    }

    /**
     * Token ids of a text in which no special token is recognised: text that spells one stays text. Each spelling is
     * cut after its first character and the parts are encoded apart; a text without spellings encodes as by
     * {@link #encode}.
     */
    public int[] encodePlain(String text) {
        return spellings.parts(WellFormed.of(text)).stream().flatMapToInt(part -> IntStream.of(encode(part))).toArray();
    }

    /**
     * Text of tokens. Special tokens and ids that the tokenizer has no token for give no text.
     *
     * @throws IllegalArgumentException if an id is negative
     */
    public String decode(int[] ids) {
        long[] known = IntStream.of(ids).filter(id -> !isSilent(id)).asLongStream().toArray();
        if (known.length == 0) {
            return withHandle(handle -> "");
        }
        return withHandle(handle -> TokenizersLibrary.LIB.decode(handle, known, true));
    }

    /** Like {@link #decode(int[])}. */
    public String decode(List<Integer> ids) {
        return decode(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    /** A decoder for one stream of tokens. */
    public IncrementalDecoder decoder() {
        return new IncrementalDecoder(this::decode, this::isSilent, file.byteFallback());
    }

    /** One more than the highest token id. A model may have more rows than that. */
    public int vocabularySize() {
        return file.size();
    }

    /** Id of a token as spelled in the tokenizer's file, or -1. */
    public int tokenId(String token) {
        return file.ids().getOrDefault(token, -1);
    }

    /** Spellings of the special tokens, in the file's order. */
    List<String> specialTokens() {
        return List.copyOf(file.special().keySet());
    }

    SpecialTokenSpellings spellings() {
        return spellings;
    }

    private boolean isSilent(int id) {
        if (id < 0) {
            throw new IllegalArgumentException("token id is " + id + "; allowed: 0 or more");
        }
        return id >= file.size() || specialIds.get(id);
    }

    /** Frees the native tokenizer, after calls that are running. Idempotent. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            tokenizer.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private <T> T withHandle(LongFunction<T> call) {
        lock.readLock().lock();
        try {
            if (tokenizer.isReleased()) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            return call.apply(tokenizer.getHandle());
        } finally {
            lock.readLock().unlock();
        }
    }

    private static int[] toInts(long[] ids) {
        int[] ints = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ints[i] = Math.toIntExact(ids[i]);
        }
        return ints;
    }
}
