package io.github.jlamadsla.it;

import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class QualityFiguresTest {
    private static final Ceilings CEILINGS = new Ceilings(100, 10, 2);
    private static final String RUN = """
            {"fingerprint": "sha256:7283970222527c1d9b9a657b49371ca06b5b7a13248fbdf3c16e5375d23a803f",
             "dsla": "folding, 22 of 30 layers can be converted, exact window of 64 keys and 4 sinks",
             "keys_and_values": "F32", "begin_token": 0,
             "command": "examples/evaluate", "machine": "a machine", "jdk": "25", "date": "2026-11-24T00:00:00Z",
             "texts": [{"context": 2048, "levels": [
               {"level": 15, "nats": {"mean": 3.3600, "standard_error": 0.04, "blocks": 128},
                "nats_above_level_0": {"mean": 0.0125}, "equal_argmax": {"mean": 0.93},
                "kl": {"mean": 0.0205, "standard_error": 0.0005, "blocks": 128}}]}],
             "hidden_facts": [{"set": "ev2k", "levels": [{"level": 0,
               "teacher_forced": {"hits": 9, "of": 10, "share": 0.9, "low": 0.6, "high": 0.98},
               "generated": {"hits": 9, "of": 10, "share": 0.9, "low": 0.6, "high": 0.98}}]}],
             "prompts": [{"level": 7, "equal_to_level_0": {"hits": 4, "of": 10, "share": 0.4, "low": 0.2, "high": 0.7},
               "loops": {"hits": 0, "of": 10, "share": 0, "low": 0, "high": 0.3}}]}
            """;

    private static List<Figure> figures(String model, String run) throws Exception {
        return QualityFigures.of(model, new ObjectMapper().readTree(run), "abc", CEILINGS);
    }

    @Test
    void comparesWithWhatIsPublished() throws Exception {
        List<Figure> figures = figures("smollm2", RUN);
        assertThat(figures).hasSize(6);
        assertThat(figures.get(0).claim()).startsWith("smollm2, level 15, books in blocks of 2048: nats per token");
        assertThat(figures.get(0).measured().median()).isEqualTo(0.0044);
        assertThat(figures.get(0).target()).isEqualTo(Target.atMost(0.005));
        assertThat(figures.get(0).holds()).isTrue();
        // .0205 against .018: more than 10 % and more than .002.
        assertThat(figures.get(1).holds()).isFalse();
        assertThat(figures.get(1).target().value()).isEqualTo(0.002);
        assertThat(figures.get(2).target()).isNull();
        assertThat(figures.get(4).claim()).isEqualTo(
                "smollm2, level 7, 10 chat prompts, 64 greedy tokens: share equal to level 0 over 32 tokens");
        assertThat(figures.get(5).claim()).startsWith("smollm2, level 7, 10 chat prompts, 64 greedy tokens: ");
        assertThat(figures.get(5).measured().median()).isZero();
        assertThat(figures).allSatisfy(figure -> assertThat(figure.commit()).isEqualTo("abc"));
    }

    /** The same of the demo model, as examples/evaluate describes it. */
    private static ObjectNode demo() throws Exception {
        String fingerprint = new ObjectMapper().readTree(
                QualityFigures.class.getResourceAsStream("published-quality.json"))
                .at("/demo-model, folding/fingerprint").asText();
        return run().put("fingerprint", fingerprint).put("dsla", "folding, 6 of 8 layers can be converted")
                .put("begin_token", 1);
    }

    private static ObjectNode run() throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(RUN);
    }

    private static void assertRefused(String model, ObjectNode run, String message) {
        assertThatThrownBy(() -> figures(model, run.toString())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the figures of " + model + " were published with " + message);
    }

    @Test
    void refusesRunsOfAnotherKind() throws Exception {
        assertRefused("demo-model, folding",
                demo().put("dsla", "released, 6 of 8 layers can be converted"),
                "dsla \"folding, 6 of 8 layers can be converted\", "
                        + "these were measured with \"released, 6 of 8 layers can be converted\"");
        assertRefused("demo-model, released", demo(), "dsla \"released, 6 of 8 layers can be converted\", "
                + "these were measured with \"folding, 6 of 8 layers can be converted\"");
        assertRefused("smollm2", run().put("keys_and_values", "F16"),
                "keys_and_values \"F32\", these were measured with \"F16\"");
        assertRefused("smollm2", run().put("begin_token", 1), "begin_token 0, these were measured with 1");
        assertRefused("smollm2", run().putNull("begin_token"), "begin_token 0, these were measured with null");
    }

    @Test
    void withoutABeginTokenTheCommandMustHaveIt() throws Exception {
        ObjectNode smollm2 = run();
        smollm2.remove("begin_token");
        assertRefused("smollm2", smollm2, "--begin-token \"0\", these were measured with null");
        assertRefused("smollm2", smollm2.put("command", "examples/evaluate m --begin-token none --text t"),
                "--begin-token \"0\", these were measured with \"none\"");
        smollm2.put("command", "examples/evaluate m --begin-token 0 --text t");
        assertThat(figures("smollm2", smollm2.toString())).hasSize(6);
        ObjectNode demo = demo();
        demo.remove("begin_token");
        assertThat(figures("demo-model, folding", demo.toString())).hasSize(6);
        assertRefused("demo-model, folding", demo.put("command", "examples/evaluate m --begin-token 0"),
                "--begin-token null, these were measured with \"0\"");
    }

    @Test
    void withoutATextTheBeginTokenDoesNotCount() throws Exception {
        ObjectNode run = run().putNull("begin_token");
        run.putArray("texts");
        assertThat(figures("smollm2", run.toString())).hasSize(4);
    }

    @Test
    void sharesHoldWithinTheirInterval() throws Exception {
        List<Figure> figures = figures("demo-model, folding", demo().toString());
        assertThat(figures.get(2).target()).isEqualTo(Target.atMost(0));
        // .993 is published, the interval ends at .98.
        assertThat(figures.get(2).measured().median()).isEqualTo(0.013);
        assertThat(figures.get(2).holds()).isFalse();
        assertThat(figures.get(2).details()).containsEntry("published", 0.993);
    }

    @Test
    void refusesWeightsOfWhichNothingIsPublished() {
        assertThatThrownBy(() -> figures("demo-model, folding", RUN)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing is published of demo-model, folding with the fingerprint");
        assertThatThrownBy(() -> figures("another", RUN)).hasMessageContaining("another");
    }
}
