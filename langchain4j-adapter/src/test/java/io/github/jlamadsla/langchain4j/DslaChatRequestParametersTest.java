package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;

import io.github.jlamadsla.engine.GenerationRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class DslaChatRequestParametersTest {

    /** One parameter, with two values that it may have. */
    record Field<T>(String name, T first, T second, Set<T> set, Function<DslaChatRequestParameters, T> get) {

        interface Set<T> {
            Object on(DslaChatRequestParameters.Builder builder, T value);
        }

        DslaChatRequestParameters with(T value) {
            DslaChatRequestParameters.Builder builder = DslaChatRequestParameters.builder();
            set.on(builder, value);
            return builder.build();
        }

        void merges(T under, T over, T expected) {
            DslaChatRequestParameters base = with(under);
            DslaChatRequestParameters override = with(over);
            assertThat(get.apply(base.overrideWith(override))).as("overrideWith").isEqualTo(expected);
            assertThat(get.apply(override.defaultedBy(base))).as("defaultedBy").isEqualTo(expected);
            assertThat(base.overrideWith(override)).isEqualTo(with(expected));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Field<?>> fields() {
        return Stream.of(
                new Field<>("modelName", "a", "b", DslaChatRequestParameters.Builder::modelName,
                        DslaChatRequestParameters::modelName),
                new Field<>("temperature", 0.1, 0.2, DslaChatRequestParameters.Builder::temperature,
                        DslaChatRequestParameters::temperature),
                new Field<>("topP", 0.1, 0.2, DslaChatRequestParameters.Builder::topP,
                        DslaChatRequestParameters::topP),
                new Field<>("topK", 1, 2, DslaChatRequestParameters.Builder::topK, DslaChatRequestParameters::topK),
                new Field<>("frequencyPenalty", 0.1, 0.2, DslaChatRequestParameters.Builder::frequencyPenalty,
                        DslaChatRequestParameters::frequencyPenalty),
                new Field<>("presencePenalty", 0.1, 0.2, DslaChatRequestParameters.Builder::presencePenalty,
                        DslaChatRequestParameters::presencePenalty),
                new Field<>("maxOutputTokens", 1, 2, DslaChatRequestParameters.Builder::maxOutputTokens,
                        DslaChatRequestParameters::maxOutputTokens),
                new Field<>("level", 2, 0, DslaChatRequestParameters.Builder::level, DslaChatRequestParameters::level),
                new Field<>("priority", -1, 0, DslaChatRequestParameters.Builder::priority,
                        DslaChatRequestParameters::priority),
                new Field<>("deadline", Duration.ofSeconds(1), Duration.ofSeconds(2),
                        DslaChatRequestParameters.Builder::deadline, DslaChatRequestParameters::deadline),
                new Field<>("scope", "ada", "", DslaChatRequestParameters.Builder::scope,
                        DslaChatRequestParameters::scope),
                new Field<>("seed", 1L, 0L, DslaChatRequestParameters.Builder::seed, DslaChatRequestParameters::seed),
                new Field<>("minP", 0.1, 0.0, DslaChatRequestParameters.Builder::minP,
                        DslaChatRequestParameters::minP),
                new Field<>("repetitionPenalty", 1.1, 1.0, DslaChatRequestParameters.Builder::repetitionPenalty,
                        DslaChatRequestParameters::repetitionPenalty));
    }

    @ParameterizedTest
    @MethodSource("fields")
    <T> void aSetValueWinsOverAnUnsetOneAndTheOverridingOfTwo(Field<T> field) {
        field.merges(null, null, null);
        field.merges(field.first(), null, field.first());
        field.merges(null, field.second(), field.second());
        field.merges(field.first(), field.second(), field.second());
    }

    @ParameterizedTest
    @MethodSource("fields")
    <T> void everyFieldCounts(Field<T> field) {
        DslaChatRequestParameters first = field.with(field.first());

        assertThat(first).isEqualTo(field.with(field.first())).hasSameHashCodeAs(field.with(field.first()));
        assertThat(first).isNotEqualTo(field.with(field.second())).isNotEqualTo(field.with(null));
        assertThat(first.hashCode()).isNotEqualTo(field.with(null).hashCode());
        assertThat(first.toString()).isNotEqualTo(field.with(null).toString());
        assertThat(first.toBuilder().build()).isEqualTo(first);
    }

    /** How two kinds merge, by each way that the framework goes. */
    static Stream<Arguments> mixtures() {
        ChatRequestParameters plain = ChatRequestParameters.builder().topK(3).temperature(0.5).build();
        DslaChatRequestParameters own = DslaChatRequestParameters.builder().topK(4).level(2).seed(9L).build();
        return Stream.of(
                arguments(plain.overrideWith(own), 4),
                arguments(own.defaultedBy(plain), 4),
                arguments(own.overrideWith(plain), 3),
                arguments(plain.defaultedBy(own), 3));
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void withPlainParametersTheKindIsKeptOnEitherSide(ChatRequestParameters merged, int topK) {
        assertThat(merged).isEqualTo(
                DslaChatRequestParameters.builder().topK(topK).temperature(0.5).level(2).seed(9L).build());
    }

    @Test
    void listsAreReplacedAndEmptyOnesAreUnset() {
        DslaChatRequestParameters base = DslaChatRequestParameters.builder().stopSequences("a", "b").build();

        assertThat(base.overrideWith(DslaChatRequestParameters.builder().stopSequences("c").build()).stopSequences())
                .containsExactly("c");
        assertThat(base.overrideWith(DslaChatRequestParameters.builder().stopSequences(List.of()).build())
                .stopSequences()).containsExactly("a", "b");
    }

    @Test
    void isNotEqualToPlainParametersAndHidesTheScope() {
        DslaChatRequestParameters own = DslaChatRequestParameters.builder().topK(3).scope("ada@example.org").build();

        assertThat(own).isNotEqualTo(ChatRequestParameters.builder().topK(3).build());
        assertThat(DefaultChatRequestParameters.EMPTY).isNotEqualTo(DslaChatRequestParameters.builder().build());
        assertThat(own.toString()).contains("topK=3").contains("scope=set").doesNotContain("ada");
    }

    @Test
    void aRequestOverridesTheBuilderWhichOverridesTheDefaults() {
        ScriptedEngine engine = ScriptedEngine.answering("hello");
        DslaChatModel model = DslaChatModel.builder()
                .engine(engine)
                .defaultRequestParameters(DslaChatRequestParameters.builder().level(2).priority(1).scope("all")
                        .deadline(Duration.ofSeconds(1)).seed(1L).minP(0.1).repetitionPenalty(1.1).build())
                .level(3)
                .timeout(Duration.ofSeconds(2))
                .minP(0.2)
                .priority(2)
                .build();

        model.chat(request(DslaChatRequestParameters.builder().level(4).repetitionPenalty(1.3).scope("").build()));
        model.chat(request(ChatRequestParameters.builder().topK(5).build()));

        assertThat(engine.requests).hasSize(2);
        GenerationRequest own = engine.requests.getFirst();
        assertThat(own.pinnedLevel()).isEqualTo(4);
        assertThat(own.service()).isEqualTo(new GenerationRequest.Service(2, ""));
        assertThat(own.limits().timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(own.sampling().seed()).isEqualTo(1);
        assertThat(own.sampling().minP()).isEqualTo(0.2);
        assertThat(own.sampling().repetitionPenalty()).isEqualTo(1.3);
        GenerationRequest plain = engine.requests.getLast();
        assertThat(plain.pinnedLevel()).isEqualTo(3);
        assertThat(plain.service()).isEqualTo(new GenerationRequest.Service(2, "all"));
        assertThat(plain.sampling().topK()).isEqualTo(5);
        assertThat(plain.sampling().repetitionPenalty()).isEqualTo(1.1);
    }

    private static ChatRequest request(ChatRequestParameters parameters) {
        return ChatRequest.builder().messages(UserMessage.from("hi")).parameters(parameters).build();
    }
}
