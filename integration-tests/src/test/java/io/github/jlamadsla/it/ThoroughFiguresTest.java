package io.github.jlamadsla.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ThoroughFiguresTest {
    private static final Ceilings CEILINGS = new Ceilings(100, 10, 2);

    @TempDir
    Path root;

    private void report(String module, String test, String thorough, int failures) throws Exception {
        Path folder = Files.createDirectories(root.resolve(module + "/target/surefire-reports"));
        Files.writeString(folder.resolve("TEST-" + test + ".xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="x" time="1,330.5" tests="4" errors="0" skipped="0" failures="%d">
                  <properties><property name="jlamadsla.thorough" value="%s"/></properties>
                  <testcase name="y"><system-out><![CDATA[@detail answers compared=12
                other
                ]]></system-out></testcase>
                </testsuite>
                """.formatted(failures, thorough));
        for (List<String> command : List.of(List.of("init", "-q"),
                List.of("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"))) {
            ProcessBuilder git = new ProcessBuilder("git", "-C", root.toString());
            git.command().addAll(command);
            assertThat(git.start().waitFor()).isZero();
        }
    }

    @Test
    void aClassIsOneFigure() throws Exception {
        report("jlama-dsla-plugin", "io.github.jlamadsla.engine.ManyRequestsTest", "true", 1);

        List<Figure> figures = ThoroughFigures.of(root, List.of("ManyRequestsTest"), CEILINGS);

        assertThat(figures).singleElement().satisfies(figure -> {
            assertThat(figure.measured().median()).isEqualTo(75);
            assertThat(figure.holds()).isFalse();
            assertThat(figure.command()).isEqualTo("integration-tests/run-benchmark thorough ManyRequestsTest");
            assertThat(figure.details()).isEqualTo(Map.of("runs", 4.0, "seconds", 1_330.5, "answers compared", 12.0));
        });
    }

    @Test
    void whatIsNoThoroughRunIsNamed() throws Exception {
        report("integration-tests", "io.github.jlamadsla.it.load.SoakTest", "false", 0);

        assertThatThrownBy(() -> ThoroughFigures.of(root, List.of("SoakTest"), CEILINGS))
                .hasMessageContaining("is of a short run");
        assertThatThrownBy(() -> ThoroughFigures.of(root, List.of("ServeSoakTest"), CEILINGS))
                .hasMessageContaining("is missing");
        assertThatThrownBy(() -> ThoroughFigures.of(root, List.of("OtherTest"), CEILINGS))
                .hasMessageContaining("OtherTest is no thorough test; allowed: [ManyRequestsTest");
    }
}
