package io.github.jlamadsla.examples.chat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.examples.UsageException;
import io.github.jlamadsla.examples.Version;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.sampling.SamplingParameters;
import io.github.jlamadsla.text.ChatTemplateException;

/**
 * Chats with a model: line by line at a terminal, or answering the lines of a pipe. Exit codes: 0 left or every line
 * answered, 1 failed, 2 wrong use or a model that is refused, 130 interrupted.
 */
@Command(name = "chat", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
    "Chats with a model. At a terminal answers come as they are made; lines can be edited and are remembered. "
            + "Lines from a pipe are answered one by one, answers on the output, everything else on the error stream.",
    ""}, footer = {"", "In the chat:", "  /level N|auto  answer at this level from now on",
        "  /stats         figures of this chat",
        "  /reset         forget what was said", "  /help          the commands",
        "Ctrl-C stops an answer (what was said of it stays in the chat; a question stopped before its answer began is "
                + "forgotten) or clears the line. Ctrl-D leaves. When a chat no longer fits the model's context, its oldest "
                + "questions and answers are forgotten; the system prompt stays.",
        "", "A GGUF file is imported once, into $${XDG_CACHE_HOME:-~/.cache}/jlama-dsla/. Lines are remembered in "
                + "$${XDG_STATE_HOME:-~/.local/state}/jlama-dsla/chat_history, readable for you alone.",
        "",
        "Exit codes: 0 left or all lines answered, 1 failed, 2 wrong use or a model that is refused, 130 interrupted."})
public final class Chat implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Chat.class);

    private final ChatHost host;

    @Parameters(arity = "0..1", paramLabel = "MODEL_DIR|FILE.gguf", description = "The model. Default: SmolLM2 if "
            + "examples/get-smollm2 was run, else the demo model.")
    private Path model;

    @Option(names = "--level", paramLabel = "auto|N", defaultValue = "auto", description = "How many layers are served as DSLA; "
            + "auto: by the length of the chat and the load. Default: ${DEFAULT-VALUE}.")
    private String level;

    @Option(names = "--system", paramLabel = "TEXT", description = "System prompt. Default: the model's own, if it has one.")
    private String system;

    @Option(names = "--temperature", paramLabel = "T", defaultValue = "0", description = "0: always the likeliest token; the "
            + "higher, the more varied. Default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Draw among the K likeliest tokens. Needs a temperature "
            + "above 0. Default: all.")
    private Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "Draw among the likeliest tokens whose shares add up to P. "
            + "Needs a temperature above 0. Default: 1.")
    private Double topP;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the first answer; each further answer has the next. "
            + "Default: drawn, /stats shows it.")
    private Long seed;

    @Option(names = "--max-tokens", paramLabel = "N", defaultValue = "512", description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
    private int maxTokens;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: one per core.")
    private Integer threads;

    @Option(names = "--memory", paramLabel = "SIZE", description = "Most memory of the chat beside the weights, as 512M or 2G. "
            + "Default: a quarter of the machine's.")
    private String memory;

    private Chat(ChatHost host) {
        this.host = host;
    }

    public static void main(String[] arguments) {
        System.exit(run(ChatHost.ofProcess(), arguments));
    }

    /** The program without what belongs to its process. */
    static int run(ChatHost host, String... arguments) {
        CommandLine command = new CommandLine(new Chat(host));
        command.setOut(host.out().writer());
        command.setParameterExceptionHandler((e, _) -> {
            host.out().error(e.getMessage() + " (--help lists the options)");
            return ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, _, _) -> {
            LOG.debug("failed", e);
            host.out().error(e.getMessage() == null ? e.toString() : e.getMessage());
            return e instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        return exitCode(host.out(), () -> command.execute(arguments));
    }

    /** What picocli lets pass, such as an end of memory, is one line as well. */
    static int exitCode(Output out, IntSupplier program) {
        try {
            return program.getAsInt();
        } catch (Error e) {
            LOG.debug("failed", e);
            out.error(e.toString());
            return ExitCode.SOFTWARE;
        }
    }

    @Override
    public Integer call() throws IOException {
        ChatSettings settings = settings();
        DslaRuntime.Builder builder = builder();
        Path directory = model(() -> host.directory(ModelSource.choose(model)));
        try (DslaRuntime runtime = model(builder.modelDirectory(directory)::build)) {
            ServedModel served = ServedModel.of(runtime);
            check(served, settings);
            try (Lines lines = host.lines()) {
                host.out().note("Level " + settings.level() + " of " + LevelChoice.range(runtime.order())
                        + (host.out().isTerminal() ? ". /help lists the commands, Ctrl-D leaves" : ""));
                return new ChatSession(served, settings, lines, host.out()).run() ? ExitCode.OK : ExitCode.SOFTWARE;
            }
        }
    }

    /** The options, checked before anything takes time. */
    private ChatSettings settings() {
        if (system != null && system.isBlank()) {
            throw new UsageException("--system is blank; allowed: a text");
        }
        if (maxTokens < 1) {
            throw new UsageException("--max-tokens is " + maxTokens + "; allowed: 1 or more");
        }
        return new ChatSettings(system, option(() -> LevelChoice.parse(level)), option(this::sampling), maxTokens);
    }

    private SamplingParameters sampling() {
        if (temperature == 0 && (topK != null || topP != null)) {
            throw new UsageException((topK != null ? "top-k is " + topK : "top-p is " + topP)
                    + " at temperature 0, which always takes the likeliest token; allowed: with a temperature above 0");
        }
        return new SamplingParameters(temperature, topK == null ? 0 : topK, topP == null ? 1 : topP,
                seed == null ? new Random().nextInt(1_000_000) : seed);
    }

    private DslaRuntime.Builder builder() {
        DslaRuntime.Builder builder = DslaRuntime.builder();
        if (threads != null) {
            option(() -> builder.threads(threads));
        }
        if (memory != null) {
            builder.memoryLimit(MemorySize.bytes(memory));
        }
        return builder;
    }

    /** What the checks of the values say is said of the options. */
    private static <T> T option(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException | UsageException e) {
            throw new UsageException(
                    "--" + e.getMessage().replaceFirst("^topK", "top-k").replaceFirst("^topP", "top-p"),
                    e);
        }
    }

    /** A model that is refused is wrong use. */
    private static <T> T model(Supplier<T> opening) {
        try {
            return opening.get();
        } catch (InvalidModelException | IllegalArgumentException | ChatTemplateException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** What would fail at every question fails before the first: a level or system prompt that the model does not have. */
    private static void check(ServedModel model, ChatSettings settings) {
        option(() -> {
            settings.level().check(model.order());
            return null;
        });
        model(() -> model.encode(Prompt.turns(settings.system(), List.of(), "Hello")));
    }
}
