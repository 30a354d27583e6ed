package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/** Lines typed at a terminal, with editing and history. Ctrl-C clears the line or stops the answer, Ctrl-D leaves. */
final class TerminalLines implements Lines {
    static final String PROMPT = "> ";
    private static final int REMEMBERED_LINES = 1_000;
    private static final Size USUAL_SIZE = new Size(80, 24);
    private final Terminal terminal;
    private final LineReader reader;
    private final Output out;
    /** Whether Ctrl-C came after the last line, before there was anything to stop. */
    private final AtomicBoolean early = new AtomicBoolean();
    private final Runnable remember = () -> early.set(true);
    private final AtomicReference<Runnable> stop = new AtomicReference<>(remember);

    /**
     * @param terminal closed with this
     * @param history file that remembers lines, or null for none
     */
    TerminalLines(Terminal terminal, Path history, Output out) {
        this.terminal = terminal;
        this.out = out;
        setUsualSizeIfUnknown(terminal);
        this.reader = reader(terminal, history);
        terminal.handle(Signal.INT, signal -> stop.get().run());
    }

    /** Some pseudo-terminals say 0 by 0, in which the editor would show nothing. */
    private static void setUsualSizeIfUnknown(Terminal terminal) {
        if (terminal.getWidth() <= 0 || terminal.getHeight() <= 0) {
            terminal.setSize(USUAL_SIZE);
        }
    }

    private static LineReader reader(Terminal terminal, Path history) {
        // What is typed is text for a model: no quotes, escapes or ! have a meaning.
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, false)
                .variable(LineReader.HISTORY_SIZE, REMEMBERED_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, REMEMBERED_LINES)
                .variable(LineReader.BELL_STYLE, "none");
        if (history != null) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        return builder.build();
    }

    @Override
    public String next() {
        while (true) {
            early.set(false);
            try {
                return reader.readLine(PROMPT);
            } catch (UserInterruptException e) {
                out.note("Ctrl-D leaves, /help lists the commands");
            } catch (EndOfFileException e) {
                return null;
            }
        }
    }

    /** What is typed meanwhile is not echoed and waits for the next line; Ctrl-C alone comes through. */
    @Override
    public <T> T interruptible(Runnable onInterrupt, Supplier<T> work) {
        Attributes before = terminal.enterRawMode();
        stop.set(onInterrupt);
        if (early.get()) {
            onInterrupt.run();
        }
        try {
            return work.get();
        } finally {
            stop.set(remember);
            terminal.setAttributes(before);
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
