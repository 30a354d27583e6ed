package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.examples.UsageException;

/** The chat itself: takes lines, asks the model, remembers what was said. */
final class ChatSession {
    private static final Logger LOG = LoggerFactory.getLogger(ChatSession.class);

    static final List<String> HELP = List.of("/level N|auto   answer at this level from now on; alone: the present one",
            "/stats          figures of this chat",
            "/reset          forget what was said",
            "/help           these lines",
            "Ctrl-C stops the answer (what was said stays in the chat) or clears the line, Ctrl-D leaves.",
            "A message that begins with a slash and a word needs a space before it.");

    private final ServedModel model;
    private final ChatSettings settings;
    private final Lines lines;
    private final Output out;
    private final List<Exchange> exchanges = new ArrayList<>();
    private LevelChoice level;
    private int answers;
    private long answerTokens;
    private GenerationResult last; // null before the first

    /** @param dropped how many of the oldest exchanges the prompt had no room for */
    private record Answer(GenerationResult result, int dropped) {}

    ChatSession(ServedModel model, ChatSettings settings, Lines lines, Output out) {
        this.model = model;
        this.settings = settings;
        this.lines = lines;
        this.out = out;
        this.level = settings.level();
    }

    /** @return whether all went well; in a pipe a failed request ends the chat, at a terminal it goes on */
    boolean run() throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            boolean answered = take(Entry.parse(line));
            if (out.isBroken() || !answered && !out.isTerminal()) {
                return false;
            }
        }
        return true;
    }

    private boolean take(Entry entry) {
        switch (entry) {
            case Entry.Blank() -> {
            }
            case Entry.Message(String text) -> {
                return answer(text);
            }
            case Entry.Level(String argument) -> level(argument);
            case Entry.Stats() -> stats().forEach(out::note);
            case Entry.Reset() -> reset();
            case Entry.Help() -> HELP.forEach(out::note);
            case Entry.Unknown(String command) -> out.error("no command " + command + "; /help lists them");
        }
        return true;
    }

    private void level(String argument) {
        if (!argument.isEmpty()) {
            try {
                LevelChoice chosen = LevelChoice.parse(argument);
                chosen.check(model.order());
                level = chosen;
            } catch (UsageException e) {
                out.error(e.getMessage());
                return;
            }
        }
        out.note("level " + level + " of " + LevelChoice.range(model.order()));
    }

    private void reset() {
        exchanges.clear();
        out.note("what was said is forgotten");
    }

    /** @return whether there was an answer */
    private boolean answer(String question) {
        Answering answering = new Answering(out);
        try {
            Answer answer = lines.interruptible(answering::stop, () -> ask(question, answering));
            answering.end(answer.result());
            remember(question, answer);
            out.note(StatsLine.of(answer.result()));
            return true;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.debug("failed", e);
            answering.endAfterFailure();
            out.error(e.getMessage() == null ? e.toString() : e.getMessage());
            return false;
        }
    }

    private Answer ask(String question, Answering answering) {
        Prompt prompt = Prompt.fitting(settings.system(), exchanges, question, model::encode, mostPromptTokens());
        GenerationRequest request = new GenerationRequest(boxed(prompt.tokens()), settings.maxTokens(),
                settings.sampling(answers), level.pinned());
        return new Answer(answering.await(() -> model.submit(request, answering)), prompt.dropped());
    }

    /** An answer has room for its most tokens, but for a quarter of the context at most. */
    private int mostPromptTokens() {
        return model.contextLength() - Math.min(settings.maxTokens(), model.contextLength() / 4);
    }

    private static List<Integer> boxed(int[] tokens) {
        return Arrays.stream(tokens).boxed().toList();
    }

    /** A question that was stopped before its answer began is forgotten, and costs no older one its place. */
    private void remember(String question, Answer answer) {
        last = answer.result();
        answers++;
        answerTokens += last.tokens().size();
        if (!last.tokens().isEmpty()) {
            forgetOldest(answer.dropped());
            exchanges.add(new Exchange(question, last.text()));
        }
    }

    private void forgetOldest(int dropped) {
        if (dropped > 0) {
            exchanges.subList(0, dropped).clear();
            out.note(String.format(Locale.ROOT,
                    "the chat no longer fits the model's context of %,d tokens: its oldest %s forgotten",
                    model.contextLength(), dropped == 1 ? "question is" : dropped + " questions are"));
        }
    }

    private List<String> stats() {
        List<String> stats = new ArrayList<>();
        stats.add(String.format(Locale.ROOT, "model: %d layers, level %s, context %,d tokens", model.layers(),
                LevelChoice.range(model.order()), model.contextLength()));
        stats.add("level: " + level);
        stats.add("sampling: " + (settings.sampling().temperature() == 0
                ? "the likeliest token"
                : String.format(Locale.ROOT, "temperature %s, top-k %d, top-p %s, next seed %d",
                        settings.sampling().temperature(), settings.sampling().topK(), settings.sampling().topP(),
                        settings.sampling(answers).seed())));
        stats.add(
                String.format(Locale.ROOT, "chat: questions remembered %d, answered since the start %d with %,d tokens",
                        exchanges.size(), answers, answerTokens));
        if (last != null) {
            stats.add("last answer: " + StatsLine.of(last));
        }
        return stats;
    }
}
