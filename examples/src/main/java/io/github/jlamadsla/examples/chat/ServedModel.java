package io.github.jlamadsla.examples.chat;

import java.util.List;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.text.ChatTurn;

/** What the chat needs of a model. */
interface ServedModel {

    int layers();

    int contextLength();

    LayerOrder order();

    /** A chat as prompt tokens. */
    int[] encode(List<ChatTurn> turns);

    GenerationHandle submit(GenerationRequest request, GenerationListener listener);

    static ServedModel of(DslaRuntime runtime) {
        return new ServedModel() {

            @Override
            public int layers() {
                return runtime.layers();
            }

            @Override
            public int contextLength() {
                return runtime.contextLength();
            }

            @Override
            public LayerOrder order() {
                return runtime.order();
            }

            @Override
            public int[] encode(List<ChatTurn> turns) {
                return runtime.encodeChat(turns);
            }

            @Override
            public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
                return runtime.submit(request, listener);
            }
        };
    }
}
