package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.it.RealModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jlama reads the directory that our importer made, and says with it what we say at level 0. The questions are those
 * whose answers begin with tokens that are far ahead of the next likeliest, so that Jlama's other sums do not matter.
 */
@EnabledIf(value = "io.github.jlamadsla.it.RealModel#isThere", disabledReason = "The real model is not there (examples/get-smollm2 makes it).")
class ImportedRealModelInJlamaTest {
    private static final List<String> QUESTIONS = List.of("Explain in two sentences why the sky is blue.",
            "Write a Python function that returns the factorial of n.");
    private static final int TOKENS = 6;
    private static final String MARK = "@answer ";
    /** With its native products it says other things of this model, even when it reads token by token. */
    private static final String JLAMAS_OWN_JAVA = "-Djlama.force_panama_tensor_operations=true";

    @TempDir
    Path folder;

    /** Asked in a JVM of its own, which Jlama may crash; from one thread. */
    static final class Program {
        private Program() {}

        /** @param arguments model directory, then prompts: token ids with commas between them */
        public static void main(String[] arguments) {
            try (JlamaAnswers jlama = new JlamaAnswers(Path.of(arguments[0]))) {
                for (String prompt : Arrays.asList(arguments).subList(1, arguments.length)) {
                    int[] tokens = Arrays.stream(prompt.split(",")).mapToInt(Integer::parseInt).toArray();
                    System.out.println(MARK + jlama.answer(LoadRequest.of(tokens, TOKENS)));
                }
            }
        }
    }

    @Test
    void itSaysWhatWeSayAtLevel0() {
        List<JsonNode> references = QUESTIONS.stream().map(question -> RealModel.reference(question, 0)).toList();
        assertThat(references).allSatisfy(
                reference -> assertThat(numbers(reference, "margins", Double[].class)).allMatch(margin -> margin > 1));
        List<List<Integer>> ours;
        try (OwnAnswers own = new OwnAnswers(RealModel.directory())) {
            ours = references.stream().map(reference -> own.answer(LoadRequest.of(prompt(reference), TOKENS))).toList();
        }
        assertThat(ours).isEqualTo(references.stream()
                .map(reference -> numbers(reference, "output_ids", Integer[].class)).toList());

        assertThat(jlamas(references)).isEqualTo(ours.stream().map(List::toString).toList());
    }

    private List<String> jlamas(List<JsonNode> references) {
        List<String> arguments = new ArrayList<>(List.of(RealModel.directory().toString()));
        references.forEach(reference -> arguments.add(Arrays.stream(prompt(reference)).mapToObj(String::valueOf)
                .collect(Collectors.joining(","))));
        List<String> flags = new ArrayList<>(List.of(System.getProperty("jlamadsla.jvm.flags").split(" ")));
        flags.add(JLAMAS_OWN_JAVA);
        List<String> answers = new ArrayList<>();
        String ending = new ChildJvm(List.of(), flags, Duration.ofSeconds(60), folder.resolve("jlama.log")).run(
                Program.class,
                arguments, line -> {
                    if (line.startsWith(MARK)) {
                        answers.add(line.substring(MARK.length()));
                    }
                });
        assertThat(ending).isEmpty();
        return answers;
    }

    private static int[] prompt(JsonNode reference) {
        return new ObjectMapper().convertValue(reference.get("prompt_ids"), int[].class);
    }

    private static <T> List<T> numbers(JsonNode reference, String key, Class<T[]> type) {
        return Arrays.asList(new ObjectMapper().convertValue(reference.get(key), type)).subList(0, TOKENS);
    }
}
