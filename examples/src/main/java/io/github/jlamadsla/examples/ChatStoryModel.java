package io.github.jlamadsla.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.checkpoint.LayerOrder;
import io.github.jlamadsla.engine.FinishReason;
import io.github.jlamadsla.engine.GenerationHandle;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.GenerationResult;
import io.github.jlamadsla.engine.LevelChange;
import io.github.jlamadsla.langchain4j.DslaChatModel;
import io.github.jlamadsla.langchain4j.DslaChatResponseMetadata;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.text.ChatTurn;

/** Asks through LangChain4j's {@link ChatModel}; what that has no word for, raising, through the runtime beneath. */
final class ChatStoryModel implements StoryModel {
    /** Most tokens of an answer. */
    static final int MAX_OUTPUT_TOKENS = 32;
    /** Prompt tokens read at a time: half the default, so that a raise finds the middle of a short text too. */
    static final int PREFILL_CHUNK = 128;

    private final DslaRuntime runtime;

    private ChatStoryModel(DslaRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * @param dslaFolder null for the default
     * @param threads null for the default
     * @throws UsageException if there is no such model, or it is refused
     */
    static StoryModel open(Path directory, String dslaFolder, Integer threads) {
        if (!DemoModel.isModel(directory)) {
            throw new UsageException(directory + " is no model; allowed: a directory with a config.json");
        }
        try {
            DslaRuntime.Builder builder = DslaRuntime.builder()
                    .modelDirectory(directory)
                    // A story is read from its beginning each time: what that takes is what is shown.
                    .prefixCache(0)
                    .prefillChunk(PREFILL_CHUNK);
            if (dslaFolder != null) {
                builder.dslaFolder(dslaFolder);
            }
            if (threads != null) {
                builder.threads(threads);
            }
            return new ChatStoryModel(builder.build());
        } catch (InvalidModelException | IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    @Override
    public int contextLength() {
        return runtime.contextLength();
    }

    @Override
    public LayerOrder order() {
        return runtime.order();
    }

    @Override
    public int tokens(String text) {
        return runtime.text().encodePlain(text).length;
    }

    @Override
    public int promptTokens(Conversation chat) {
        return runtime.encodeChat(chat.turns()).length;
    }

    @Override
    public Answer ask(Conversation chat, int level, GenerationListener reading) {
        try (DslaChatModel model = DslaChatModel.builder()
                .runtime(runtime)
                .level(level)
                .maxOutputTokens(MAX_OUTPUT_TOKENS)
                .generationListener(reading)
                .build()) {
            return ask(model, chat);
        }
    }

    private static Answer ask(ChatModel model, Conversation chat) {
        ChatResponse response = model.chat(ChatRequest.builder().messages(messages(chat)).build());
        DslaChatResponseMetadata cost = (DslaChatResponseMetadata) response.metadata();
        boolean stopped = response.finishReason() == dev.langchain4j.model.output.FinishReason.STOP;
        return new Answer(response.aiMessage().text(), cost.levelHistory(), response.tokenUsage().inputTokenCount(),
                steps(response.tokenUsage().outputTokenCount(), stopped), cost.timeToFirstToken(), cost.decodeTime(),
                cost.memoryBytes());
    }

    @Override
    public Answer askRaised(Conversation chat, int level, int raisedTo, GenerationListener reading) {
        CompletableFuture<GenerationHandle> handle = new CompletableFuture<>();
        RaiseAtHalf raise = new RaiseAtHalf(reading);
        CompletableFuture<LevelChange> raised = raise.half()
                .thenCombine(handle, (_, request) -> request)
                .thenCompose(request -> request.raise(raisedTo));
        GenerationRequest request = GenerationRequest.builder()
                .promptTokens(runtime.encodeChat(chat.turns()))
                .maxOutputTokens(MAX_OUTPUT_TOKENS)
                .level(level)
                .build();
        handle.complete(runtime.submit(request, raise));
        GenerationResult result = handle.join().await();
        rethrowUnlessLate(raised);
        return new Answer(result.text(), result.levels(), result.promptTokens(),
                steps(result.tokens().size(), result.finishReason() == FinishReason.STOP),
                result.timings().timeToFirstToken(), result.timings().decode(), result.peakMemoryBytes());
    }

    /** A raise that came when the request had ended is no failure: the levels of the answer show that it is missing. */
    private static void rethrowUnlessLate(CompletableFuture<LevelChange> raised) {
        try {
            raised.join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof IllegalStateException)) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    /** The end token is not among the output tokens, but choosing it took a step as well. */
    private static int steps(int outputTokens, boolean stopped) {
        return stopped ? outputTokens : outputTokens - 1;
    }

    private static List<ChatMessage> messages(Conversation chat) {
        return chat.turns().stream().map(ChatStoryModel::message).toList();
    }

    private static ChatMessage message(ChatTurn turn) {
        return switch (turn.role()) {
            case SYSTEM -> SystemMessage.from(turn.text());
            case USER -> UserMessage.from(turn.text());
            case ASSISTANT -> AiMessage.from(turn.text());
        };
    }

    @Override
    public void close() {
        runtime.close();
    }

    /** Says when half of the prompt is about to have been read, on the listener's thread. */
    private record RaiseAtHalf(GenerationListener reading, CompletableFuture<Void> half) implements GenerationListener {
        RaiseAtHalf(GenerationListener reading) {
            this(reading, new CompletableFuture<>());
        }

        @Override
        public void onPrefill(int done, int total) {
            reading.onPrefill(done, total);
            // The raise takes place when the chunk that is being read by now is done.
            if (done + PREFILL_CHUNK >= total / 2) {
                half.complete(null);
            }
        }
    }
}
