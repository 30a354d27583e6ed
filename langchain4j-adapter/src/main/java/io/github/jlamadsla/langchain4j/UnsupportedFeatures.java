package io.github.jlamadsla.langchain4j;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ContentType;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;

/** Refuses by name what the engine cannot do yet, before any work is done. */
final class UnsupportedFeatures {

    private UnsupportedFeatures() {}

    /**
     * Checks a request in the order tool choice, tools, response format, content, model name: a request that
     * forces a tool is refused for the force, as LangChain4j's conformance tests ask.
     */
    static void check(ChatRequest request, String ownModelName) {
        checkFormats(request.parameters());
        checkContent(request.messages());
        checkModelName(request.parameters(), ownModelName);
    }

    /** Checks the default parameters of a model in the making; {@link #checkModelName} follows once it has a name. */
    static void checkDefaults(ChatRequestParameters parameters) {
        checkFormats(parameters);
    }

    /** One model serves one set of weights: any other name is refused. */
    static void checkModelName(ChatRequestParameters parameters, String own) {
        String asked = parameters.modelName();
        if (asked != null && !asked.equals(own)) {
            throw new UnsupportedFeatureException(
                    "modelName '" + asked + "' is not supported by this model; allowed: '" + own + "', or none");
        }
    }

    private static void checkFormats(ChatRequestParameters parameters) {
        ToolChoice choice = parameters.toolChoice();
        if (choice != null && choice != ToolChoice.AUTO) {
            throw unsupported("toolChoice (ToolChoice." + choice + ")");
        }
        if (isSet(parameters.toolSpecifications())) {
            throw unsupported("toolSpecifications (tools)");
        }
        if (parameters.responseFormat() != null && parameters.responseFormat().type() == ResponseFormatType.JSON) {
            throw unsupported("responseFormat (JSON response format)");
        }
    }

    private static void checkContent(List<ChatMessage> messages) {
        for (ChatMessage message : messages) {
            switch (message) {
                case UserMessage user -> user.contents().forEach(UnsupportedFeatures::checkContent);
                case AiMessage ai -> checkAnswer(ai);
                case ToolExecutionResultMessage _ -> throw unsupported("a tool execution result message (tools)");
                case SystemMessage _ -> {
                }
                // A null message is invalid, not unsupported: the mapper says so.
                case null -> {
                }
                default -> throw unsupported("a message of type " + message.type());
            }
        }
    }

    private static void checkContent(Content content) {
        if (content != null && content.type() != ContentType.TEXT) {
            throw unsupported(content.type().name().toLowerCase(Locale.ROOT) + " content");
        }
    }

    private static void checkAnswer(AiMessage message) {
        if (message.hasToolExecutionRequests()) {
            throw unsupported("an AI message with tool execution requests (tools)");
        }
        if (!message.images().isEmpty()) {
            throw unsupported("an AI message with image content");
        }
    }

    private static boolean isSet(Collection<?> values) {
        return values != null && !values.isEmpty();
    }

    private static UnsupportedFeatureException unsupported(String feature) {
        return new UnsupportedFeatureException(feature + " is not supported yet by jlama-dsla");
    }
}
