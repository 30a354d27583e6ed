package io.github.jlamadsla.examples.chat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.examples.RealModel;
import io.github.jlamadsla.gguf.GgufImporter;

import static org.assertj.core.api.Assertions.assertThat;

/** The command line over pipes, on a model that people know: half of its layers converted. */
@EnabledIf(value = "io.github.jlamadsla.examples.RealModel#isThere", disabledReason = "The real model is not there (examples/get-smollm2 makes it).")
class ChatRealModelTest {
    @TempDir
    Path folder;

    /** The answer is the reference's at this level (golden/smollm2/greedy.json). */
    @Test
    void aLineIsAnsweredAtTheLevelAskedFor() {
        TestOutput pipe = TestOutput.piped();
        byte[] line = "What is the capital of France?\n".getBytes(StandardCharsets.UTF_8);
        int exitCode = Chat.run(new ChatHost(new ByteArrayInputStream(line), pipe.output,
                new UserFolders(Map.of(), folder), GgufImporter::run), "--level", "15", "--max-tokens", "48",
                RealModel.directory().toString());
        assertThat(pipe.out()).isEqualTo("The capital of France is Paris.\n");
        assertThat(pipe.errorLines()).hasSize(3).last().asString()
                .matches("level 15 \\| 37 \\+ 7 tokens \\| .* tokens/s \\| \\d+\\.\\d MB");
        assertThat(exitCode).isZero();
    }
}
