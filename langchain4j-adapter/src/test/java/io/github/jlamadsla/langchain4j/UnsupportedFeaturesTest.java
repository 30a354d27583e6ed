package io.github.jlamadsla.langchain4j;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class UnsupportedFeaturesTest {
    private static final ToolSpecification TOOL = ToolSpecification.builder().name("getWeather").build();
    private static final ToolExecutionRequest CALL = ToolExecutionRequest.builder()
            .id("1")
            .name("getWeather")
            .arguments("{}")
            .build();

    private final ScriptedEngine engine = ScriptedEngine.answering("hello");
    private final DslaChatModel model = DslaChatModel.builder().engine(engine).build();
    private final DslaStreamingChatModel streaming = DslaStreamingChatModel.builder().engine(engine).build();

    @ParameterizedTest(name = "{0}")
    @MethodSource("parameters")
    void requestIsRefusedByTheParametersName(String name, ChatRequestParameters parameters) {
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi")).parameters(parameters).build();

        assertRefused(request, name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("parameters")
    void builderRefusesThemAsDefaults(String name, ChatRequestParameters parameters) {
        DslaChatModel.Builder builder = DslaChatModel.builder().engine(engine);

        assertThatThrownBy(() -> builder.defaultRequestParameters(parameters).build())
                .isExactlyInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("not support");
        assertThatThrownBy(() -> DslaStreamingChatModel.builder().engine(engine).defaultRequestParameters(parameters)
                .build()).isExactlyInstanceOf(UnsupportedFeatureException.class).hasMessageContaining(name);
    }

    static Stream<Arguments> parameters() {
        return Stream.of(arguments("tool", with().toolSpecifications(TOOL).build()),
                arguments("ToolChoice.REQUIRED", with().toolChoice(ToolChoice.REQUIRED).build()),
                arguments("toolChoice", with().toolChoice(ToolChoice.NONE).build()),
                arguments("JSON response format", with().responseFormat(ResponseFormat.JSON).build()),
                arguments("responseFormat", with().responseFormat(schema()).build()),
                arguments("modelName", with().modelName("other").build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void messageIsRefusedByItsContent(String name, ChatMessage message) {
        ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi"), message).build();

        assertRefused(request, name);
    }

    static Stream<Arguments> messages() {
        return Stream.of(arguments("image", user(ImageContent.from("aGk=", "image/png"))),
                arguments("image", user(ImageContent.from("http://localhost/cat.png"))),
                arguments("audio", user(AudioContent.from("aGk=", "audio/wav"))),
                arguments("video", user(VideoContent.from("aGk=", "video/mp4"))),
                arguments("pdf", user(PdfFileContent.from("aGk=", "application/pdf"))),
                arguments("tool execution result", ToolExecutionResultMessage.from(CALL, "sunny")),
                arguments("tool execution requests", AiMessage.from(CALL)),
                arguments("tool execution requests", AiMessage.from("let me see", List.of(CALL))),
                arguments("image", withImage()),
                arguments("CUSTOM", CustomMessage.from(Map.of("role", "critic"))));
    }

    @Test
    void checksToolChoiceThenToolsThenFormatThenContentThenModelName() {
        DefaultChatRequestParameters.Builder<?> all = with().modelName("other")
                .responseFormat(ResponseFormat.JSON)
                .toolSpecifications(TOOL)
                .toolChoice(ToolChoice.REQUIRED);
        UserMessage image = user(ImageContent.from("aGk=", "image/png"));

        assertRefused(request(image, all.build()), "toolChoice");
        assertRefused(request(image, all.toolChoice(ToolChoice.AUTO).build()), "toolSpecifications");
        assertRefused(request(image, all.toolSpecifications().build()), "responseFormat");
        assertRefused(request(image, all.responseFormat(ResponseFormat.TEXT).build()), "image");
        assertRefused(request(UserMessage.from("hi"), all.build()), "modelName");
    }

    @Test
    void whatChangesNothingIsAccepted() {
        ChatRequestParameters harmless = with().toolChoice(ToolChoice.AUTO)
                .toolSpecifications()
                .responseFormat(ResponseFormat.TEXT)
                .stopSequences()
                .modelName("scripted")
                .build();

        assertThat(model.chat(request(UserMessage.from("hi"), harmless)).aiMessage().text()).isEqualTo("hello");
    }

    private void assertRefused(ChatRequest request, String name) {
        assertThatThrownBy(() -> model.chat(request)).isExactlyInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("not support");
        // At once, not by onError, as LangChain4j's conformance tests ask.
        RecordingHandler handler = new RecordingHandler();
        assertThatThrownBy(() -> streaming.chat(request, handler))
                .isExactlyInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(name);
        assertThat(handler.heard).isEmpty();
        assertThat(engine.chats).isEmpty();
        assertThat(engine.requests).isEmpty();
    }

    private static ChatRequest request(ChatMessage message, ChatRequestParameters parameters) {
        return ChatRequest.builder().messages(message).parameters(parameters).build();
    }

    private static UserMessage user(Content content) {
        return UserMessage.from(TextContent.from("What is this?"), content);
    }

    private static AiMessage withImage() {
        Image image = Image.builder().base64Data("aGk=").build();
        return AiMessage.builder()
                .text("see")
                .attributes(Map.of(AiMessage.GENERATED_IMAGES_KEY, List.of(image)))
                .build();
    }

    private static ResponseFormat schema() {
        JsonSchema schema = JsonSchema.builder()
                .name("answer")
                .rootElement(JsonObjectSchema.builder().addStringProperty("city").build())
                .build();
        return ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();
    }

    private static DefaultChatRequestParameters.Builder<?> with() {
        return ChatRequestParameters.builder();
    }
}
