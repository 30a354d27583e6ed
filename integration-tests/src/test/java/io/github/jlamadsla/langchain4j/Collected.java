package io.github.jlamadsla.langchain4j;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

/** A stream's pieces and its end. */
class Collected implements StreamingChatResponseHandler {
    final List<String> pieces = new CopyOnWriteArrayList<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<ChatResponse> end = new CompletableFuture<>();

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
        threads.add(Thread.currentThread());
        pieces.add(piece.text());
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        threads.add(Thread.currentThread());
        end.complete(response);
    }

    @Override
    public void onError(Throwable error) {
        threads.add(Thread.currentThread());
        end.completeExceptionally(error);
    }

    boolean ended() {
        return end.isDone();
    }

    String text() {
        return String.join("", pieces);
    }

    ChatResponse response() throws Exception {
        return end.get(60, TimeUnit.SECONDS);
    }

    Throwable error() throws InterruptedException {
        try {
            throw new AssertionError("no error but " + end.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("no end; pieces: " + pieces, e);
        }
    }
}
