package io.github.jlamadsla.examples.chat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An output that keeps what is written. */
final class TestOutput {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final Output output;

    private TestOutput(boolean terminal) {
        output = terminal
                ? Output.terminal(Output.utf8(out), Output.utf8(err), true)
                : Output.piped(Output.utf8(out), Output.utf8(err));
    }

    static TestOutput terminal() {
        return new TestOutput(true);
    }

    static TestOutput piped() {
        return new TestOutput(false);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    List<String> errorLines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
