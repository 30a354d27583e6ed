package io.github.jlamadsla.langchain4j;

import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;

import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;

/**
 * Brings one answer to its handler, by LangChain4j's rules: on one thread, which is neither the caller's nor the
 * engine's; no empty piece; an exception of the handler goes to its {@code onError} and the answer goes on; what
 * {@code onError} throws is logged; after a cancel nothing is called, {@code onError} neither. The rules say nothing of
 * an {@link Error}: it ends the request and is the last thing that {@code onError} hears. Where no thread can be had the
 * request is cancelled, and the caller's thread tells the handler so.
 */
final class AnswerStream implements GenerationListener, StreamingHandle {
    private static final Logger LOG = LoggerFactory.getLogger(DslaStreamingChatModel.class);

    private final StreamingChatResponseHandler handler;
    private final ListenerGuard listener;
    private final Function<GenerationResult, ChatResponse> toResponse;
    private final Executor threads;
    private final PartialResponseContext context = new PartialResponseContext(this);
    private final PiecePipe pipe = new PiecePipe();
    private volatile boolean cancelled;
    private volatile GenerationHandle generation; // null if the request was refused; set before the handler is called
    private int delivered; // characters of the answer

    /**
     * @param listener the user's, hears everything before the handler does
     * @param toResponse what a result is to the handler
     */
    AnswerStream(StreamingChatResponseHandler handler, ListenerGuard listener,
            Function<GenerationResult, ChatResponse> toResponse) {
        // Not a virtual thread: handlers that compute would take the carriers that the engine's events need.
        this(handler, listener, toResponse,
                task -> Thread.ofPlatform().daemon().name("jlamadsla-stream").start(task));
    }

    /** @param threads starts a thread for the handler */
    AnswerStream(StreamingChatResponseHandler handler, ListenerGuard listener,
            Function<GenerationResult, ChatResponse> toResponse, Executor threads) {
        this.handler = handler;
        this.listener = listener;
        this.toResponse = toResponse;
        this.threads = threads;
    }

    /** The request was accepted: from here on the handler is called. */
    void start(GenerationHandle accepted) {
        generation = accepted;
        accepted.result().whenComplete(pipe::end);
        start();
    }

    /** The request was refused: the handler hears so, as of any other error. */
    void refuse(RuntimeException refusal) {
        pipe.end(null, refusal);
        start();
    }

    private void start() {
        try {
            threads.execute(this::run);
        } catch (Throwable e) {
            withoutThread(e);
        }
    }

    /** Nobody takes pieces, so no more may come; the pipe has ended, so the caller does not wait for any. */
    private void withoutThread(Throwable cause) {
        if (generation != null) {
            generation.cancel();
        }
        pipe.end(null, cause);
        run();
    }

    // Called by the engine's event threads.

    @Override
    public void onPrefill(int done, int total) {
        listener.onPrefill(done, total);
    }

    @Override
    public void onToken(int token, String text) {
        listener.onToken(token, text);
        if (!text.isEmpty()) {
            pipe.put(text);
        }
    }

    @Override
    public void onRaised(LevelChange change) {
        listener.onRaised(change);
    }

    // Called by any thread that the handler gave its context to.

    @Override
    public void cancel() {
        cancelled = true;
        stop();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    /** Ends the request, and lets an event go that waits for the handler. */
    private void stop() {
        generation.cancel();
        pipe.end(null, null);
    }

    // Called by the handler's thread; without one, by the caller's.

    private void run() {
        try {
            for (String piece = pipe.take(); piece != null; piece = pipe.take()) {
                deliver(piece);
            }
            PiecePipe.End end = pipe.ended();
            if (end.failure() != null) {
                report(failure(end.failure()));
            } else if (end.result() != null) {
                complete(end.result());
            }
        } catch (Throwable e) {
            stop();
            report(e instanceof Error ? e : EngineExceptions.failed(e));
        }
    }

    private void deliver(String piece) {
        delivered += piece.length();
        call(() -> handler.onPartialResponse(new PartialResponse(piece), context));
    }

    private void complete(GenerationResult result) {
        // Held back until it was clear that it is no stop text, or half a character that nothing completed.
        String rest = result.text().substring(delivered);
        if (!rest.isEmpty()) {
            deliver(rest);
        }
        ChatResponse response = toResponse.apply(result);
        call(() -> handler.onCompleteResponse(response));
    }

    private Throwable failure(Throwable thrown) {
        // A refusal is mapped already, which mapping again leaves alone; other failures come wrapped by their future.
        return listener.failure(thrown instanceof CompletionException e ? e.getCause() : thrown);
    }

    private void call(Runnable callback) {
        if (cancelled) {
            return;
        }
        try {
            callback.run();
        } catch (Exception e) {
            report(e);
        }
    }

    private void report(Throwable error) {
        if (cancelled) {
            LOG.debug("not reported, as the stream was cancelled: {}", error.toString());
            return;
        }
        try {
            handler.onError(error);
        } catch (Throwable ignored) {
            LOG.warn("onError threw, which is ignored", ignored);
        }
    }
}
