package io.github.jlamadsla.metrics;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.testing.TestModels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/** What a program has that does not want Micrometer: everything but this package. */
class WithoutMicrometerTest {

    /** Serves a request with the model of the first argument. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            try {
                Class.forName("io.micrometer.core.instrument.MeterRegistry");
                throw new AssertionError("Micrometer is there");
            } catch (ClassNotFoundException expected) {
                System.out.println("without Micrometer");
            }
            try (DslaRuntime runtime = DslaRuntime.builder().modelDirectory(Path.of(args[0])).threads(1)
                    .warmUp(Duration.ZERO).build()) {
                GenerationRequest request = GenerationRequest.builder().promptTokens(new int[]{5, 6, 7})
                        .maxOutputTokens(4).level(1).build();
                System.out.println("prompt of " + runtime.generate(request, GenerationListener.NONE).promptTokens());
                System.out.println("limit of " + runtime.load().memory().limit());
            }
        }
    }

    @TempDir
    private Path directory;

    @Test
    void onlyThisPackageNeedsIt() {
        noClasses().that().resideOutsideOfPackage("io.github.jlamadsla.metrics..").should()
                .dependOnClassesThat().resideInAPackage("io.micrometer..")
                .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.github.jlamadsla"));
    }

    @Test
    void aRuntimeServes() throws Exception {
        Path model = TestModels.llama().folding(1).write(directory.resolve("model"));
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("micrometer-"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp", classPath,
                Program.class.getName(), model.toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("without Micrometer", "prompt of 3", "limit of ");
    }
}
