package io.github.jlamadsla.langchain4j;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.jlamadsla.engine.GenerationResult;

/**
 * Hands the text of an answer from the engine's event threads, which change, to the one thread that calls the handler.
 * It holds a single piece: the engine keeps the others, and pauses the request when they become too many. Interrupts
 * are left to user code: neither side gives up for one.
 */
final class PiecePipe {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private String piece; // null: none
    private End end; // null: not yet

    /**
     * How an answer ended.
     *
     * @param result null if it failed
     * @param failure null if it did not
     */
    record End(GenerationResult result, Throwable failure) {}

    /** Waits until there is room. After the end the piece is dropped. */
    void put(String next) {
        lock.lock();
        try {
            while (piece != null && end == null) {
                changed.awaitUninterruptibly();
            }
            if (end == null) {
                piece = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing follows; the first end counts. Never waits. */
    void end(GenerationResult result, Throwable failure) {
        lock.lock();
        try {
            end = end == null ? new End(result, failure) : end;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next piece; null when the answer has ended and no piece is left. */
    String take() {
        lock.lock();
        try {
            while (piece == null && end == null) {
                changed.awaitUninterruptibly();
            }
            String taken = piece;
            piece = null;
            changed.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How it ended; null before. */
    End ended() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }
}
