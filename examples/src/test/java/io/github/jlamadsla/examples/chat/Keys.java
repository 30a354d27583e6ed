package io.github.jlamadsla.examples.chat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A keyboard: bytes typed by any thread. Unlike a pipe it does not break when a thread that typed has ended. */
final class Keys extends InputStream {
    private static final int END = -1;

    private final BlockingQueue<Integer> typed = new LinkedBlockingQueue<>();

    void type(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            typed.add(b & 0xff);
        }
    }

    @Override
    public int read() {
        try {
            return typed.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return END;
        }
    }

    @Override
    public int read(byte[] to, int from, int length) {
        int first = read();
        if (first == END) {
            return END;
        }
        to[from] = (byte) first;
        return 1;
    }

    @Override
    public int available() {
        return typed.size();
    }

    @Override
    public void close() {
        typed.add(END);
    }
}
