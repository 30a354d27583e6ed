package io.github.jlamadsla.text;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A chat to the tokens of a prompt. Thread-safe.
 *
 * <p>Special tokens come from the template alone: text in a message that spells one is encoded as text. To that end
 * each such spelling is parted by a private-use character before the template renders it, and the rendered text is cut
 * there and encoded part by part. Without such spellings the tokens are those of the rendered text.
 */
public final class PromptEncoder {
    private static final int FIRST_SEPARATOR = 0xE000;
    private static final int LAST_SEPARATOR = 0xF8FF;

    private final TextCodec codec;
    private final ChatTemplate template;

    public PromptEncoder(TextCodec codec, ChatTemplate template) {
        this.codec = Objects.requireNonNull(codec, "codec");
        this.template = Objects.requireNonNull(template, "template");
    }

    /**
     * Tokens of a chat, ending with what begins the assistant's answer.
     *
     * @param turns at least one
     * @throws IllegalArgumentException if there is no turn, or the messages use every private-use character
     * @throws ChatTemplateException if the template fails or refuses the chat
     */
    public int[] encodeChat(List<ChatTurn> turns) {
        List<ChatTurn> whole = turns.stream().map(turn -> new ChatTurn(turn.role(), WellFormed.of(turn.text())))
                .toList();
        if (whole.stream().allMatch(turn -> codec.spellings().cuts(turn.text()).isEmpty())) {
            return codec.encode(template.render(whole, true));
        }
        char separator = separator(whole);
        List<ChatTurn> parted = whole.stream()
                .map(turn -> new ChatTurn(turn.role(), codec.spellings().separated(turn.text(), separator))).toList();
        return Stream.of(template.render(parted, true).split(String.valueOf(separator), -1))
                .flatMapToInt(part -> IntStream.of(codec.encode(part))).toArray();
    }

    /** A character that neither messages nor template have. */
    private char separator(List<ChatTurn> turns) {
        for (char c = FIRST_SEPARATOR; c <= LAST_SEPARATOR; c++) {
            char candidate = c;
            if (!template.contains(c) && turns.stream().noneMatch(turn -> turn.text().indexOf(candidate) >= 0)) {
                return c;
            }
        }
        throw new IllegalArgumentException(
                "the messages spell special tokens and use every character from U+E000 to U+F8FF; allowed: one of both");
    }
}
