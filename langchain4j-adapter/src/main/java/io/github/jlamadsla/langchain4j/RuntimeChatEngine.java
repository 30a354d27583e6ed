package io.github.jlamadsla.langchain4j;

import java.util.List;
import java.util.Objects;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.text.ChatTurn;

/** A {@link DslaRuntime}, borrowed (its owner closes it) or owned (closed with this). */
final class RuntimeChatEngine implements ChatEngine {
    private final DslaRuntime runtime;
    private final boolean owned;

    private RuntimeChatEngine(DslaRuntime runtime, boolean owned) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.owned = owned;
    }

    static RuntimeChatEngine borrowed(DslaRuntime runtime) {
        return new RuntimeChatEngine(runtime, false);
    }

    static RuntimeChatEngine owned(DslaRuntime runtime) {
        return new RuntimeChatEngine(runtime, true);
    }

    @Override
    public String modelName() {
        return runtime.modelName();
    }

    @Override
    public int bottomLevel() {
        return runtime.order().bottom();
    }

    @Override
    public int topLevel() {
        return runtime.order().top();
    }

    @Override
    public int[] encodeChat(List<ChatTurn> turns) {
        return runtime.encodeChat(turns);
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
        return runtime.submit(request, listener);
    }

    @Override
    public void close() {
        if (owned) {
            runtime.close();
        }
    }
}
