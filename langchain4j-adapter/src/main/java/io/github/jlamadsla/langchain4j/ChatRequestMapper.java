package io.github.jlamadsla.langchain4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;

import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.sampling.StopMatcher;
import io.github.jlamadsla.text.ChatTurn;

/**
 * Requests and answers between LangChain4j and the engine, the same for every kind of chat model. Immutable.
 *
 * @param modelName the name requests may give and responses carry
 * @param levels those that a request may pin
 * @param seeds of requests that name none
 */
record ChatRequestMapper(String modelName, PinnableLevels levels, LongSupplier seeds) {

    /** Most output tokens of a request that names no limit. */
    static final int DEFAULT_MAX_OUTPUT_TOKENS = 256;

    /** Far beyond any answer, and within what the engine's clock can count. */
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(365);

    ChatRequestMapper {
        Objects.requireNonNull(modelName, "modelName");
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(seeds, "seeds");
    }

    /**
     * The turns of a chat, in order. Several texts of one user message become lines of one turn. The template has no
     * place for a user's name, for the thinking of earlier answers and for attributes: they are left out.
     *
     * @throws UnsupportedFeatureException if the request asks for anything the engine cannot do yet
     * @throws InvalidRequestException if a message has no text
     */
    List<ChatTurn> toTurns(ChatRequest request) {
        UnsupportedFeatures.check(request, modelName);
        List<ChatMessage> messages = request.messages();
        List<ChatTurn> turns = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            turns.add(toTurn(messages.get(i), i));
        }
        return turns;
    }

    /**
     * All of a request but its prompt, so that a bad value is refused before the prompt is encoded.
     *
     * @param parameters merged with the model's own
     * @throws IllegalArgumentException naming the value and what is allowed
     */
    GenerationRequest.Builder toGeneration(ChatRequestParameters parameters) {
        DslaChatRequestParameters own = DslaChatRequestParameters.of(parameters);
        levels.check(own.level());
        return generation(own, own.seed() == null ? seeds.getAsLong() : own.seed());
    }

    /** Checks all that can be checked without a model. */
    static GenerationRequest.Builder generation(DslaChatRequestParameters parameters, long seed) {
        GenerationRequest.Builder request = GenerationRequest.builder()
                .maxOutputTokens(maxOutputTokens(parameters))
                .sampling(sampling(parameters, seed))
                .stops(stops(parameters));
        ifSet(parameters.level(), request::level);
        ifSet(parameters.priority(), request::priority);
        ifSet(parameters.scope(), request::scope);
        ifSet(parameters.deadline(), deadline -> request.timeout(checkDeadline(deadline)));
        return request;
    }

    /** Unset values: greedy, all tokens, no penalties. */
    private static SamplingParameters sampling(DslaChatRequestParameters parameters, long seed) {
        SamplingParameters.Builder sampling = SamplingParameters.builder().seed(seed);
        ifSet(parameters.temperature(), sampling::temperature);
        ifSet(parameters.topK(), sampling::topK);
        ifSet(parameters.topP(), sampling::topP);
        ifSet(parameters.frequencyPenalty(), sampling::frequencyPenalty);
        ifSet(parameters.presencePenalty(), sampling::presencePenalty);
        ifSet(parameters.minP(), sampling::minP);
        ifSet(parameters.repetitionPenalty(), sampling::repetitionPenalty);
        return sampling.build();
    }

    private static <T> void ifSet(T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    private static List<String> stops(ChatRequestParameters parameters) {
        try {
            return StopMatcher.check(Objects.requireNonNullElse(parameters.stopSequences(), List.of()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("stopSequences: " + e.getMessage(), e);
        }
    }

    private static Duration checkDeadline(Duration deadline) {
        if (deadline.isZero() || deadline.isNegative() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException("deadline (timeout) is " + deadline + "; allowed: above 0, at most "
                    + LONGEST_DEADLINE.toDays() + " days");
        }
        return deadline;
    }

    private static int maxOutputTokens(ChatRequestParameters parameters) {
        int tokens = Objects.requireNonNullElse(parameters.maxOutputTokens(), DEFAULT_MAX_OUTPUT_TOKENS);
        if (tokens < 1) {
            throw new IllegalArgumentException("maxOutputTokens is " + tokens + "; allowed: 1 or more");
        }
        return tokens;
    }

    /** @param id of the response, unique */
    ChatResponse toResponse(GenerationResult result, String id) {
        DslaChatResponseMetadata metadata = DslaChatResponseMetadata.builder()
                .id(id)
                .modelName(modelName)
                .tokenUsage(new DslaTokenUsage(result.promptTokens(), result.tokens().size(), result.cachedTokens()))
                .finishReason(finishReason(result))
                .levelHistory(result.levels())
                .queueWait(result.timings().queued())
                .prefillTime(result.timings().prefill())
                .decodeTime(result.timings().decode())
                .memoryBytes(result.peakMemoryBytes())
                .build();
        return ChatResponse.builder().aiMessage(AiMessage.from(result.text())).metadata(metadata).build();
    }

    private static FinishReason finishReason(GenerationResult result) {
        return switch (result.finishReason()) {
            case STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
            case CANCELLED -> FinishReason.OTHER;
        };
    }

    private static ChatTurn toTurn(ChatMessage message, int index) {
        return switch (message) {
            case SystemMessage system -> ChatTurn.system(system.text());
            case UserMessage user -> ChatTurn.user(text(user, index));
            case AiMessage ai when ai.text() != null -> ChatTurn.assistant(ai.text());
            case AiMessage _ -> throw new InvalidRequestException("messages[" + index
                    + "] is an AI message without text; allowed: a text, which may be empty");
            case null -> throw new InvalidRequestException(
                    "messages[" + index + "] is null; allowed: a system, user or AI message");
            default -> throw new IllegalStateException("unchecked message type " + message.type());
        };
    }

    private static String text(UserMessage message, int index) {
        for (Content content : message.contents()) {
            if (content == null) {
                throw new InvalidRequestException(
                        "messages[" + index + "] is a user message with null content; allowed: text content");
            }
        }
        return message.contents()
                .stream()
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining("\n"));
    }
}
