package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The JVM flags stand in pom.xml and, since a launcher cannot read that, once more in launch.sh. */
class LauncherFlagsTest {

    private static final Path EXAMPLES = Path.of(System.getProperty("jlamadsla.root"), "examples");
    private static final Pattern FLAGS_LINE = Pattern.compile("(?m)^flags='([^'\n]*)'$");
    private static final Pattern MAIN_CLASS = Pattern.compile("/launch\\.sh\" (io\\.github\\.[\\w.]+)");
    private static final Pattern JVM_FLAG = Pattern
            .compile("--(add|enable|illegal|limit|module|patch|sun)[-\\w]*|-X\\S*|-javaagent\\S*");

    @Test
    void launchersUseTheFlagsOfTheBuild() {
        String script = read(EXAMPLES.resolve("launch.sh"));

        assertThat(FLAGS_LINE.matcher(script).results().map(line -> line.group(1)))
                .containsExactly(System.getProperty("jlamadsla.jvm.flags"));
    }

    @Test
    void noLauncherHasFlagsOfItsOwn() throws IOException {
        assertThat(scripts()).extracting(script -> script.getFileName().toString())
                .contains("ask-the-story", "import-gguf", "launch.sh");
        assertThat(scripts()).allSatisfy(script -> assertThat(
                JVM_FLAG.matcher(FLAGS_LINE.matcher(read(script)).replaceAll("")).results().map(MatchResult::group))
                .as("flags in %s", script.getFileName()).isEmpty());
    }

    /** What starts no java itself cannot forget a flag. */
    @Test
    void everyLauncherGoesThroughTheSharedOne() throws IOException {
        assertThat(launchers()).isNotEmpty().allSatisfy(script -> {
            assertThat(Files.isExecutable(script)).as("%s is executable", script).isTrue();
            assertThat(read(script)).doesNotContain("bin/java");
            assertThat(MAIN_CLASS.matcher(read(script)).results().map(line -> line.group(1))).as("%s", script)
                    .singleElement().satisfies(LauncherFlagsTest::assertHasMain);
        });
    }

    private static void assertHasMain(String name) throws ReflectiveOperationException {
        Class<?> program = Class.forName(name, false, LauncherFlagsTest.class.getClassLoader());
        assertThat(program.getMethod("main", String[].class)).isNotNull();
    }

    /** What a user starts. */
    static List<Path> launchers() throws IOException {
        return scripts().stream().filter(script -> !script.toString().endsWith(".sh")).toList();
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(Files::isRegularFile).filter(file -> read(file).startsWith("#!")).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
