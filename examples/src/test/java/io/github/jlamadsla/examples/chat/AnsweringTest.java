package io.github.jlamadsla.examples.chat;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.engine.GenerationHandle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

class AnsweringTest {

    @Test
    void aLongPromptShowsHowFarItIsRead() {
        TestOutput terminal = TestOutput.terminal();
        Answering answering = new Answering(terminal.output);
        answering.onPrefill(1_024, 6_030);
        answering.onPrefill(6_030, 6_030);
        assertThat(terminal.out()).isEqualTo("\r\u001B[2mreading, 1,024 of 6,030 tokens\u001B[0m");
    }

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
