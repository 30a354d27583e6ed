package io.github.jlamadsla.langchain4j;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.text.ChatTurn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

class RuntimeChatEngineTest {
    private final DslaRuntime runtime = mock(DslaRuntime.class);

    @Test
    void asksTheRuntime() {
        List<ChatTurn> turns = List.of(ChatTurn.user("hi"));
        GenerationRequest request = GenerationRequest.builder().promptTokens(List.of(1)).build();
        GenerationHandle handle = mock(GenerationHandle.class);
        when(runtime.modelName()).thenReturn("demo");
        when(runtime.order()).thenReturn(new LayerOrder(List.of(4, 0, 2), true));
        when(runtime.encodeChat(turns)).thenReturn(new int[]{1, 2});
        when(runtime.submit(request, GenerationListener.NONE)).thenReturn(handle);

        ChatEngine engine = RuntimeChatEngine.borrowed(runtime);

        assertThat(engine.modelName()).isEqualTo("demo");
        assertThat(engine.bottomLevel()).isEqualTo(3);
        assertThat(engine.topLevel()).isEqualTo(3);
        assertThat(engine.encodeChat(turns)).containsExactly(1, 2);
        assertThat(engine.submit(request, GenerationListener.NONE)).isSameAs(handle);
    }

    @Test
    void closesOnlyWhatItOwns() {
        RuntimeChatEngine.borrowed(runtime).close();
        verify(runtime, never()).close();

        RuntimeChatEngine.owned(runtime).close();
        verify(runtime).close();
    }
}
