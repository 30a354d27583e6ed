package io.github.jlamadsla.examples;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Where the program writes. Once interrupted it says so in one line and writes nothing more, whatever other threads
 * still do.
 */
public final class Screen {
    private final String program;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanoClock;
    private Reading reading; // the one on the screen, or null
    private WorkProgress work; // likewise
    private ByteProgress bytes; // likewise
    private boolean ended;

    /**
     * @param program what its lines of error begin with
     * @param terminal whether a progress bar may be drawn on {@code out}
     */
    Screen(String program, PrintStream out, PrintStream err, boolean terminal, LongSupplier nanoClock) {
        this.program = program;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.nanoClock = nanoClock;
    }

    /** Standard output and error, a bar where that is a terminal. */
    public static Screen ofProcess(String program) {
        Console console = System.console();
        return new Screen(program, System.out, System.err, console != null && console.isTerminal(),
                System::nanoTime);
    }

    /** For help and version. */
    public PrintWriter writer() {
        return new PrintWriter(out, true);
    }

    /** Prints a line by {@link String#format}, above the bar of long work. */
    public synchronized void line(String format, Object... arguments) {
        if (ended) {
            return;
        }
        String line = String.format(Locale.ROOT, format, arguments);
        if (work == null) {
            out.println(line);
        } else {
            work.above(() -> out.println(line));
        }
    }

    /** Prints a line of error. */
    public synchronized void error(String line) {
        if (!ended) {
            err.println(program + ": " + line.lines().map(String::strip).collect(Collectors.joining(" ")));
        }
    }

    /** Shows the progress of a request until closed. */
    synchronized Reading reading(String task, int tokens) {
        reading = terminal && !ended ? Reading.drawn(out, nanoClock, task, tokens) : Reading.notDrawn();
        return reading;
    }

    /**
     * Shows the progress of long work until closed: a bar where one may be drawn, else a line now and then.
     *
     * @param total in the unit of {@link WorkProgress#done}
     */
    public synchronized WorkProgress work(String task, long total) {
        BarLine bar = terminal && !ended ? new BarLine(out) : null;
        work = new WorkProgress(task, total, bar, line -> line("%s", line), nanoClock);
        return work;
    }

    /** Shows how far bytes are read until closed. */
    synchronized ByteProgress bytes(String task) {
        bytes = terminal && !ended ? ByteProgress.drawn(out, task) : ByteProgress.notDrawn();
        return bytes;
    }

    /** Ends all output with one line, unless it has ended. */
    public synchronized void interrupt() {
        if (!ended) {
            ended = true;
            if (reading != null) {
                reading.close();
            }
            if (work != null) {
                work.close();
            }
            if (bytes != null) {
                bytes.close();
            }
            out.flush();
            err.println("Interrupted.");
            err.flush();
        }
    }

    /** The program is done; being interrupted after this is not said any more. */
    public synchronized void end() {
        ended = true;
    }
}
