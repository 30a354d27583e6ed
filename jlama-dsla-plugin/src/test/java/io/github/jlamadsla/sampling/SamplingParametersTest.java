package io.github.jlamadsla.sampling;

import java.util.HashMap;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class SamplingParametersTest {
    private static final float INF = Float.POSITIVE_INFINITY;

    private static SamplingParameters.Builder builder() {
        return SamplingParameters.builder();
    }

    @Test
    void theBuilderStartsGreedyWithAllElseOff() {
        assertThat(builder().build()).isEqualTo(SamplingParameters.GREEDY)
                .isEqualTo(new SamplingParameters(0, 0, 1, 0, 1, 0, 0, Map.of(), 0));
        assertThat(new SamplingParameters(0.7, 40, 0.9, 41))
                .isEqualTo(builder().temperature(0.7).topK(40).topP(0.9).seed(41).build());
    }

    @Test
    void toBuilderKeepsEverything() {
        SamplingParameters all = new SamplingParameters(0.1, 2, 0.3, 0.4, 1.5, -0.6, 0.7, Map.of(8, 0.9f), 10);

        assertThat(all.toBuilder().build()).isEqualTo(all).hasSameHashCodeAs(all);
        assertThat(builder().temperature(0.1).topK(2).topP(0.3).minP(0.4).repetitionPenalty(1.5).frequencyPenalty(-0.6)
                .presencePenalty(0.7).logitBias(Map.of(8, 0.9f)).seed(10).build()).isEqualTo(all);
        assertThat(all.toBuilder().minP(0.5).build()).isNotEqualTo(all);
    }

    @Test
    void takesTheEndsOfEachRange() {
        assertThatCode(() -> builder().temperature(0).temperature(100).topK(0).topK(Integer.MAX_VALUE)
                .topP(Double.MIN_VALUE).topP(1).minP(0).minP(1).repetitionPenalty(Double.MIN_VALUE)
                .repetitionPenalty(100).frequencyPenalty(-2).frequencyPenalty(2).presencePenalty(-2).presencePenalty(2)
                .logitBias(Map.of(0, -100f, Integer.MAX_VALUE, 100f, 1, -INF)).seed(Long.MIN_VALUE).build())
                .doesNotThrowAnyException();
    }

    @Test
    void setterAndConstructorRefuseTheSameWithOneMessage() {
        refuses("temperature is -0.1; allowed: 0 to 100", () -> builder().temperature(-0.1),
                () -> new SamplingParameters(-0.1, 0, 1, 0, 1, 0, 0, Map.of(), 0));
        refuses("topK is -1; allowed: 0 (off) or more", () -> builder().topK(-1),
                () -> new SamplingParameters(0, -1, 1, 0, 1, 0, 0, Map.of(), 0));
        refuses("topP is 0.0; allowed: above 0, at most 1", () -> builder().topP(0),
                () -> new SamplingParameters(0, 0, 0, 0, 1, 0, 0, Map.of(), 0));
        refuses("minP is 1.01; allowed: 0 (off) to 1", () -> builder().minP(1.01),
                () -> new SamplingParameters(0, 0, 1, 1.01, 1, 0, 0, Map.of(), 0));
        refuses("repetitionPenalty is 0.0; allowed: above 0, at most 100", () -> builder().repetitionPenalty(0),
                () -> new SamplingParameters(0, 0, 1, 0, 0, 0, 0, Map.of(), 0));
        refuses("frequencyPenalty is 2.5; allowed: -2 to 2", () -> builder().frequencyPenalty(2.5),
                () -> new SamplingParameters(0, 0, 1, 0, 1, 2.5, 0, Map.of(), 0));
        refuses("presencePenalty is -2.5; allowed: -2 to 2", () -> builder().presencePenalty(-2.5),
                () -> new SamplingParameters(0, 0, 1, 0, 1, 0, -2.5, Map.of(), 0));
        refuses("logitBias of token 7 is 101.0; allowed: -100 to 100, or minus infinity to forbid it",
                () -> builder().logitBias(Map.of(7, 101f)),
                () -> new SamplingParameters(0, 0, 1, 0, 1, 0, 0, Map.of(7, 101f), 0));
    }

    private static void refuses(String message, ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1e300})
    void refusesWhatIsNoSensibleNumber(double value) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(value));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().topP(value));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().minP(value));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().repetitionPenalty(value));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().frequencyPenalty(value));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().presencePenalty(value));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -100.1f, Float.MAX_VALUE, -Float.MAX_VALUE})
    void refusesBiasesOutOfRange(float bias) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().logitBias(Map.of(3, bias)))
                .withMessageStartingWith("logitBias of token 3 is " + bias + "; allowed: -100 to 100");
    }

    @Test
    void refusesBiasesWithoutTokenOrValue() {
        Map<Integer, Float> biases = new HashMap<>();
        biases.put(null, 1f);
        refuses("logitBias names token null; allowed: 0 or more", () -> builder().logitBias(biases));
        refuses("logitBias names token -1; allowed: 0 or more", () -> builder().logitBias(Map.of(-1, 1f)));
        biases.remove(null);
        biases.put(2, null);
        refuses("logitBias of token 2 is null; allowed: -100 to 100, or minus infinity to forbid it",
                () -> builder().logitBias(biases));
        assertThatNullPointerException().isThrownBy(() -> builder().logitBias(null)).withMessage("logitBias");
    }

    @Test
    void theBiasesAreACopyInTheOrderOfTheTokens() {
        Map<Integer, Float> biases = new HashMap<>(Map.of(70_000, 1f, 2, 2f, 30, 3f));
        SamplingParameters parameters = builder().logitBias(biases).build();
        biases.clear();

        assertThat(parameters.logitBias().keySet()).containsExactly(2, 30, 70_000);
        assertThat(parameters.logitBias()).isUnmodifiable();
    }

    @Test
    void theVocabularyIsCheckedBeforeTheFirstToken() {
        SamplingParameters parameters = builder().logitBias(Map.of(2, 2f, 99, -INF)).build();

        assertThatCode(() -> parameters.checkVocabulary(100)).doesNotThrowAnyException();
        assertThatCode(() -> SamplingParameters.GREEDY.checkVocabulary(1)).doesNotThrowAnyException();
        refuses("logitBias names token 99; allowed: 0 to 98, the vocabulary", () -> parameters.checkVocabulary(99));
    }
}
