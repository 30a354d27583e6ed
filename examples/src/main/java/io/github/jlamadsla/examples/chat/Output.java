package io.github.jlamadsla.examples.chat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

import io.github.jlamadsla.examples.ByteProgress;

/**
 * What the program says. At a terminal all of it goes there, what is not an answer dimmed; else answers go to the
 * output and everything about them to the error stream, so that a pipe carries answers alone.
 */
final class Output {
    private static final String DIM = "\u001B[2m";
    private static final String PLAIN = "\u001B[0m";

    private final PrintStream out;
    private final PrintStream notes;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean dimmed;
    private int passing; // characters of the line that will be gone
    private boolean ended;

    private Output(PrintStream out, PrintStream notes, PrintStream err, boolean terminal, boolean dimmed) {
        this.out = out;
        this.notes = notes;
        this.err = err;
        this.terminal = terminal;
        this.dimmed = dimmed;
    }

    /** @param dimmed whether escapes may be used */
    static Output terminal(PrintStream out, PrintStream err, boolean dimmed) {
        return new Output(out, out, err, true, dimmed);
    }

    static Output piped(PrintStream out, PrintStream err) {
        return new Output(out, err, err, false, false);
    }

    /** A stream that writes UTF-8, whatever the locale. */
    static PrintStream utf8(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** Whether a person reads it as it comes. */
    boolean isTerminal() {
        return terminal;
    }

    /** For help and version. */
    PrintWriter writer() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    /** A line that stands at a terminal until there is something else to say. */
    synchronized void passing(String line) {
        if (terminal && !ended) {
            out.print("\r" + (dimmed ? DIM + line + PLAIN : line));
            out.flush();
            passing = Math.max(passing, line.length());
        }
    }

    private void clearPassing() {
        if (passing > 0) {
            out.print("\r" + " ".repeat(passing) + "\r");
            passing = 0;
        }
    }

    /** A piece of an answer, shown at once. */
    synchronized void piece(String text) {
        clearPassing();
        out.print(Printable.of(text));
        out.flush();
    }

    /** The end of an answer. */
    synchronized void endOfAnswer() {
        clearPassing();
        out.println();
        out.flush();
    }

    /** A line about the chat. */
    synchronized void note(String line) {
        clearPassing();
        notes.println(dimmed ? DIM + line + PLAIN : line);
        notes.flush();
    }

    /** Says that the program was interrupted, and nothing more after that, whatever fails on the way to its end. */
    synchronized void interrupt() {
        ended = true;
        err.println("Interrupted.");
        err.flush();
    }

    /** A line that says what is wrong. */
    synchronized void error(String line) {
        if (ended) {
            return;
        }
        clearPassing();
        out.flush();
        err.println("chat: " + Printable.of(line).lines().map(String::strip).collect(Collectors.joining(" ")));
        err.flush();
    }

    /** Whether nobody reads the answers any more. */
    boolean isBroken() {
        return out.checkError();
    }

    /** A bar for something that takes time; drawn at a terminal only. */
    ByteProgress progress(String task) {
        return terminal ? ByteProgress.plain(out, task) : ByteProgress.notDrawn();
    }
}
