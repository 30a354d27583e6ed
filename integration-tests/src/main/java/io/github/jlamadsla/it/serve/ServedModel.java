package io.github.jlamadsla.it.serve;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.jlamadsla.bridge.ModelConfig;
import io.github.jlamadsla.checkpoint.HybridCheckpoint;
import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.text.ChatTemplate;
import io.github.jlamadsla.text.PromptEncoder;
import io.github.jlamadsla.text.TextCodec;

/**
 * What the benchmark must know of a model beside the server's own view of it.
 *
 * @param name demo or smollm2
 * @param directory where it is
 * @param context most tokens of a request
 * @param contextBytes keys and values of that many at level 0
 * @param layers of the base model
 * @param endTokens tokens that end an answer
 * @param quality measured levels
 */
record ServedModel(String name, Path directory, int context, long contextBytes, int layers, Set<Integer> endTokens,
        List<QualityPoint> quality) {
    private static final int DEMO_REQUESTS = 150;
    private static final int SMOLLM2_REQUESTS = 60;
    static final String DEMO = "demo";
    static final String SMOLLM2 = "smollm2";
    /** SmolLM2 reads several times more slowly; its prompts are half as long, so that a trace ends within the hour. */
    private static final double SMOLLM2_LENGTHS = .5;

    ServedModel {
        endTokens = Set.copyOf(endTokens);
        quality = List.copyOf(quality);
    }

    static ServedModel open(String name, Path directory) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true);
                TextCodec codec = TextCodec.open(checkpoint.directory().tokenizer())) {
            Set<Integer> end = new HashSet<>(checkpoint.config().eosTokens());
            String eos = checkpoint.directory().tokenizerConfig().eosToken();
            if (eos != null && codec.tokenId(eos) >= 0) {
                end.add(codec.tokenId(eos));
            }
            ModelConfig config = checkpoint.config();
            long perToken = 2L * KvPrecision.F16.bytes() * config.kvHeads() * config.headSize() * config.layers();
            return new ServedModel(name, directory, config.contextLength(), perToken * config.contextLength(),
                    config.layers(), end, checkpoint.dsla().quality());
        }
    }

    /** Factor of all prompts' lengths. */
    double lengthScale() {
        return isDemo() ? 1 : SMOLLM2_LENGTHS;
    }

    /** Of a trace. */
    int usualRequests() {
        return isDemo() ? DEMO_REQUESTS : SMOLLM2_REQUESTS;
    }

    /** Two full contexts at level 0, so that memory runs short before the processor's time does when prompts are long. */
    long usualMemory() {
        return 2 * contextBytes;
    }

    /** Whether its answers can be called right or wrong: the demo model was trained to find hidden facts. */
    boolean isDemo() {
        return name.equals(DEMO);
    }

    /** The requests with their texts. */
    List<TracePrompt> prompts(List<TraceRequest> requests) {
        try (HybridCheckpoint checkpoint = HybridCheckpoint.open(directory, "dsla", true);
                TextCodec codec = TextCodec.open(checkpoint.directory().tokenizer())) {
            return TracePrompt.of(requests, codec, new PromptEncoder(codec, ChatTemplate.of(directory.toString(),
                    checkpoint.directory().tokenizerConfig(), Clock.systemUTC())));
        }
    }

    /** The outcome, with whether its answer is right. */
    Outcome judged(Outcome outcome, TracePrompt prompt, TextCodec codec) {
        return isDemo() && outcome.answered()
                ? outcome.judged(prompt.chat().isRight(codec.decode(outcome.answer())))
                : outcome;
    }
}
