package io.github.jlamadsla.quality;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.text.TextCodec;

/**
 * Reads chats about hidden facts: one JSON object a line, {@code set} and {@code text}, the whole chat with its special
 * tokens written out and the right answers inline. An answer stands between {@code <|assistant|>} and a line break, and
 * {@code <|end|>}; or, in a chat that has {@code <|im_start|>}, between {@code <|im_start|>assistant} and a line break,
 * and {@code <|im_end|>}.
 */
public final class FactChatReader {
    private static final int MOST_LINE = 1 << 20; // characters
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SPECIAL = Pattern.compile("<\\|[A-Za-z0-9_]{1,64}\\|>");

    private final Path file;
    private final TextCodec codec;
    private final int perSet;
    private final Map<String, Integer> taken = new HashMap<>();
    private final List<FactChat> chats = new ArrayList<>();
    private int line;
    private long tokens;

    /** What stands before and behind an answer. */
    private record Marks(String begin, String end) {
        private static final Marks PLAIN = new Marks("<|assistant|>\n", "<|end|>");
        private static final Marks CHATML = new Marks("<|im_start|>assistant\n", "<|im_end|>");

        static Marks of(String text) {
            return text.contains("<|im_start|>") ? CHATML : PLAIN;
        }
    }

    private FactChatReader(Path file, TextCodec codec, int perSet) {
        this.file = file;
        this.codec = codec;
        this.perSet = perSet;
    }

    /**
     * Reads a file.
     *
     * @param file UTF-8, plain or in gzip
     * @param perSet chats of each set at most, 1 or more: the first ones
     * @return in the file's order, at least one
     * @throws IllegalArgumentException naming file, line and what is wrong, such as a special token that the model does
     *         not have
     */
    public static List<FactChat> read(Path file, TextCodec codec, int perSet) {
        FactChatReader reader = new FactChatReader(file, codec, perSet);
        List<FactChat> chats = InputFile.read(file, reader::readAll);
        if (chats.isEmpty()) {
            throw new IllegalArgumentException(file + " is empty; allowed: a file with at least one chat");
        }
        return chats;
    }

    private List<FactChat> readAll(Reader in) throws IOException {
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[1 << 14];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    endLine(text);
                } else if (text.length() == MOST_LINE) {
                    line++;
                    throw wrong("has more than " + MOST_LINE + " characters");
                } else {
                    text.append(buffer[i]);
                }
            }
        }
        endLine(text);
        return chats;
    }

    private void endLine(StringBuilder text) {
        line++;
        if (!text.toString().isBlank()) {
            JsonNode chat = parse(text.toString());
            String set = string(chat, "set");
            if (taken.merge(set, 1, Integer::sum) <= perSet) {
                chats.add(chat(set, string(chat, "text")));
            }
        }
        text.setLength(0);
    }

    private JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw wrong("is not JSON (" + e.getOriginalMessage() + ")");
        }
    }

    private String string(JsonNode chat, String key) {
        JsonNode value = chat.path(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong("has no '" + key + "'; allowed: an object with the texts 'set' and 'text'");
        }
        return value.textValue();
    }

    private FactChat chat(String set, String text) {
        Matcher special = SPECIAL.matcher(text);
        while (special.find()) {
            if (codec.tokenId(special.group()) < 0) {
                throw wrong("has the special token " + special.group() + ", which the model's tokenizer does not know");
            }
        }
        Marks marks = Marks.of(text);
        int[] ids = codec.encode(text);
        tokens += ids.length;
        if (tokens > TokenText.MOST_TOKENS) {
            throw wrong("is too much: allowed are " + TokenText.MOST_TOKENS + " tokens in all chats");
        }
        List<FactChat.Answer> answers = answers(ids, codec.encode(marks.begin), codec.tokenId(marks.end));
        int spelled = text.split(Pattern.quote(marks.begin), -1).length - 1;
        if (answers.isEmpty() || answers.size() != spelled) {
            throw wrong("has " + answers.size() + " answers between " + marks.begin.strip() + " with a line break and "
                    + marks.end + " in tokens, " + spelled + " in text; allowed: the same number, at least one");
        }
        return new FactChat(set, ids, answers);
    }

    /** An answer of no token but its end counts; one without an end does not. */
    private static List<FactChat.Answer> answers(int[] ids, int[] begin, int end) {
        List<FactChat.Answer> answers = new ArrayList<>();
        for (int i = 0; i + begin.length < ids.length; i++) {
            if (Arrays.equals(ids, i, i + begin.length, begin, 0, begin.length)) {
                int from = i + begin.length;
                int to = from;
                while (to < ids.length && ids[to] != end) {
                    to++;
                }
                if (to < ids.length) {
                    answers.add(new FactChat.Answer(from, to + 1));
                }
            }
        }
        return answers;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(file + ": line " + line + " " + what);
    }
}
