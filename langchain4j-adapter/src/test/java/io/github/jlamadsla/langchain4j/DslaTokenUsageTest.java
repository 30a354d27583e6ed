package io.github.jlamadsla.langchain4j;

import org.junit.jupiter.api.Test;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DslaTokenUsageTest {
    private final DslaTokenUsage usage = new DslaTokenUsage(10, 2, 4);

    @Test
    void totalsInputAndOutput() {
        assertThat(usage.inputTokenCount()).isEqualTo(10);
        assertThat(usage.outputTokenCount()).isEqualTo(2);
        assertThat(usage.totalTokenCount()).isEqualTo(12);
        assertThat(usage.cachedInputTokenCount()).isEqualTo(4);
    }

    @Test
    void addsCachedTokensToo() {
        assertThat(usage.add(new DslaTokenUsage(5, 1, 3))).isEqualTo(new DslaTokenUsage(15, 3, 7));
    }

    /** As the framework sums the usages of an agent's several models. */
    @Test
    void keepsItsKindBesideOthers() {
        assertThat(usage.add(new TokenUsage(5, 1))).isEqualTo(new DslaTokenUsage(15, 3, 4));
        assertThat(new TokenUsage(5, 1).add(usage)).isEqualTo(new DslaTokenUsage(15, 3, 4));
        assertThat(TokenUsage.sum(usage, new TokenUsage(5))).isInstanceOfSatisfying(DslaTokenUsage.class, sum -> {
            assertThat(sum.inputTokenCount()).isEqualTo(15);
            assertThat(sum.cachedInputTokenCount()).isEqualTo(4);
        });
        assertThat(usage.add(null)).isSameAs(usage);
    }

    @Test
    void everyCountCounts() {
        assertThat(usage).isEqualTo(new DslaTokenUsage(10, 2, 4)).hasSameHashCodeAs(new DslaTokenUsage(10, 2, 4))
                .isNotEqualTo(new DslaTokenUsage(10, 2, 5)).isNotEqualTo(new DslaTokenUsage(10, 3, 4))
                .isNotEqualTo(new DslaTokenUsage(11, 2, 4)).isNotEqualTo(new TokenUsage(10, 2));
        assertThat(new TokenUsage(10, 2)).isNotEqualTo(usage);
        assertThat(usage).hasToString("DslaTokenUsage{inputTokenCount=10, cachedInputTokenCount=4,"
                + " outputTokenCount=2, totalTokenCount=12}");
    }

    @Test
    void impossibleCountsAreNamed() {
        assertThatThrownBy(() -> new DslaTokenUsage(10, 2, 11)).hasMessage(
                "cached is 11 tokens; allowed: 0 to the input's 10");
        assertThatThrownBy(() -> new DslaTokenUsage(10, 2, -1)).hasMessageContaining("cached is -1 tokens");
        assertThatThrownBy(() -> new DslaTokenUsage(-1, 2, 0)).hasMessageContaining("input is -1 and output 2 tokens");
    }

    @Test
    void responsesTellCachedTokens() {
        ChatResponse response = DslaChatModel.builder().engine(ScriptedEngine.answering("hello")).build()
                .chat(UserMessage.from("hi"));

        assertThat(response.tokenUsage()).isEqualTo(new DslaTokenUsage(7, 5, 3));
        assertThat(((DslaChatResponseMetadata) response.metadata()).cachedTokens()).isEqualTo(3);
    }
}
