package io.github.jlamadsla.it.serve;

import java.util.Arrays;
import java.util.List;

import io.github.jlamadsla.examples.StoryChat;
import io.github.jlamadsla.examples.StoryChats;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/**
 * A request with its text.
 *
 * @param request times and lengths
 * @param tokens of the prompt
 * @param chat the text and the right answer
 */
record TracePrompt(TraceRequest request, List<Integer> tokens, StoryChat chat) {
    TracePrompt {
        tokens = List.copyOf(tokens);
    }

    /** Makes the texts of a trace. */
    static List<TracePrompt> of(List<TraceRequest> requests, TextCodec codec, PromptEncoder encoder) {
        StoryChats chats = new StoryChats(text -> codec.encodePlain(text).length);
        int around = around(chats, codec, encoder);
        return requests.stream().map(request -> {
            StoryChat chat = chats.chat(request.seed(), Math.max(1, request.promptTokens() - around));
            int[] tokens = encoder.encodeChat(chat.turns());
            return new TracePrompt(request, Arrays.stream(tokens).boxed().toList(), chat);
        }).toList();
    }

    /** Tokens of a chat that are not its text: template and questions. */
    private static int around(StoryChats chats, TextCodec codec, PromptEncoder encoder) {
        StoryChat chat = chats.chat(1, 1);
        String reading = chat.turns().getFirst().text();
        String text = reading.substring(reading.indexOf("\n\n"), reading.lastIndexOf("\n\n"));
        return encoder.encodeChat(chat.turns()).length - codec.encodePlain(text).length;
    }
}
