package io.github.jlamadsla.quality;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.jlamadsla.testing.TestModels;
import io.github.jlamadsla.testing.TestRig;
import io.github.jlamadsla.text.TextCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Chats about hidden facts: where their answers stand, and files that are none. */
class FactChatReaderTest {
    private static final String LINE = "{\"set\":\"ev512\",\"text\":\"<|bos|><|user|>\\nA?<|end|>\\n<|assistant|>\\n"
            + "14600.<|end|>\\n<|user|>\\nB?<|end|>\\n<|assistant|>\\nIn the greenhouse.<|end|>\"}\n";

    @TempDir
    static Path folder;
    private static TextCodec demo;
    private static TextCodec chatml;

    @BeforeAll
    static void open() {
        demo = TextCodec.open(TestRig.demoModel().resolve("tokenizer.json"));
        chatml = TextCodec.open(TestModels.llama().write(folder.resolve("tiny")).resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        demo.close();
        chatml.close();
    }

    private static Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "chats", ".jsonl"), content);
    }

    private static void assertRefused(TextCodec codec, String content, String message) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> FactChatReader.read(file, codec, 9)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + message);
    }

    @Test
    void answersStandBetweenTheMarksWithTheirEnd() throws IOException {
        FactChat chat = FactChatReader.read(file(LINE), demo, 9).getFirst();
        assertThat(chat.set()).isEqualTo("ev512");
        assertThat(chat.answers()).hasSize(2);
        assertThat(chat.answers().stream().map(answer -> demo.decode(chat.text(answer))))
                .containsExactly("14600.", "In the greenhouse.");
        assertThat(chat.answers()).allSatisfy(answer -> {
            assertThat(chat.tokens()[answer.to() - 1]).isEqualTo(demo.tokenId("<|end|>"));
            int[] before = chat.before(answer);
            assertThat(before[before.length - 2]).isEqualTo(demo.tokenId("<|assistant|>"));
            assertThat(demo.decode(new int[]{before[before.length - 1]})).isEqualTo("\n");
        });
        assertThat(chat.tokens()[0]).isEqualTo(demo.tokenId("<|bos|>"));
        assertThat(chat.endToken()).isEqualTo(demo.tokenId("<|end|>"));
    }

    @Test
    void chatmlHasItsOwnMarks() throws IOException {
        FactChat chat = FactChatReader.read(file("{\"set\":\"a\",\"text\":\"<|im_start|>user\\nA?<|im_end|>\\n"
                + "<|im_start|>assistant\\n7.<|im_end|>\\n\"}"), chatml, 9).getFirst();
        assertThat(chatml.decode(chat.text(chat.answers().getFirst()))).isEqualTo("7.");
    }

    @Test
    void theFirstChatsOfEachSetAreTaken() throws IOException {
        String other = LINE.replace("ev512", "ev2k");
        List<FactChat> chats = FactChatReader.read(file(LINE + other + LINE + "\n" + other + LINE), demo, 2);
        assertThat(chats).extracting(FactChat::set).containsExactly("ev512", "ev2k", "ev512", "ev2k");
    }

    @Test
    void aSpecialTokenThatTheModelDoesNotKnowIsNamed() throws IOException {
        assertRefused(chatml, LINE,
                ": line 1 has the special token <|bos|>, which the model's tokenizer does not know");
        assertRefused(demo, LINE + LINE.replace("A?", "<|im_start|>"),
                ": line 2 has the special token <|im_start|>, which the model's tokenizer does not know");
    }

    @Test
    void brokenLinesAreNamed() throws IOException {
        assertRefused(demo, "", " is empty; allowed: a file with at least one chat");
        assertRefused(demo, LINE + "\n{\"set\":\"a\"}",
                ": line 3 has no 'text'; allowed: an object with the texts 'set' and 'text'");
        assertRefused(demo, "[1]", ": line 1 has no 'set'; allowed: an object with the texts 'set' and 'text'");
        assertRefused(demo, "{\"set\":\"a\",\"text\":\"<|user|>\\nA?<|end|>\"}", ": line 1 has 0 answers between "
                + "<|assistant|> with a line break and <|end|> in tokens, 0 in text; allowed: the same number, at least one");
        assertRefused(demo, "{\"set\":\"a\",\"text\":\"<|assistant|>\\nA.\"}", ": line 1 has 0 answers between "
                + "<|assistant|> with a line break and <|end|> in tokens, 1 in text; allowed: the same number, at least one");
        assertRefused(demo, "x".repeat((1 << 20) + 1), ": line 1 has more than 1048576 characters");
        Path file = file("{\"set\":");
        assertThatThrownBy(() -> FactChatReader.read(file, demo, 9))
                .hasMessageStartingWith(file + ": line 1 is not JSON (");
    }
}
