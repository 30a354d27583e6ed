package io.github.jlamadsla.examples;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a newcomer copies out of README.md works. */
class ReadmeTest {
    private static final Pattern CODE = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
    private static final Pattern FLAG_ROW = Pattern.compile("(?m)^\\| `(--[^`]+)` \\|");
    private static final int MOST_LINES = 10;

    @TempDir
    Path folder;

    @Test
    void beginsWithTwoCommands() throws IOException {
        Matcher block = CODE.matcher(readme());

        assertThat(block.find()).isTrue();
        assertThat(block.group(2).lines()).containsExactly("examples/ask-the-story", "mvn verify");
    }

    @Test
    void theProgramCompilesAndIsShort() throws IOException {
        String program = CODE.matcher(readme())
                .results()
                .filter(block -> block.group(1).equals("java"))
                .map(block -> block.group(2))
                .collect(Collectors.collectingAndThen(Collectors.toList(), ReadmeTest::only));

        assertThat(program.lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(MOST_LINES);
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(null, null, said, List.of("--release", "25", "-proc:none", "-d",
                folder.toString(), "-cp", System.getProperty("java.class.path")), null, List.of(source(program)))
                .call();
        assertThat(compiled).as("%s", said.getDiagnostics()).isTrue();
        assertThat(folder.resolve("Program.class")).exists();
    }

    @Test
    void theFlagsAreThoseOfTheBuild() throws IOException {
        assertThat(FLAG_ROW.matcher(readme()).results().map(row -> row.group(1)).collect(Collectors.joining(" ")))
                .isEqualTo(System.getProperty("jlamadsla.jvm.flags"));
    }

    @Test
    void namesEveryLauncher() throws IOException {
        String readme = readme();
        assertThat(LauncherFlagsTest.launchers()).isNotEmpty().allSatisfy(launcher -> assertThat(readme)
                .containsPattern("examples/" + launcher.getFileName() + "[^-\\w/.]"));
    }

    private static String only(List<String> blocks) {
        assertThat(blocks).hasSize(1);
        return blocks.getFirst();
    }

    private static JavaFileObject source(String program) {
        return new SimpleJavaFileObject(URI.create("string:///Program.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return program;
            }
        };
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of(System.getProperty("jlamadsla.root"), "README.md"));
    }
}
