package io.github.jlamadsla.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A screen that keeps what is written. */
final class TestScreen {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final AtomicLong time = new AtomicLong(); // nanoseconds
    final Screen screen;

    TestScreen(boolean terminal) {
        this("ask-the-story", terminal);
    }

    TestScreen(String program, boolean terminal) {
        screen = new Screen(program, stream(out), stream(err), terminal, time::get);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    List<String> errorLines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
