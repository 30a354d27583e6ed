package io.github.jlamadsla;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.testing.TestModels;

import static org.assertj.core.api.Assertions.assertThat;

/** What an application sees that was started without the flag, in a JVM of its own. */
class WithoutVectorModuleTest {

    /** Loads the model of the first argument; the second says whether the scalar kernels may serve. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(Path.of(args[0]))
                    .allowScalarKernels(Boolean.parseBoolean(args[1])).warmUp(Duration.ofSeconds(1)).build()) {
                GenerationRequest request = GenerationRequest.builder().promptTokens(new int[]{5, 6, 7})
                        .maxOutputTokens(4).level(1).build();
                System.out.println("prompt of " + runtime.generate(request, GenerationListener.NONE).promptTokens());
            } catch (IllegalStateException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @TempDir
    private Path directory;

    @Test
    void namesTheFlag() throws Exception {
        assertThat(run(false)).contains("refused: ").contains("--add-modules jdk.incubator.vector");
    }

    @Test
    void servesWithScalarKernelsIfAllowed() throws Exception {
        assertThat(run(true)).contains("prompt of 3").contains("--add-modules jdk.incubator.vector");
    }

    private String run(boolean allowScalar) throws IOException, InterruptedException {
        Path model = TestModels.llama().folding(1).write(directory.resolve("model"));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Djlamadsla.log.level=info", "-cp",
                System.getProperty("java.class.path"), Program.class.getName(), model.toString(),
                String.valueOf(allowScalar)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
