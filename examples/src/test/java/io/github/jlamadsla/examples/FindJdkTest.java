package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Which JDK the launchers take, tried on folders that only look like JDKs. */
class FindJdkTest {

    @TempDir
    private Path folder;

    @Test
    void takesTheNamedJdk() throws Exception {
        Path jdk = jdk("named here", "25.0.9");

        assertThat(find(Map.of("JAVA25_HOME", jdk.toString()))).isEqualTo(jdk.toString());
    }

    @Test
    void takesTheFirstReleaseWithoutUpdate() throws Exception {
        Path jdk = jdk("first", "25");

        assertThat(find(Map.of("JAVA25_HOME", jdk.toString()))).isEqualTo(jdk.toString());
    }

    @Test
    void looksPastAnotherReleaseInJavaHome() throws Exception {
        Path old = jdk("old", "17.0.25");
        Path newer = jdk("newer", "250.0.1");
        jdk("home/.sdkman/candidates/java/25.0.9-tem", "25.0.9");
        String found = find(Map.of("JAVA25_HOME", newer.toString(), "JAVA_HOME", old.toString(), "HOME",
                folder.resolve("home").toString()));

        // The machine's own may come first.
        assertThat(found).isNotEqualTo(old.toString()).isNotEqualTo(newer.toString());
        assertThat(Path.of(found).resolve("release")).content().containsPattern("JAVA_VERSION=\"25[.\"]");
    }

    @Test
    void wantsACompilerToo() throws Exception {
        Path runtimeOnly = jdk("runtime", "25.0.9");
        Files.delete(runtimeOnly.resolve("bin/javac"));
        Path jdk = jdk("whole", "25.0.9");

        assertThat(find(Map.of("JAVA25_HOME", runtimeOnly.toString(), "JAVA_HOME", jdk.toString())))
                .isEqualTo(jdk.toString());
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String tool : new String[]{"java", "javac"}) {
            assertThat(Files.createFile(home.resolve("bin").resolve(tool)).toFile().setExecutable(true)).isTrue();
        }
        return home;
    }

    private static String find(Map<String, String> environment) throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("jlamadsla.root"), "examples", "find-jdk.sh");
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString());
        builder.environment().remove("JAVA_HOME");
        builder.environment().remove("JAVA25_HOME");
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
