package io.github.jlamadsla.langchain4j;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

/** Writes down what it hears: pieces as strings, a response, errors. */
class RecordingHandler implements StreamingChatResponseHandler {
    final List<Object> heard = new CopyOnWriteArrayList<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
        record(partialResponse.text());
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        record(completeResponse);
        ended.countDown();
    }

    /** Counts as the end, for handlers that do not throw. */
    @Override
    public void onError(Throwable error) {
        record(error);
        ended.countDown();
    }

    /** What was heard, once the answer came or an error. */
    List<Object> await() throws InterruptedException {
        if (!ended.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no end; heard: " + heard);
        }
        return heard;
    }

    private void record(Object event) {
        threads.add(Thread.currentThread());
        heard.add(event);
    }
}
