package io.github.jlamadsla.examples.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.github.jlamadsla.text.ChatTurn;

/**
 * A question with as much of the chat before it as fits the model's context.
 *
 * @param tokens of system prompt, kept exchanges and question
 * @param dropped how many of the oldest exchanges were left out
 */
record Prompt(int[] tokens, int dropped) {

    /**
     * Drops the oldest exchanges until prompt and answer fit. System prompt and question always stay: if they alone do
     * not fit, the runtime refuses them, or cuts the answer off.
     *
     * @param system null for none
     * @param encode a chat to its prompt tokens
     * @param most tokens that the prompt may have
     */
    static Prompt fitting(String system, List<Exchange> before, String question,
            Function<List<ChatTurn>, int[]> encode, int most) {
        int dropped = 0;
        int[] tokens = encode.apply(turns(system, before, question));
        while (tokens.length > most && dropped < before.size()) {
            dropped++;
            tokens = encode.apply(turns(system, before.subList(dropped, before.size()), question));
        }
        return new Prompt(tokens, dropped);
    }

    static List<ChatTurn> turns(String system, List<Exchange> before, String question) {
        List<ChatTurn> turns = new ArrayList<>();
        if (system != null) {
            turns.add(ChatTurn.system(system));
        }
        for (Exchange exchange : before) {
            turns.add(ChatTurn.user(exchange.question()));
            turns.add(ChatTurn.assistant(exchange.answer()));
        }
        turns.add(ChatTurn.user(question));
        return turns;
    }
}
