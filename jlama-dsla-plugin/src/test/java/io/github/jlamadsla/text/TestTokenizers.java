package io.github.jlamadsla.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Tokenizers small enough to be written by a test, and the demo model's. */
final class TestTokenizers {
    static final List<String> SPECIAL = List.of("<|bos|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>");
    private static final String[][] MERGES = {{"h", "e"}, {"l", "l"}, {"he", "ll"}, {"hell", "o"}, {"Ċ", "Ċ"},
        {"<", "|"},
        {"|", ">"}, {"ð", "Ł"}, {"ä", "½"}};

    private TestTokenizers() {}

    static Path demoModel() {
        return Path.of(System.getProperty("jlamadsla.demo.model"));
    }

    static Path demoTokenizer() {
        return demoModel().resolve("tokenizer.json");
    }

    /** A byte-level BPE of the special tokens (ids 0 to 4), the 256 bytes and a few merges. */
    static Path byteLevel(Path directory) {
        return write(directory.resolve("tokenizer.json"), byteLevel());
    }

    static Map<String, Object> byteLevel() {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        SPECIAL.forEach(token -> vocabulary.put(token, vocabulary.size()));
        for (int b = 0; b < 256; b++) {
            vocabulary.put(Character.toString(letter(b)), vocabulary.size());
        }
        List<List<String>> merges = new ArrayList<>();
        for (String[] merge : MERGES) {
            vocabulary.putIfAbsent(merge[0] + merge[1], vocabulary.size());
            merges.add(List.of(merge));
        }
        Map<String, Object> byteLevel = Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true,
                "use_regex", true);
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", "1.0");
        // Both must be switched off by who opens the file.
        root.put("truncation", Map.of("direction", "Right", "max_length", 4, "strategy", "LongestFirst", "stride", 0));
        root.put("padding", Map.of("strategy", Map.of("Fixed", 64), "direction", "Right", "pad_id", 0, "pad_type_id", 0,
                "pad_token", "<|bos|>"));
        root.put("added_tokens", addedTokens());
        root.put("normalizer", null);
        root.put("pre_tokenizer", byteLevel);
        root.put("post_processor",
                Map.of("type", "TemplateProcessing", "single",
                        List.of(Map.of("SpecialToken", Map.of("id", "<|bos|>", "type_id", 0)),
                                Map.of("Sequence", Map.of("id", "A", "type_id", 0))),
                        "pair", List.of(Map.of("Sequence", Map.of("id", "A", "type_id", 0)),
                                Map.of("Sequence", Map.of("id", "B", "type_id", 0))),
                        "special_tokens",
                        Map.of("<|bos|>", Map.of("id", "<|bos|>", "ids", List.of(0), "tokens", List.of("<|bos|>")))));
        root.put("decoder", byteLevel);
        root.put("model", Map.of("type", "BPE", "vocab", vocabulary, "merges", merges));
        return root;
    }

    private static List<Map<String, Object>> addedTokens() {
        List<Map<String, Object>> tokens = new ArrayList<>();
        for (String content : SPECIAL) {
            tokens.add(new LinkedHashMap<>(Map.of("id", tokens.size(), "content", content, "single_word", false,
                    "lstrip", false, "rstrip", false, "normalized", false, "special", true)));
        }
        return tokens;
    }

    static Path write(Path file, Object json) {
        try {
            new ObjectMapper().writeValue(file.toFile(), json);
            return file;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Id of the token of one byte. */
    static int byteToken(int value) {
        return SPECIAL.size() + value;
    }

    /** GPT-2's letter for a byte. */
    private static int letter(int value) {
        int shifted = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            if (b == value) {
                return printable ? b : shifted;
            }
            shifted += printable ? 0 : 1;
        }
        throw new IllegalArgumentException("not a byte: " + value);
    }
}
