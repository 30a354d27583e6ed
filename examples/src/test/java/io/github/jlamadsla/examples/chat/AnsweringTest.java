package io.github.jlamadsla.examples.chat;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.GenerationHandle;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

class AnsweringTest {

    @Test
    void aStopBeforeTheRequestIsHandedOverIsNotLost() {
        GenerationHandle handle = mock();
        Answering answering = new Answering(TestOutput.piped().output);
        answering.stop();
        answering.await(() -> handle);
        verify(handle).cancel();
        verify(handle).await();
        verifyNoMoreInteractions(handle);
    }
}
