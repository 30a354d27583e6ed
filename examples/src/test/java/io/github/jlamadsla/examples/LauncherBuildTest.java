package io.github.jlamadsla.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The first starts of a checkout, with stand-ins for Maven and Java. */
@Timeout(60)
class LauncherBuildTest {
    @TempDir
    Path folder;
    private Path examples;
    private Path lock;
    private Path builds;

    @BeforeEach
    void checkout() throws IOException {
        // Real, as launch.sh sees itself.
        Path root = Files.createDirectory(folder.resolve("checkout")).toRealPath();
        examples = root.resolve("examples");
        lock = examples.resolve("target/launch.lock");
        builds = folder.resolve("builds");
        for (String module : new String[]{"examples", "jlama-dsla-plugin"}) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.createFile(root.resolve(module).resolve("pom.xml"));
        }
        Files.createFile(root.resolve("pom.xml"));
        Files.copy(Path.of(System.getProperty("jlamadsla.root"), "examples", "launch.sh"),
                examples.resolve("launch.sh"));
        script(examples.resolve("find-jdk.sh"), "echo " + folder.resolve("jdk"));
        script(folder.resolve("jdk/bin/java"), "echo started");
        maven("""
                echo build >>%s
                sleep 1
                mkdir -p examples/target/classes jlama-dsla-plugin/target/classes
                echo %s >examples/target/classpath
                """.formatted(builds, root.resolve("jlama-dsla-plugin/target/classes")));
    }

    @Test
    void startsAtTheSameTimeBuildOnce() throws IOException, InterruptedException {
        Process[] starts = {start(), start(), start()};
        for (Process start : starts) {
            assertStarted(start);
        }
        assertThat(builds).hasContent("build");
        assertThat(lock).doesNotExist();
    }

    @Test
    void theLockOfAKilledStartIsBroken() throws IOException, InterruptedException {
        Process killed = new ProcessBuilder("true").start();
        assertThat(killed.waitFor()).isZero();
        Files.createDirectories(lock);
        Files.writeString(lock.resolve("pid"), killed.pid() + "\n");
        Process[] starts = {start(), start()};
        for (Process start : starts) {
            assertStarted(start);
        }
        assertThat(builds).hasContent("build");
        assertThat(lock).doesNotExist();
    }

    @Test
    void aBuildThatFailsOrIsEndedGivesTheLockBack() throws IOException, InterruptedException {
        maven("echo broken; exit 1");
        Process failed = start();
        assertThat(output(failed)).contains("broken").contains("The build failed").doesNotContain("started");
        assertThat(failed.waitFor()).isEqualTo(1);
        assertThat(lock).doesNotExist();

        maven("kill -TERM $(cat " + lock.resolve("pid") + ") && sleep 1");
        Process ended = start();
        assertThat(output(ended)).doesNotContain("started");
        assertThat(ended.waitFor()).isEqualTo(143);
        assertThat(lock).doesNotExist();
    }

    @Test
    void aLockThatCannotBeMadeIsSaid() throws IOException, InterruptedException {
        Files.createDirectories(lock.getParent());
        Files.createFile(lock);
        Process start = start();
        assertThat(output(start)).contains(lock.toString()).doesNotContain("started");
        assertThat(start.waitFor()).isNotZero();
    }

    private static void assertStarted(Process start) throws IOException, InterruptedException {
        String output = output(start);
        assertThat(start.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).endsWith("started\n");
        assertThat(start.exitValue()).isZero();
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", examples.resolve("launch.sh").toString(), "Main");
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
        return builder.redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void maven(String commands) throws IOException {
        script(folder.resolve("bin/mvn"), commands);
    }

    private static void script(Path file, String commands) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
