package io.github.jlamadsla.examples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a program that is interrupted remove what it has begun to write, before its process ends. */
public final class CleanEnd {
    private static final int MOST_SECONDS = 10; // whoever pressed Ctrl-C waits

    private final CountDownLatch end = new CountDownLatch(1);

    /** The program has nothing left to remove. */
    public void reached() {
        end.countDown();
    }

    /** For the shutdown hook: interrupts the program's thread and waits until it is at its end. */
    public void interruptAndWait(Thread program) {
        if (end.getCount() == 0) {
            return;
        }
        program.interrupt();
        try {
            end.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
