package io.github.jlamadsla.quality;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.jlamadsla.text.ChatTurn;
import io.github.jlamadsla.text.PromptEncoder;

/** Reads chat prompts: one a line, each the only message of its user. Blank lines count for nothing. */
public final class ChatPrompts {
    private static final int MOST_PROMPTS = 10_000;
    private static final int MOST_CHARACTERS = 1 << 22;

    private ChatPrompts() {}

    /**
     * Reads a file.
     *
     * @param file UTF-8, plain or in gzip, 4 M characters at most
     * @return token ids of the chats, ending with what begins the answer; at least one
     * @throws IllegalArgumentException naming the file and what is wrong
     */
    public static List<int[]> read(Path file, PromptEncoder encoder) {
        List<int[]> prompts = new ArrayList<>();
        for (String line : InputFile.read(file, in -> lines(file, new BufferedReader(in)))) {
            prompts.add(encoder.encodeChat(List.of(ChatTurn.user(line))));
        }
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException(file + " is empty; allowed: a prompt a line");
        }
        return prompts;
    }

    private static List<String> lines(Path file, BufferedReader in) throws IOException {
        char[] text = new char[MOST_CHARACTERS + 1];
        int length = 0;
        for (int n = in.read(text); n > 0; n = in.read(text, length, text.length - length)) {
            length += n;
        }
        List<String> lines = new String(text, 0, length).lines().map(String::strip).filter(line -> !line.isEmpty())
                .toList();
        if (length > MOST_CHARACTERS || lines.size() > MOST_PROMPTS) {
            throw new IllegalArgumentException(file + " is too long; allowed: " + MOST_PROMPTS + " prompts and "
                    + MOST_CHARACTERS + " characters at most");
        }
        return lines;
    }
}
