package io.github.jlamadsla.it.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class TraceGeneratorTest {
    private static final int CONTEXT = 8_192;
    private static final Unloaded UNLOADED = new Unloaded(List.of(new Unloaded.Point(100, .1, .01)));

    @TempDir
    Path directory;

    @Test
    void sharesOfLengthClassesAreThePublishedOnes() {
        for (int seed = 1; seed <= 5; seed++) {
            List<TraceRequest> requests = new TraceGenerator(seed, CONTEXT, 1).requests(150);
            List<Integer> begins = AzureConversations.CLASS_BEGINS;
            for (int i = 0; i < begins.size(); i++) {
                int from = begins.get(i);
                int to = i + 1 < begins.size() ? begins.get(i + 1) : Integer.MAX_VALUE;
                double share = requests.stream().filter(r -> r.promptTokens() >= from && r.promptTokens() < to).count()
                        / 150.0;
                assertThat(share).isCloseTo(AzureConversations.CLASS_SHARES.get(i), within(.01));
            }
        }
    }

    @Test
    void mediansAreThePublishedOnes() {
        List<Integer> prompts = new ArrayList<>();
        List<Integer> answers = new ArrayList<>();
        for (int seed = 1; seed <= 40; seed++) {
            new TraceGenerator(seed, CONTEXT, 1).requests(150).forEach(r -> {
                prompts.add(r.promptTokens());
                answers.add(r.outputTokens());
                assertThat(r.promptTokens()).isGreaterThanOrEqualTo(AzureConversations.SHORTEST);
                assertThat(r.promptTokens() + r.outputTokens()).isLessThanOrEqualTo(CONTEXT);
            });
        }
        Collections.sort(prompts);
        Collections.sort(answers);
        assertThat(prompts.get(prompts.size() / 2)).isCloseTo(AzureConversations.MEDIAN_PROMPT, within(60));
        // The long prompts leave little room behind them, which draws it down a little.
        assertThat(answers.get(answers.size() / 2)).isCloseTo(AzureConversations.MEDIAN_ANSWER, within(12));
    }

    @Test
    void arrivalsHaveTheRateAskedForAndAllPhases() {
        List<TraceRequest> requests = new TraceGenerator(3, CONTEXT, 1)
                .trace(150, "demo", .9, 2, 1 << 20, UNLOADED).requests();

        assertThat(150 / requests.getLast().arrival()).isCloseTo(.9 * 2, within(1e-9));
        assertThat(requests.stream().map(TraceRequest::phase).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Phase.values());
        assertThat(requests).isSortedAccordingTo((a, b) -> Double.compare(a.arrival(), b.arrival()));
        List<TraceRequest> storm = of(requests, Phase.CANCEL_STORM);
        assertThat(storm).hasSize(12).allMatch(TraceRequest::cancelled);
        assertThat(requests.stream().filter(TraceRequest::cancelled)).hasSize(12);
        assertThat(requests.stream().filter(r -> r.pauseMillis() > 0)).hasSizeBetween(8, 13);
        List<TraceRequest> among = of(requests, Phase.LONG_AMONG_SHORT);
        assertThat(among.getFirst().promptTokens()).isGreaterThanOrEqualTo(8_000);
        assertThat(among.subList(1, among.size())).hasSizeGreaterThan(10)
                .allMatch(r -> r.promptTokens() < 2_000);
        List<TraceRequest> bursts = of(requests, Phase.BURST);
        double meanGap = 1 / (.9 * 2);
        assertThat(bursts.get(8).arrival() - bursts.get(0).arrival()).isLessThan(3 * meanGap);
        List<TraceRequest> ramp = of(requests, Phase.RAMP);
        double middle = ramp.get(ramp.size() / 2).arrival();
        assertThat(middle - ramp.getFirst().arrival()).isGreaterThan(ramp.getLast().arrival() - middle);
    }

    private static List<TraceRequest> of(List<TraceRequest> requests, Phase phase) {
        return requests.stream().filter(r -> r.phase() == phase).toList();
    }

    @Test
    void theSameSeedGivesTheSameBytesAndTheLoadChangesArrivalsAlone() throws Exception {
        TraceGenerator generator = new TraceGenerator(7, CONTEXT, 1);
        Path a = directory.resolve("a.jsonl");
        Path b = directory.resolve("b.jsonl");
        Trace trace = generator.trace(60, "demo", .9, 1.5, 1 << 20, UNLOADED);
        TraceFile.write(trace, a);
        TraceFile.write(new TraceGenerator(7, CONTEXT, 1).trace(60, "demo", .9, 1.5, 1 << 20, UNLOADED), b);

        assertThat(Files.readAllBytes(a)).isEqualTo(Files.readAllBytes(b));
        assertThat(TraceFile.read(a)).isEqualTo(trace);
        List<TraceRequest> more = generator.trace(60, "demo", 1.1, 1.5, 1 << 20, UNLOADED).requests();
        for (int i = 0; i < 60; i++) {
            TraceRequest slow = trace.requests().get(i);
            assertThat(more.get(i).scaled(0, 0)).isEqualTo(slow.scaled(0, 0));
            assertThat(more.get(i).arrival()).isCloseTo(slow.arrival() * .9 / 1.1, within(1e-9));
        }
        assertThat(new TraceGenerator(8, CONTEXT, 1).requests(60)).isNotEqualTo(generator.requests(60));
    }

    @Test
    void aTraceOfAnySizeAndScaleIsOne() {
        for (int count : new int[]{1, 2, 6, 40}) {
            assertThat(new TraceGenerator(1, CONTEXT, .5).trace(count, "smollm2", 1.1, 1, 1, UNLOADED).requests())
                    .hasSize(count).allMatch(r -> r.promptTokens() <= CONTEXT / 2);
        }
        assertThatThrownBy(() -> new TraceGenerator(1, CONTEXT, 0)).hasMessageContaining("above 0 to 1");
    }

    @Test
    void aFileThatIsNoTraceIsRefusedByLine() throws Exception {
        Path file = directory.resolve("trace.jsonl");
        TraceFile.write(new TraceGenerator(7, CONTEXT, 1).trace(2, "demo", .9, 1.5, 1 << 20, UNLOADED), file);
        List<String> lines = Files.readAllLines(file);
        Files.write(file, List.of(lines.get(0), lines.get(1), lines.get(2).replace("\"id\"", "\"ID\"")));
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessageContaining("trace.jsonl, line 3 is no request");
        Files.write(file, lines.subList(0, 2));
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessageContaining("a trace of 2 requests has 1");
        Files.write(file, List.of(lines.get(0), lines.get(2), lines.get(1)));
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessageContaining("request 0 of the trace is out of order");
        Files.writeString(file, "");
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessageContaining("is empty");
    }
}
