package io.github.jlamadsla.examples.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Lines of a pipe or file, UTF-8. Ctrl-C ends the program, as that of any other in a pipeline. */
final class PipedLines implements Lines {
    /** Most characters of a line; more fits no context. */
    static final int MAX_LENGTH = 16 << 20;

    private final Reader in;

    PipedLines(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** @throws IOException also if the line is longer than {@value #MAX_LENGTH} characters */
    @Override
    public String next() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() == MAX_LENGTH) {
                throw new IOException("a line is too long; allowed: at most " + MAX_LENGTH + " characters");
            }
            line.append((char) c);
        }
        int last = line.length() - 1;
        return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
    }

    @Override
    public <T> T interruptible(Runnable stop, Supplier<T> work) {
        return work.get();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
