package io.github.jlamadsla.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

class KernelChooserTest {

    private final Logger log = mock(Logger.class);
    private final Kernels vector = named("vector");
    private final Kernels scalar = named("scalar");

    @Test
    void takesTheVectorFormWhereItCanAndLogsItOnce() {
        KernelChooser chooser = new KernelChooser(true, () -> 256, () -> vector, KernelChooserTest::unwanted, log);
        assertThat(chooser.pick(true)).isSameAs(vector);
        verify(log).info(any(String.class), eq("vector"), eq(""));
        verifyNoMoreInteractions(log);
    }

    @Test
    void withoutTheModuleTheErrorNamesTheFlagAndNothingOfTheVectorFormIsTouched() {
        KernelChooser chooser = new KernelChooser(false, KernelChooserTest::unwanted, KernelChooserTest::unwanted,
                () -> scalar, log);
        assertThatIllegalStateException().isThrownBy(() -> chooser.pick(false))
                .withMessageContaining("--add-modules jdk.incubator.vector");
        assertThat(chooser.pick(true)).isSameAs(scalar);
        verify(log).info(any(String.class), eq("scalar"),
                eq(" (the Vector API is not there: start the JVM with --add-modules jdk.incubator.vector)"));
        verifyNoMoreInteractions(log);
    }

    @Test
    void vectorsOfOneLaneAreNoVectors() {
        KernelChooser chooser = new KernelChooser(true, () -> 64, KernelChooserTest::unwanted, () -> scalar, log);
        assertThatIllegalStateException().isThrownBy(() -> chooser.pick(false)).withMessageContaining("64 bits");
        assertThat(chooser.pick(true)).isSameAs(scalar);
    }

    @Test
    void thisJvmHasTheVectorForm() {
        Kernels kernels = KernelChooser.choose(false);
        assertThat(kernels.name()).startsWith("Vector API, ").contains("F32 ", "BF16 ");
        assertThat(KernelChooser.choose(true)).isSameAs(kernels);
    }

    @Test
    void aJvmWithoutTheModuleLinksNothingOfIt() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                ChooseWithoutModule.class.getName()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("refused: the Vector API is not there: start the JVM with "
                + "--add-modules jdk.incubator.vector").contains("scalar 11.0");
    }

    private static <T> T unwanted() {
        throw new AssertionError("the other form was asked for");
    }

    private static Kernels named(String name) {
        Kernels kernels = mock(Kernels.class);
        when(kernels.name()).thenReturn(name);
        return kernels;
    }
}
