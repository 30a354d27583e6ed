package io.github.jlamadsla.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A screen that keeps what is written. */
public final class TestScreen {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    public final AtomicLong time = new AtomicLong(); // nanoseconds
    public final Screen screen;

    public TestScreen(boolean terminal) {
        this("ask-the-story", terminal);
    }

    public TestScreen(String program, boolean terminal) {
        screen = new Screen(program, stream(out), stream(err), terminal, time::get);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public List<String> errorLines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
