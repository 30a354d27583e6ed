package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import io.github.jlamadsla.engine.LevelChange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DslaChatResponseMetadataTest {
    private final DslaChatResponseMetadata metadata = DslaChatResponseMetadata.builder()
            .id("id")
            .modelName("demo")
            .tokenUsage(new DslaTokenUsage(10, 2, 4))
            .finishReason(FinishReason.STOP)
            .levelHistory(List.of(new LevelChange(0, 0), new LevelChange(100, 6)))
            .queueWait(Duration.ofMillis(3))
            .prefillTime(Duration.ofMillis(40))
            .decodeTime(Duration.ofMillis(500))
            .memoryBytes(1 << 20)
            .build();

    @Test
    void levelAndTimeToFirstTokenFollowFromTheRest() {
        assertThat(metadata.finalLevel()).isEqualTo(6);
        assertThat(metadata.layersConverted()).isEqualTo(6);
        assertThat(metadata.timeToFirstToken()).isEqualTo(Duration.ofMillis(43));
    }

    @Test
    void cachedTokensAreThoseOfTheUsage() {
        assertThat(metadata.cachedTokens()).isEqualTo(4);
        assertThat(metadata.toBuilder().tokenUsage(new TokenUsage(10, 2)).build().cachedTokens()).isZero();
        assertThat(metadata.toBuilder().tokenUsage(null).build().cachedTokens()).isZero();
    }

    @Test
    void toBuilderKeepsEverything() {
        DslaChatResponseMetadata copy = metadata.toBuilder().build();

        assertThat(copy).isNotSameAs(metadata).isEqualTo(metadata).hasSameHashCodeAs(metadata).hasToString(metadata
                .toString());
    }

    @Test
    void everyFieldCounts() {
        List<UnaryOperator<DslaChatResponseMetadata.Builder>> changes = List.of(builder -> builder.id("other"),
                builder -> builder.modelName("other"), builder -> builder.tokenUsage(new TokenUsage(1, 1)),
                builder -> builder.finishReason(FinishReason.LENGTH),
                builder -> builder.levelHistory(List.of(new LevelChange(0, 6))),
                builder -> builder.queueWait(Duration.ZERO), builder -> builder.prefillTime(Duration.ZERO),
                builder -> builder.decodeTime(Duration.ZERO), builder -> builder.memoryBytes(1));

        for (UnaryOperator<DslaChatResponseMetadata.Builder> change : changes) {
            DslaChatResponseMetadata changed = change.apply(metadata.toBuilder()).build();
            assertThat(changed).isNotEqualTo(metadata);
            assertThat(changed.hashCode()).isNotEqualTo(metadata.hashCode());
            assertThat(changed.toString()).isNotEqualTo(metadata.toString());
        }
    }

    @Test
    void isNotEqualToPlainMetadata() {
        ChatResponseMetadata plain = ChatResponseMetadata.builder()
                .id("id")
                .modelName("demo")
                .tokenUsage(new TokenUsage(10, 2))
                .finishReason(FinishReason.STOP)
                .build();

        assertThat(metadata).isNotEqualTo(plain);
        assertThat(plain).isNotEqualTo(metadata);
    }

    @Test
    void levelHistoryIsACopy() {
        List<LevelChange> history = new ArrayList<>(List.of(new LevelChange(0, 1)));
        DslaChatResponseMetadata built = DslaChatResponseMetadata.builder().levelHistory(history).build();

        history.clear();

        assertThat(built.levelHistory()).containsExactly(new LevelChange(0, 1));
    }

    @Test
    void impossibleValuesAreNamed() {
        assertThatThrownBy(() -> DslaChatResponseMetadata.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("levelHistory is empty");
        assertThatThrownBy(() -> metadata.toBuilder().decodeTime(Duration.ofMillis(-1)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decodeTime is PT-0.001S");
        assertThatThrownBy(() -> metadata.toBuilder().queueWait(null).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("queueWait is null");
        assertThatThrownBy(() -> metadata.toBuilder().memoryBytes(-1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memoryBytes is -1");
    }
}
