package io.github.jlamadsla.examples;

import java.io.PrintStream;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;

/** The line of a terminal that a bar is drawn on, over and over, until it is erased. */
final class BarLine extends ConsoleProgressBarConsumer {
    private static final int MAX_WIDTH = 79;
    private static final int ECHO_OF_CTRL_C = 2; // columns; wrapped, it would leave the bar on the line above
    // Back to the beginning, then clear to the end: also the ^C that the terminal echoes behind the bar.
    private static final String ERASE = "\r\u001B[K";

    private static final int PLAIN_WIDTH = MAX_WIDTH - ECHO_OF_CTRL_C;

    private final PrintStream out;
    private final boolean plain;
    private boolean drawn;
    private boolean erased;

    BarLine(PrintStream out) {
        this(out, false);
    }

    private BarLine(PrintStream out, boolean plain) {
        super(out);
        this.out = out;
        this.plain = plain;
    }

    /**
     * Without escapes, for terminals that know none. Of a fixed width, since finding out would open the terminal, which a
     * line editor needs to itself.
     */
    static BarLine plain(PrintStream out) {
        return new BarLine(out, true);
    }

    @Override
    public int getMaxRenderedLength() {
        return plain ? PLAIN_WIDTH : Math.min(MAX_WIDTH, super.getMaxRenderedLength()) - ECHO_OF_CTRL_C;
    }

    @Override
    public synchronized void accept(String bar) {
        if (!erased) {
            drawn = true;
            super.accept(bar);
            out.flush();
        }
    }

    /** Prints lines where the bar stands; it is drawn again below them. */
    synchronized void above(Runnable print) {
        if (!erased && drawn) {
            out.print(ERASE);
        }
        print.run();
    }

    /** The bar's own end: it would leave the bar standing, and does not always come. */
    @Override
    public void close() {}

    /** Leaves an empty line with the cursor at its beginning. */
    synchronized void erase() {
        if (!erased && drawn) {
            out.print(plain ? "\r" + " ".repeat(PLAIN_WIDTH) + "\r" : ERASE);
            out.flush();
        }
        erased = true;
    }
}
