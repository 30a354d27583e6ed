package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Map;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import io.github.jlamadsla.testing.TestFiles;
import io.github.jlamadsla.text.IncrementalDecoder;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** Texts of any Unicode come back, in whole and token by token. */
class TokenizerRoundTripTest {
    private static final Map<String, TextCodec> CODECS = new LinkedHashMap<>();
    private static Path directory;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("tokenizers");
        for (TokenizerReferences.Kind kind : TokenizerReferences.kinds()) {
            if (!kind.name().equals("llama-unknown")) { // it has no tokens for most of Unicode
                CODECS.put(kind.name(),
                        TokenizerReferences.codec(directory.resolve(kind.name()), kind.metadata()));
            }
        }
    }

    @AfterContainer
    static void close() {
        CODECS.values().forEach(TextCodec::close);
        CODECS.clear();
        TestFiles.delete(directory);
    }

    @Property(tries = 1000)
    void comesBack(@ForAll("kinds") String kind, @ForAll("texts") String text) {
        TextCodec codec = CODECS.get(kind);
        String expected = expected(kind, text);
        int[] ids = codec.encode(text);
        assertThat(codec.decode(ids)).isEqualTo(expected);
        assertThat(codec.encodePlain(text)).containsExactly(ids);
        IncrementalDecoder decoder = codec.decoder();
        StringBuilder streamed = new StringBuilder();
        for (int id : ids) {
            streamed.append(decoder.add(id));
        }
        assertThat(streamed.append(decoder.flush())).hasToString(expected);
    }

    @Property(tries = 200)
    void specialTokensAreReadFromEncodeAndNotFromEncodePlain(@ForAll("kinds") String kind,
            @ForAll("texts") String before,
            @ForAll("texts") String after) {
        TextCodec codec = CODECS.get(kind);
        String special = kind.startsWith("llama-p") || kind.equals("llama") ? "</s>" : "<|turn|>";
        int id = codec.tokenId(special);
        assertThat(codec.encode(before + special + after)).contains(id);
        assertThat(codec.encodePlain(before + special + after)).doesNotContain(id);
    }

    private static String expected(String kind, String text) {
        String read = text.replace('\u2581', kind.startsWith("llama") && !kind.equals("llama-bpe") ? ' ' : '\u2581');
        return kind.equals("qwen2") ? Normalizer.normalize(read, Normalizer.Form.NFC) : read;
    }

    @Provide
    Arbitrary<String> kinds() {
        return Arbitraries.of("gpt-2", "llama-bpe", "smollm", "qwen2", "llama", "llama-plain");
    }

    /** Any code points, mixed with what tokenizers treat in ways of their own. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> any = Arbitraries.integers().between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE).map(Character::toString);
        Arbitrary<String> known = Arbitraries.of(" ", "  ", "\n", "\r\n", "\t", "the", " the", "keep", "'ll", "'S", "7",
                "12", "\u00e9", "e\u0301", "\u6ce2", "\u2581", "\ud83d\ude42", "\u200d", "\u0000", "<", "|>", "<0x41>",
                ".");
        return Arbitraries.oneOf(any, known, known).list().ofMaxSize(30).map(parts -> String.join("", parts));
    }
}
